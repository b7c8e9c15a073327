package main

import (
	"encoding/json"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/validation"
)

// `rollout-references`: what the controller asks of the Services, AnalysisTemplates, VirtualServices and Ingresses that a Rollout names. It looks
// at them once the Rollout itself is right, so ask `rollout` too.
var _ = register("rollout-references", func(manifests []manifest, _ json.RawMessage) (v verdict, err error) {
	if err := requireKinds(manifests, append([]kindOf{rolloutKind}, referencedKinds...)...); err != nil {
		return v, err
	}
	cluster := newReferences(manifests, &v.reasons)
	for _, rollout := range decodeAll[v1alpha1.Rollout](manifests, rolloutKind, &v.reasons) {
		rollout.Namespace = namespaceOf(rollout)
		referenced, err := cluster.of(rollout)
		if err != nil {
			return v, err
		}
		if referenced.missing != nil {
			v.reasons = append(v.reasons, referenced.missing.Error())
			continue
		}
		v.reasons = append(v.reasons, messages(validation.ValidateRolloutReferencedResources(rollout, referenced.found))...)
	}
	return v, nil
})
