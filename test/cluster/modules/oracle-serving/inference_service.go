package main

import (
	"context"
	"encoding/json"

	"github.com/kserve/kserve/pkg/apis/serving/v1beta1"
)

var inferenceServiceKind = kind("serving.kserve.io/v1beta1", "InferenceService")

// `inference-service`: what KServe's webhook says of an InferenceService that is created. Its mode has to stand in the annotation, as the
// webhook that fills in defaults would write it.
var _ = register("inference-service", func(manifests []manifest, _ json.RawMessage) (v verdict, err error) {
	if err := requireKinds(manifests, inferenceServiceKind); err != nil {
		return v, err
	}
	for _, service := range decodeAll[v1beta1.InferenceService](manifests, inferenceServiceKind, &v.reasons) {
		if _, err := (&v1beta1.InferenceServiceValidator{}).ValidateCreate(context.Background(), service); err != nil {
			v.reasons = append(v.reasons, err.Error())
		}
	}
	return v, nil
})
