// values
export * from './core/image-ref';
export * from './core/runtime-image';
export * from './core/model-ref';
export * from './core/data-snapshot';
export * from './core/model-release';
export * from './core/model-releases';
export * from './core/registry-layout';
export * from './core/rollback-call';
export * from './core/rollback';
export * from './core/owner';
export * from './core/slo';
export * from './core/secret-ref';
// what the cluster has
export * from './core/platform-profile';
export * from './core/metrics-backend';
export * from './core/mesh-mode';
export * from './core/cluster-dns';
export * from './core/git-ops';
export * from './core/network-peer';
export * from './core/knative';
export * from './core/kserve-version';
// numbers
export * from './core/metric-query';
export * from './core/exported-metric';
export * from './core/request-metrics';
export * from './core/server-options';
export * from './core/serving-metrics';
export * from './core/prediction-metrics';
export * from './core/external-metrics';
export * from './core/metric-closure';
// the app and its findings
export * from './core/findings';
export * from './core/controller-verdicts';
export * from './core/artifacts';
export * from './core/app/mlops-app';
// registry
export * from './registry/model-registry';
export * from './registry/registry';
export * from './registry/s3-options';
export * from './registry/mlflow/mlflow-server';
export * from './registry/mlflow/mlflow-server-props';
export * from './registry/mlflow/mlflow-database';
export * from './registry/mlflow/mlflow-artifacts';
export * from './registry/mlflow/mlflow-auth';
export * from './registry/mlflow/mlflow-auth-options';
// serving
export * from './serving/serving';
export * from './serving/serving-pod';
export * from './serving/model-serving';
export * from './serving/model-serving-props';
export * from './serving/model-server';
export * from './serving/model-source';
export * from './serving/autoscaling';
export * from './serving/traffic-router';
export * from './serving/traffic-routers';
export * from './serving/router-options';
export * from './serving/gateway-api-plugin';
export * from './serving/plugin-binary';
export * from './serving/gpu';
export * from './serving/prediction-exporter';
export * from './serving/kserve/kserve-serving';
export * from './serving/kserve/kserve-options';
export * from './serving/kserve/kserve-mode';
export * from './serving/kserve/kserve-storage';
export * from './serving/kserve/inference-graph';
export * from './serving/kserve/graph-node';
export * from './serving/knative/knative-serving';
export * from './serving/knative/knative-scaling';
export * from './serving/knative/knative-traffic';
export * from './serving/batch/batch-scoring';
export * from './serving/batch/batch-scoring-props';
// rollout
export * from './rollout/strategy';
export * from './rollout/rollback-term';
export * from './rollout/rollout-strategy';
export * from './rollout/rolling-update-options';
export * from './rollout/canary-options';
export * from './rollout/canary-rollout';
export * from './rollout/rollout';
export * from './rollout/rollback-drill-props';
export * from './rollout/rollback-drill';
export * from './rollout/rollout-notification';
export * from './rollout/guardrail';
export * from './rollout/guardrails';
export * from './rollout/guardrail-options';
export * from './rollout/analysis-template';
export * from './rollout/analysis-argument';
export * from './rollout/analysis-options';
export * from './rollout/no-data';
export * from './rollout/unreachable';
// monitoring
export * from './monitoring/monitoring';
export * from './monitoring/segment';
export * from './monitoring/panel';
export * from './monitoring/alert-rule';
export * from './monitoring/slo-segment';
export * from './monitoring/request-segment';
export * from './monitoring/availability-segment';
export * from './monitoring/saturation-segment';
export * from './monitoring/prediction-segment';
export * from './monitoring/business-kpi-segment';
export * from './monitoring/rollout-segment';
export * from './monitoring/model-series';
export * from './monitoring/request-source';
export * from './monitoring/dashboard';
export * from './monitoring/alert-routing';
// training
export * from './training/pipeline';
export * from './training/training-pipeline';
export * from './training/gate';
export * from './training/evaluation-gate';
export * from './training/golden-set';
export * from './training/quality-gates';
// drift
export * from './drift/detector';
export * from './drift/response';
export * from './drift/drift-response';
export * from './drift/drift-cron-job';
export * from './drift/drift-cron-job-props';
export * from './drift/drift-method';
export * from './drift/drift-threshold';
export * from './drift/drift-metrics';
export * from './drift/drift-segment';
// policy
export * from './policy/rule';
export * from './policy/manifest-set';
export * from './policy/policy-pack';
export * from './policy/digest-policy';
// cloud plane: each line becomes a getter in the compiled index
export * from './cloud/aws-stack';
export * from './cloud/terraform-backend';
export * from './cloud/registry-bucket';
export * from './cloud/registry-grants';
export * from './cloud/object-lock';
export * from './cloud/access-log-bucket';
export * from './cloud/role';
export * from './cloud/workload-role';
export * from './cloud/cluster-identity';
export * from './cloud/image-repository';
// report
export * from './report/stack-report';
export * from './report/report-data';
// stacks
export * from './stacks/minimum-viable-stack';
