package main

import (
	"encoding/json"
	"fmt"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/validation"
	analysisutil "github.com/argoproj/argo-rollouts/utils/analysis"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type analysisOptions struct {
	// `inline` for a step or a promotion, `background` for a whole canary.
	As validation.AnalysisTemplateType `json:"as"`
	// Arguments as the Rollout gives them.
	Args []v1alpha1.AnalysisRunArgument `json:"args"`
	// As the Rollout asks for them beside those of the templates.
	DryRun               []v1alpha1.DryRun               `json:"dryRun"`
	MeasurementRetention []v1alpha1.MeasurementRetention `json:"measurementRetention"`
	// The Rollout, where arguments name fields of it.
	Rollout *v1alpha1.Rollout `json:"rollout"`
}

var analysisTypes = map[validation.AnalysisTemplateType]validation.AnalysisTemplateType{
	"inline": validation.InlineAnalysis, "background": validation.BackgroundAnalysis,
}

// `analysis-metrics`: what the controller asks of AnalysisTemplates before it starts a run of them, and of the run before its first measurement.
var _ = register("analysis-metrics", func(manifests []manifest, raw json.RawMessage) (v verdict, err error) {
	var options analysisOptions
	if err := decodeStrictly(raw, &options); err != nil {
		return v, fmt.Errorf("options: %w", err)
	}
	as, found := analysisTypes[options.As]
	if !found {
		return v, fmt.Errorf("options.as must be 'inline' or 'background', got '%s'", options.As)
	}
	if err := requireKinds(manifests, templateKind, clusterTemplateKind); err != nil {
		return v, err
	}
	analysis := validation.AnalysisTemplatesWithType{
		AnalysisTemplates:        decodeAll[v1alpha1.AnalysisTemplate](manifests, templateKind, &v.reasons),
		ClusterAnalysisTemplates: decodeAll[v1alpha1.ClusterAnalysisTemplate](manifests, clusterTemplateKind, &v.reasons),
		TemplateType:             as,
		Args:                     options.Args,
	}
	if len(v.reasons) > 0 {
		return v, nil
	}
	// validation fills in arguments, which the run would then find given
	if reason := judgeRun(analysis, options); reason != nil {
		v.reasons = append(v.reasons, reason.Error())
	}
	v.reasons = append(v.reasons, messages(validation.ValidateAnalysisTemplatesWithType(rolloutWith(options.Args), analysis))...)
	return v, nil
})

// As argo-rollouts' analysis/analysis.go begins a run.
func judgeRun(analysis validation.AnalysisTemplatesWithType, options analysisOptions) error {
	rollout := options.Rollout
	if rollout == nil {
		rollout = rolloutWith(analysis.Args)
	}
	args, err := analysisutil.BuildArgumentsForRolloutAnalysisRun(analysis.Args, replicaSet("stable"), replicaSet("latest"), rollout)
	if err != nil {
		return err
	}
	run, err := analysisutil.NewAnalysisRunFromTemplates(
		analysis.AnalysisTemplates, analysis.ClusterAnalysisTemplates, args, options.DryRun, options.MeasurementRetention,
		map[string]string{}, map[string]string{}, "", "", "")
	if err != nil && len(options.DryRun)+len(options.MeasurementRetention) > 0 {
		return err
	}
	if err != nil {
		return nil // validation says it
	}
	var resolved []v1alpha1.Metric
	for _, metric := range run.Spec.Metrics {
		known, err := analysisutil.ResolveMetricArgs(metric, withoutSecrets(run.Spec.Args))
		if err != nil {
			return fmt.Errorf("Unable to resolve metric arguments: %v", err)
		}
		resolved = append(resolved, *known)
	}
	if err := analysisutil.ValidateMetrics(resolved); err != nil {
		return fmt.Errorf("Analysis spec invalid: %v", err)
	}
	if _, err := analysisutil.GetDryRunMetrics(run.Spec.DryRun, resolved); err != nil {
		return fmt.Errorf("Analysis spec invalid: %v", err)
	}
	if _, err := analysisutil.GetMeasurementRetentionMetrics(run.Spec.MeasurementRetention, resolved); err != nil {
		return fmt.Errorf("Analysis spec invalid: %v", err)
	}
	return nil
}

func withoutSecrets(args []v1alpha1.Argument) []v1alpha1.Argument {
	var plain []v1alpha1.Argument
	for _, arg := range args {
		if arg.ValueFrom != nil && arg.ValueFrom.SecretKeyRef != nil {
			value := "temp-for-secret"
			arg = v1alpha1.Argument{Name: arg.Name, Value: &value}
		}
		plain = append(plain, arg)
	}
	return plain
}

// The parts of a Rollout that an analysis of it looks at.
func rolloutWith(args []v1alpha1.AnalysisRunArgument) *v1alpha1.Rollout {
	analysis := &v1alpha1.RolloutAnalysisBackground{RolloutAnalysis: v1alpha1.RolloutAnalysis{Args: args}}
	return &v1alpha1.Rollout{Spec: v1alpha1.RolloutSpec{Strategy: v1alpha1.RolloutStrategy{Canary: &v1alpha1.CanaryStrategy{Analysis: analysis}}}}
}

func replicaSet(hash string) *appsv1.ReplicaSet {
	return &appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{v1alpha1.DefaultRolloutUniqueLabelKey: hash}}}
}
