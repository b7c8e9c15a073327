// The oracle of Istio answers what its validation webhook says of manifests, one question and one answer a line, in the form of the oracle beside it.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/log"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

type question struct {
	ID        string            `json:"id"`
	Judge     string            `json:"judge"`
	Manifests []json.RawMessage `json:"manifests"`
}

type answer struct {
	ID       string   `json:"id"`
	Accepted bool     `json:"accepted"`
	Reasons  []string `json:"reasons"`
	Error    string   `json:"error,omitempty"`
}

func main() {
	// what Istio logs must not stand among the answers
	options := log.DefaultOptions()
	options.OutputPaths = []string{"stderr"}
	if err := log.Configure(options); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
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
	defer func() {
		if cause := recover(); cause != nil {
			a = answer{ID: q.ID, Reasons: []string{}, Error: fmt.Sprintf("the judge '%s' panicked: %v\n%s", q.Judge, cause, debug.Stack())}
		}
	}()
	if err := json.Unmarshal(line, &q); err != nil {
		return answer{Reasons: []string{}, Error: fmt.Sprintf("a question that cannot be read: %v", err)}
	}
	if q.Judge != "istio" {
		return answer{ID: q.ID, Reasons: []string{}, Error: fmt.Sprintf("there is no judge '%s'; there is 'istio'", q.Judge)}
	}
	reasons := []string{}
	for _, raw := range q.Manifests {
		reason, err := judge(raw)
		if err != nil {
			return answer{ID: q.ID, Reasons: []string{}, Error: err.Error()}
		}
		if reason != "" {
			reasons = append(reasons, reason)
		}
	}
	return answer{ID: q.ID, Accepted: len(reasons) == 0, Reasons: reasons}
}

// As pkg/webhooks/validation/server admits an object.
func judge(raw json.RawMessage) (reason string, err error) {
	var object crd.IstioKind
	if err := json.Unmarshal(raw, &object); err != nil {
		return "", err
	}
	group, err := schema.ParseGroupVersion(object.APIVersion)
	if err != nil {
		return "", err
	}
	kind := config.GroupVersionKind{Group: group.Group, Version: group.Version, Kind: object.Kind}
	known, exists := collections.Pilot.FindByGroupVersionAliasesKind(kind)
	if !exists {
		return "", fmt.Errorf("this judge does not know %s %s '%s'", object.APIVersion, object.Kind, object.Name)
	}
	converted, err := crd.ConvertObject(known, &object, "cluster.local")
	if err != nil {
		return fmt.Sprintf("%s '%s': error decoding configuration: %v", object.Kind, object.Name, err), nil
	}
	if _, err := known.ValidateConfig(*converted); err != nil {
		return fmt.Sprintf("%s '%s': configuration is invalid: %v", object.Kind, object.Name, err), nil
	}
	return "", nil
}
