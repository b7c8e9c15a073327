// The oracle answers what the real controllers and policy engines say of manifests, one question and one answer a line:
//
//	{"id":"1","judge":"rollout","manifests":[…]}  →  {"id":"1","accepted":false,"reasons":["…"]}
//
// A question that cannot be judged is answered with `error` in place of a verdict.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

type question struct {
	ID        string            `json:"id"`
	Judge     string            `json:"judge"`
	Manifests []json.RawMessage `json:"manifests"`
	// What the judge needs to know besides; its own file says what.
	Options json.RawMessage `json:"options"`
}

type answer struct {
	ID       string   `json:"id"`
	Accepted bool     `json:"accepted"`
	Reasons  []string `json:"reasons"`
	// What a judge says beyond yes and no.
	Details any    `json:"details,omitempty"`
	Error   string `json:"error,omitempty"`
}

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(input io.Reader, output io.Writer) error {
	lines := bufio.NewReader(input)
	answers := json.NewEncoder(output)
	answers.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			if failed := answers.Encode(reply(line)); failed != nil {
				return failed
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func reply(line []byte) (a answer) {
	var q question
	// validations read nested fields that another validation should have required: that is no verdict
	defer func() {
		if cause := recover(); cause != nil {
			a = answer{ID: q.ID, Reasons: []string{}, Error: fmt.Sprintf("the judge '%s' panicked: %v\n%s", q.Judge, cause, debug.Stack())}
		}
	}()
	verdict, err := ask(line, &q)
	if err != nil {
		return answer{ID: q.ID, Reasons: []string{}, Error: err.Error()}
	}
	return answer{ID: q.ID, Accepted: len(verdict.reasons) == 0, Reasons: append([]string{}, verdict.reasons...), Details: verdict.details}
}

func ask(line []byte, q *question) (verdict, error) {
	if err := decodeStrictly(line, q); err != nil {
		return verdict{}, fmt.Errorf("a question that cannot be read: %w", err)
	}
	judge, found := judges[q.Judge]
	if !found {
		return verdict{}, fmt.Errorf("there is no judge '%s'; there are %v", q.Judge, names())
	}
	manifests, err := readManifests(q.Manifests)
	if err != nil {
		return verdict{}, err
	}
	return judge(manifests, q.Options)
}
