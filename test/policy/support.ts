import { ManifestSet, IPolicyRule } from '../../src';

export const digest = `sha256:${'a'.repeat(64)}`;
export const image = `registry.example.com/fraud/server@${digest}`;
const labels = { app: 'fraud' };

/** A container that no rule minds. */
export function container(overrides: object = {}): any {
  return {
    name: 'server',
    image,
    resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '1Gi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
    startupProbe: { httpGet: { path: '/ready', port: 8080 } },
    ...overrides,
  };
}

/** A pod that no rule minds. */
export function podSpec(overrides: object = {}): any {
  return {
    automountServiceAccountToken: false,
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' }],
    containers: [container()],
    ...overrides,
  };
}

/** A Deployment that no rule minds when its neighbours are there. */
export function deployment(pod: object = {}, spec: object = {}, metadata: object = {}): any {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'fraud', labels: { ...labels, 'cdk8s-mlops.io/owner': 'risk-ml' }, ...metadata },
    spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec(pod) }, ...spec },
  };
}

export function rollout(canary: object, pod: object = {}): any {
  return { ...deployment(pod, { strategy: { canary } }), apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' };
}

export function cronJob(spec: object = {}, job: object = {}, pod: object = {}): any {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'drift', labels: { 'cdk8s-mlops.io/owner': 'risk-ml' } },
    spec: {
      schedule: '0 * * * *',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 300,
      jobTemplate: { spec: { activeDeadlineSeconds: 600, backoffLimit: 1, ...job, template: { metadata: { labels }, spec: podSpec(pod) } } },
      ...spec,
    },
  };
}

export function service(spec: object = {}): any {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'fraud', labels }, spec: { selector: labels, ports: [{ port: 80 }], ...spec } };
}

export function budget(spec: object): any {
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'fraud' }, spec: { selector: { matchLabels: labels }, ...spec } };
}

export function podMonitor(spec: object = {}): any {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: 'fraud' },
    spec: { selector: { matchLabels: labels }, podMetricsEndpoints: [{ port: 'metrics' }], ...spec },
  };
}

export function networkPolicy(spec: object = {}): any {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'fraud' }, spec: { podSelector: { matchLabels: labels }, ...spec } };
}

/** A pod with one container in each kind of object that we know. */
export function inEveryKind(containerProps: object): { [kind: string]: any } {
  const pod = { containers: [{ name: 'c', ...containerProps }] };
  const template = { metadata: { labels }, spec: pod };
  const templates = [{ name: 't', container: { ...containerProps } }];
  const of = (apiVersion: string, kind: string, spec: any) => ({ apiVersion, kind, metadata: { name: 'x' }, spec });
  return {
    'Pod': of('v1', 'Pod', pod),
    'ReplicationController': of('v1', 'ReplicationController', { template }),
    'Deployment': of('apps/v1', 'Deployment', { template }),
    'StatefulSet': of('apps/v1', 'StatefulSet', { template }),
    'DaemonSet': of('apps/v1', 'DaemonSet', { template }),
    'ReplicaSet': of('apps/v1', 'ReplicaSet', { template }),
    'Rollout': of('argoproj.io/v1alpha1', 'Rollout', { template }),
    'Job': of('batch/v1', 'Job', { template }),
    'CronJob': of('batch/v1', 'CronJob', { jobTemplate: { spec: { template } } }),
    'ScaledJob': of('keda.sh/v1alpha1', 'ScaledJob', { jobTargetRef: { template } }),
    'Knative Service': of('serving.knative.dev/v1', 'Service', { template }),
    'Knative Configuration': of('serving.knative.dev/v1', 'Configuration', { template }),
    'InferenceService': of('serving.kserve.io/v1beta1', 'InferenceService', { predictor: pod }),
    'InferenceService with a model': of('serving.kserve.io/v1beta1', 'InferenceService', { predictor: { model: { ...containerProps } } }),
    'InferenceService with a transformer': of('serving.kserve.io/v1beta1', 'InferenceService', { predictor: {}, transformer: pod }),
    'ServingRuntime': of('serving.kserve.io/v1alpha1', 'ServingRuntime', pod),
    'ClusterServingRuntime': of('serving.kserve.io/v1alpha1', 'ClusterServingRuntime', pod),
    'Workflow': of('argoproj.io/v1alpha1', 'Workflow', { templates }),
    'WorkflowTemplate': of('argoproj.io/v1alpha1', 'WorkflowTemplate', { templates }),
    'WorkflowTemplate with a script': of('argoproj.io/v1alpha1', 'WorkflowTemplate', { templates: [{ name: 't', script: { ...containerProps } }] }),
    'WorkflowTemplate with a container set':
      of('argoproj.io/v1alpha1', 'WorkflowTemplate', { templates: [{ name: 't', containerSet: { containers: [{ name: 'c', ...containerProps }] } }] }),
    'WorkflowTemplate with a sidecar': of('argoproj.io/v1alpha1', 'WorkflowTemplate', {
      templates: [{ name: 't', container: {}, sidecars: [{ name: 'c', ...containerProps }] }],
    }),
    'ClusterWorkflowTemplate': of('argoproj.io/v1alpha1', 'ClusterWorkflowTemplate', { templates }),
    'CronWorkflow': of('argoproj.io/v1alpha1', 'CronWorkflow', { workflowSpec: { templates } }),
    'AnalysisTemplate': of('argoproj.io/v1alpha1', 'AnalysisTemplate', { metrics: [{ name: 'm', provider: { job: { spec: { template } } } }] }),
    'ClusterAnalysisTemplate': of('argoproj.io/v1alpha1', 'ClusterAnalysisTemplate', { metrics: [{ name: 'm', provider: { job: { spec: { template } } } }] }),
    'TrainJob': of('trainer.kubeflow.org/v1alpha1', 'TrainJob', { trainer: { ...containerProps } }),
  };
}

/** What a rule says about the first of some manifests. */
export function said(rule: IPolicyRule, ...manifests: any[]): string[] {
  return rule.check(manifests[0], ManifestSet.of(manifests)).map((finding) => finding.message);
}
