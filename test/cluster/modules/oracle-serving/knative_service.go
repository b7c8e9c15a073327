package main

import (
	"context"
	"encoding/json"
	"fmt"

	"knative.dev/pkg/apis"
	"knative.dev/serving/pkg/apis/config"
	v1 "knative.dev/serving/pkg/apis/serving/v1"
)

var knativeServiceKind = kind("serving.knative.dev/v1", "Service")

type knativeOptions struct {
	// Flags as they stand in the ConfigMap config-features, such as "kubernetes.podspec-nodeselector": "enabled".
	Features map[string]string `json:"features"`
}

// `knative-service`: what Knative's webhooks say of a Service that is created: defaults first, then validation. Warnings are no verdict.
var _ = register("knative-service", func(manifests []manifest, raw json.RawMessage) (v verdict, err error) {
	var options knativeOptions
	if len(raw) > 0 {
		if err := decodeStrictly(raw, &options); err != nil {
			return v, fmt.Errorf("options: %w", err)
		}
	}
	if err := requireKinds(manifests, knativeServiceKind); err != nil {
		return v, err
	}
	features, err := config.NewFeaturesConfigFromMap(options.Features)
	if err != nil {
		return v, fmt.Errorf("options.features: %w", err)
	}
	known := config.FromContextOrDefaults(context.Background())
	known.Features = features
	ctx := apis.WithinCreate(config.ToContext(context.Background(), known))
	for _, service := range decodeAll[v1.Service](manifests, knativeServiceKind, &v.reasons) {
		service.SetDefaults(ctx)
		if refused := service.Validate(ctx).Filter(apis.ErrorLevel); refused != nil {
			v.reasons = append(v.reasons, refused.Error())
		}
	}
	return v, nil
})
