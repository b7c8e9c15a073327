package main

import (
	"encoding/json"
	"maps"
	"slices"
)

// What a judge says; accepted where there is no reason against.
type verdict struct {
	reasons []string
	details any
}

// An error means that the question cannot be judged, which is nobody's verdict.
type judge func(manifests []manifest, options json.RawMessage) (verdict, error)

var judges = map[string]judge{}

// A file of its own for each judge calls this once.
func register(name string, j judge) bool {
	judges[name] = j
	return true
}

func names() []string {
	return slices.Sorted(maps.Keys(judges))
}
