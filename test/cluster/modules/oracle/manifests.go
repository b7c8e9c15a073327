package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	strictjson "sigs.k8s.io/json"
)

// One object, not decoded yet.
type manifest struct {
	metav1.TypeMeta
	namespace string
	name      string
	raw       json.RawMessage
}

func (m manifest) String() string {
	return fmt.Sprintf("%s '%s'", m.Kind, m.name)
}

func readManifests(raw []json.RawMessage) ([]manifest, error) {
	var manifests []manifest
	for i, object := range raw {
		var partial metav1.PartialObjectMetadata
		if err := json.Unmarshal(object, &partial); err != nil {
			return nil, fmt.Errorf("manifests[%d]: %w", i, err)
		}
		if partial.APIVersion == "" || partial.Kind == "" || partial.Name == "" {
			return nil, fmt.Errorf("manifests[%d] must have apiVersion, kind and metadata.name", i)
		}
		manifests = append(manifests, manifest{TypeMeta: partial.TypeMeta, namespace: partial.Namespace, name: partial.Name, raw: object})
	}
	return manifests, nil
}

// A manifest that no judge looks at would be accepted whatever it holds.
func requireKinds(manifests []manifest, known ...metav1.TypeMeta) error {
	for _, m := range manifests {
		if !slices.Contains(known, m.TypeMeta) {
			return fmt.Errorf("this judge does not know %s %s", m.APIVersion, m)
		}
	}
	return nil
}

func kind(apiVersion, kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: apiVersion, Kind: kind}
}

// Decodes all manifests of a kind as the API server does with strict validation; what it would refuse is a reason.
func decodeAll[T any](manifests []manifest, of metav1.TypeMeta, reasons *[]string) []*T {
	var objects []*T
	for _, m := range manifests {
		if m.TypeMeta != of {
			continue
		}
		object := new(T)
		if err := decodeStrictly(m.raw, object); err != nil {
			*reasons = append(*reasons, fmt.Sprintf("%s: %v", m, err))
			continue
		}
		objects = append(objects, object)
	}
	return objects
}

// Case counts; unknown and repeated fields are errors.
func decodeStrictly(data []byte, into any) error {
	strict, err := strictjson.UnmarshalStrict(data, into)
	if err != nil {
		return err
	}
	var messages []string
	for _, e := range strict {
		messages = append(messages, e.Error())
	}
	if len(messages) > 0 {
		return errors.New(strings.Join(messages, ", "))
	}
	return nil
}
