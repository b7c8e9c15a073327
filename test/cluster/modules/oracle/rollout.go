package main

import (
	"encoding/json"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

var rolloutKind = kind("argoproj.io/v1alpha1", "Rollout")

// `rollout`: what the controller asks of each Rollout by itself. It says the first reason in the condition InvalidSpec; here stand all of them.
var _ = register("rollout", func(manifests []manifest, _ json.RawMessage) (v verdict, err error) {
	if err := requireKinds(manifests, rolloutKind); err != nil {
		return v, err
	}
	for _, rollout := range decodeAll[v1alpha1.Rollout](manifests, rolloutKind, &v.reasons) {
		v.reasons = append(v.reasons, messages(validation.ValidateRollout(rollout))...)
	}
	return v, nil
})

func messages(errors field.ErrorList) []string {
	var all []string
	for _, e := range errors {
		all = append(all, e.Error())
	}
	return all
}
