package main

import (
	"context"
	"encoding/json"
	"fmt"

	wfv1 "github.com/argoproj/argo-workflows/v3/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v3/workflow/validate"
)

var (
	workflowTemplateKind = kind("argoproj.io/v1alpha1", "WorkflowTemplate")
	cronWorkflowKind     = kind("argoproj.io/v1alpha1", "CronWorkflow")
	workflowKind         = kind("argoproj.io/v1alpha1", "Workflow")
)

// The templates among the manifests, as the controller would find them in the namespace.
type given map[string]*wfv1.WorkflowTemplate

func (g given) Get(name string) (*wfv1.WorkflowTemplate, error) {
	if template, found := g[name]; found {
		return template, nil
	}
	return nil, fmt.Errorf("there is no WorkflowTemplate '%s'", name)
}

type none struct{}

func (none) Get(name string) (*wfv1.ClusterWorkflowTemplate, error) {
	return nil, fmt.Errorf("there is no ClusterWorkflowTemplate '%s'", name)
}

// `workflows`: what Argo Workflows says of templates when they are linted, of CronWorkflows when they are read and of Workflows when they are
// submitted. What they refer to has to be among the manifests.
var _ = register("workflows", func(manifests []manifest, _ json.RawMessage) (v verdict, err error) {
	if err := requireKinds(manifests, workflowTemplateKind, cronWorkflowKind, workflowKind); err != nil {
		return v, err
	}
	templates := given{}
	decoded := decodeAll[wfv1.WorkflowTemplate](manifests, workflowTemplateKind, &v.reasons)
	for _, template := range decoded {
		templates[template.Name] = template
	}
	say := func(of string, name string, refused error) {
		if refused != nil {
			v.reasons = append(v.reasons, fmt.Sprintf("%s '%s': %v", of, name, refused))
		}
	}
	for _, template := range decoded {
		say("WorkflowTemplate", template.Name, validate.ValidateWorkflowTemplate(templates, none{}, template, nil, validate.ValidateOpts{}))
	}
	for _, cron := range decodeAll[wfv1.CronWorkflow](manifests, cronWorkflowKind, &v.reasons) {
		say("CronWorkflow", cron.Name, validate.ValidateCronWorkflow(context.Background(), templates, none{}, cron, nil))
	}
	for _, workflow := range decodeAll[wfv1.Workflow](manifests, workflowKind, &v.reasons) {
		say("Workflow", workflow.Name, validate.ValidateWorkflow(templates, none{}, workflow, nil, validate.ValidateOpts{Submit: true}))
	}
	return v, nil
})
