package main

import (
	"encoding/json"

	wfv1 "github.com/argoproj/argo-workflows/v3/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v3/util/expr/argoexpr"
	"github.com/argoproj/argo-workflows/v3/util/expr/env"
	"github.com/argoproj/argo-workflows/v3/workflow/common"
)

// How the last try of a step ended, in the words of the controller.
type ended struct {
	Status   string `json:"status"`
	ExitCode string `json:"exitCode"`
	Message  string `json:"message"`
}

// `retries`: which templates the expressions would try again after a try that ended like this.
var _ = register("retries", func(manifests []manifest, options json.RawMessage) (v verdict, err error) {
	if err := requireKinds(manifests, workflowTemplateKind); err != nil {
		return v, err
	}
	var last ended
	if err := json.Unmarshal(options, &last); err != nil {
		return v, err
	}
	again := []string{}
	for _, template := range decodeAll[wfv1.WorkflowTemplate](manifests, workflowTemplateKind, &v.reasons) {
		for _, step := range template.Spec.Templates {
			if step.RetryStrategy == nil || step.RetryStrategy.Expression == "" {
				continue
			}
			goesOn, err := argoexpr.EvalBool(step.RetryStrategy.Expression, env.GetFuncMap(map[string]any{
				common.LocalVarRetries:             "0",
				common.LocalVarRetriesLastStatus:   last.Status,
				common.LocalVarRetriesLastExitCode: last.ExitCode,
				common.LocalVarRetriesLastDuration: "1",
				common.LocalVarRetriesLastMessage:  last.Message,
			}))
			if err != nil {
				return v, err
			}
			if goesOn {
				again = append(again, step.Name)
			}
		}
	}
	v.details = again
	return v, nil
})
