import { Pick } from './worlds';

/** Changes something that a family of rules looks at; what comes out may be right or wrong. */
export type ServingMutation = (object: any, pick: Pick) => void;

const annotate = (object: any, key: string, value: any) => (object.metadata.annotations = { ...object.metadata.annotations, [key]: value });
const container = (object: any) => object.spec.predictor.containers?.[0] ?? object.spec.predictor.model;
const addVariable = (target: any, name: string, value: string) => (target.env = [...target.env ?? [], { name, value }]);
const template = (object: any) => object.spec.template;
const pod = (object: any) => template(object).spec;
const scale = (object: any, key: string, value: any) => (template(object).metadata.annotations = { ...template(object).metadata.annotations, [`autoscaling.knative.dev/${key}`]: value });

const CANARY = { name: 'kserve-container', image: 'registry.example.com/fraud:2' };

function scalingMetric(pick: Pick): any {
  return pick<any>(
    { type: 'Resource', resource: { name: 'cpu', target: pick<any>({ type: 'Utilization', averageUtilization: pick(0, 50, 101) }, { type: 'AverageValue', averageValue: '1' }) } },
    { type: 'Resource', resource: { name: 'memory', target: pick<any>({ type: 'Utilization', averageUtilization: 80 }, { type: 'AverageValue', averageValue: '2Gi' }, { type: 'Value', value: '1' }) } },
    { type: 'External', external: { metric: { backend: 'prometheus', query: pick('', 'up') }, target: pick<any>({ type: 'Value', value: '1' }, { type: 'Value' }) } },
    { type: pick('Resource', 'External', 'PodMetric') },
  );
}

function canaryOddity(pick: Pick): any {
  return pick<any>(
    { minReplicas: pick(0, 1, 2, 9) }, { maxReplicas: pick(0, 3) }, { scaleTarget: 50 }, { scaleMetric: 'cpu' }, { logger: { mode: pick('all', undefined) } },
    { containers: [{ ...CANARY, env: [{ name: 'PROTOCOL', value: pick('v1', 'v3') }] }] }, { model: { modelFormat: { name: 'sklearn' }, storageUri: 's3://a/b' } },
    { containers: undefined, model: { modelFormat: { name: 'sklearn' }, storageUri: 's3://a/b' } }, { autoScaling: {} }, { containerConcurrency: pick(0, -1) });
}

function addCanary(object: any, pick: Pick, predictor: any): void {
  if (object.spec.predictor.containers) {addVariable(object.spec.predictor.containers[0], 'STORAGE_URI', 's3://models/fraud/1');}
  object.metadata.annotations['serving.kserve.io/deploymentMode'] = 'Standard';
  object.spec.canary = [{ trafficPercent: pick(10, 50), predictor: { name: 'next', containers: [{ ...CANARY }], ...predictor } }];
}

/** Changes of an InferenceService, by family. */
export const KSERVE_MUTATIONS: { [family: string]: ServingMutation[] } = {
  'kserve: names and mode': [
    (object, pick) => (object.metadata.name = pick('fraud', 'fraud-2', 'f', '1fraud', 'Fraud', 'fraud-')),
    (object, pick) => (object.spec.predictor.model.name = pick('', 'server')),
    (object) => delete object.metadata.annotations['serving.kserve.io/deploymentMode'],
  ],
  'kserve: scaling': [
    (object, pick) => annotate(object, 'serving.kserve.io/autoscalerClass', pick('hpa', 'keda', 'external', 'none', 'vpa')),
    (object, pick) => annotate(object, 'autoscaling.knative.dev/class', pick('hpa.autoscaling.knative.dev', 'kpa.autoscaling.knative.dev')),
    (object, pick) => Object.assign(object.spec.predictor, { minReplicas: pick(-1, 0, 1, 2), maxReplicas: pick(0, 1, 2, 5) }),
    (object, pick) => (object.spec.predictor.containerConcurrency = pick(-1, 0, 8)),
    (object, pick) => (object.spec.predictor.scaleMetric = pick('cpu', 'memory', 'concurrency', 'rps')),
    (object, pick) => (object.spec.predictor.scaleTarget = pick(0, 1, 50, 100, 101)),
    (object) => (object.spec.predictor.deploymentStrategy = { type: 'Recreate' }),
    (object, pick) => {
      annotate(object, 'serving.kserve.io/autoscalerClass', pick('hpa', 'hpa', 'keda'));
      Object.assign(object.spec.predictor, { scaleTarget: pick(0, 1, 50, 101) }, pick<any>({}, {}, { scaleMetric: pick('cpu', 'memory') }));
    },
    (object, pick) => {
      annotate(object, 'serving.kserve.io/autoscalerClass', pick('keda', 'keda', 'hpa'));
      object.spec.predictor.autoScaling = { metrics: [scalingMetric(pick)] };
    },
    (object, pick) => (object.spec.predictor.autoScaling = { metrics: [scalingMetric(pick)] }),
  ],
  'kserve: containers': [
    (object, pick) => addVariable(container(object), pick('PYTHONPATH', 'THRESHOLD', 'THRESHOLD'), '/tmp'),
    (object, pick) => (object.spec.predictor.initContainers = [{ name: 'init', image: 'a', env: [{ name: pick('PYTHONPATH', 'HOME'), value: '/tmp' }] }]),
    (object) => delete container(object).resources.limits,
    (object, pick) => (container(object).env = [{ name: 'PROTOCOL', value: pick('v1', 'v2', 'grpc-v2') }]),
    (object, pick) => (object.spec.predictor.logger = { url: 'http://broker', ...pick<any>({ mode: 'all' }, { mode: 'request' }, {}) }),
    (object, pick) => (object.spec.transformer = pick<any>(
      { containers: [CANARY] }, { containers: [CANARY], minReplicas: pick(0, -1) }, { minReplicas: 1 })),
    (object, pick) => (object.spec.predictor[pick('sklearn', 'model')] = pick<any>(undefined, { storageUri: 's3://a/b' })),
    (object) => object.spec.predictor.containers.push({ name: 'sidecar', image: 'registry.example.com/sidecar:1' }),
    (object) => object.spec.predictor.containers.push({ ...CANARY }),
  ],
  'kserve: storage': [
    (object, pick) => (object.spec.predictor.storageUris = pick<any>([], [{ uri: pick('s3://a/b', '', 'pvc://a/b'), mountPath: pick('/mnt/models', '/', 'mnt', '/mnt/../a') }])),
    (object, pick) => (object.spec.predictor.storageUris = [{ uri: 's3://a', mountPath: '/mnt/models/a' }, { uri: 'gs://b', mountPath: pick('/mnt/models/b', '/mnt/b', '/opt/b') },
      { uri: 'pvc://c', mountPath: '/c' }, { uri: 'pvc://d', mountPath: pick('/c', '/d') }]),
    (object) => addVariable(object.spec.predictor.containers[0], 'STORAGE_URI', 's3://models/fraud/1'),
    (object, pick) => object.spec.predictor.containers.push({ name: 'transformer-container', image: 'a', env: [{ name: pick('STORAGE_URI', 'HOME'), value: 's3://a/b' }] }),
  ],
  'kserve: canary': [
    (object, pick) => (object.spec.predictor.canaryTrafficPercent = pick(0, 10, 150)),
    (object, pick) => {
      const names = pick<any>(['next'], ['next'], ['next'], ['next', 'later'], ['next', 'next'], [undefined]);
      if (object.spec.predictor.containers && pick(true, true, false)) {addVariable(object.spec.predictor.containers[0], 'STORAGE_URI', 's3://models/fraud/1');}
      object.spec.canary = names.map((name: any) => ({ trafficPercent: pick(0, 10, 10, 60, 101), predictor: { name, containers: [{ ...CANARY }] } }));
    },
    (object, pick) => addCanary(object, pick, canaryOddity(pick)),
    (object, pick) => Object.assign(object.spec.canary[0].predictor, canaryOddity(pick)),
    (object, pick) => (object.spec.predictor.name = pick('stable', 'next')),
  ],
};

/** Changes of a Service of Knative, by family. */
export const KNATIVE_MUTATIONS: { [family: string]: ServingMutation[] } = {
  'knative: names': [
    (object, pick) => (template(object).metadata.name = pick(object.metadata.name, `${object.metadata.name}-2`, 'other-1', `${object.metadata.name}-A`, '')),
    (object, pick) => {object.metadata.name = pick('fraud', 'f', '1fraud', 'Fraud'); delete template(object).metadata.name;},
    (object, pick) => annotate(object, pick('autoscaling.knative.dev/min-scale', 'example.com/team'), '1'),
  ],
  'knative: pods': [
    (object, pick) => Object.assign(pod(object), pick<any>({ terminationGracePeriodSeconds: pick(0, 30) }, { restartPolicy: 'Always' }, { nodeName: 'a' }, { enableServiceLinks: false }, { imagePullSecrets: [{ name: 'a' }] })),
    (object, pick) => (pod(object)[pick('nodeSelector', 'dnsPolicy', 'priorityClassName', 'schedulerName', 'runtimeClassName')] = pick<any>(undefined, undefined)),
    (object) => (pod(object).nodeSelector = { gpu: 'a10' }),
    (object, pick) => (pod(object).tolerations = pick<any>([], [{ key: 'gpu', operator: 'Exists' }])),
    (object, pick) => (pod(object).priorityClassName = pick('serving', '')),
    (object, pick) => {pod(object).tolerations = [{ key: 'gpu', operator: 'Exists' }]; annotate(object, 'cdk8s-mlops.io/knative-features', pick('kubernetes.podspec-tolerations', 'kubernetes.podspec-affinity'));},
    (object, pick) => (pod(object).securityContext = pick<any>({}, { runAsNonRoot: true }, { fsGroupChangePolicy: 'Always' })),
    (object, pick) => (pod(object).automountServiceAccountToken = pick(true, false)),
    (object, pick) => (pod(object).volumes = [...pod(object).volumes, pick<any>({ name: 'unused', emptyDir: {} }, { name: 'scratch', emptyDir: {} })]),
    (object, pick) => {
      pod(object).volumes = [...pod(object).volumes, { name: 'extra', ...pick<any>({ emptyDir: { medium: 'Memory' } }, { persistentVolumeClaim: { claimName: 'a', readOnly: pick(true, false) } }, { configMap: { name: 'a' } }) }];
      pod(object).containers[0].volumeMounts.push({ name: 'extra', mountPath: '/extra', readOnly: true });
    },
    (object, pick) => (pod(object).initContainers = pick<any>([], [{ name: 'init', image: 'registry.example.com/init:1' }])),
    (object, pick) => pod(object).containers.push({ name: 'sidecar', image: 'registry.example.com/sidecar:1', ...pick<any>({}, {}, { ports: [{ containerPort: 8081 }] }, { livenessProbe: { tcpSocket: { port: 8081 } } }) }),
  ],
  'knative: containers': [
    (object, pick) => Object.assign(pod(object).containers[0], pick<any>({ lifecycle: { preStop: { sleep: { seconds: 5 } } } }, { stdin: true }, { tty: false }, { workingDir: '/tmp' }, { terminationMessagePolicy: 'File' })),
    (object, pick) => (pod(object).containers[0].name = pick('server', 'queue-proxy', 'user-container')),
    (object, pick) => (pod(object).containers[0].env = [{ name: pick('PORT', 'K_SERVICE', 'HOME', 'THRESHOLD'), value: 'x' }]),
    (object, pick) => (pod(object).containers[0].env = [{ name: 'NODE', valueFrom: pick<any>({ fieldRef: { fieldPath: 'spec.nodeName' } }, { secretKeyRef: { name: 'a', key: 'b' } }) }]),
    (object, pick) => Object.assign(pod(object).containers[0].ports[0], pick<any>({ containerPort: pick(8080, 8012, 9090, 65536, 3000) }, { name: pick('http1', 'h2c', 'http', '') }, { protocol: pick('TCP', 'UDP') }, { hostPort: 80 })),
    (object, pick) => (pod(object).containers[0].volumeMounts[0].mountPath = pick('/tmp', '/', '/dev', '/dev/', 'tmp', '/cache')),
    (object, pick) => (pod(object).containers[0].securityContext = pick<any>({ capabilities: { drop: ['ALL'] } }, { capabilities: { add: ['NET_ADMIN'] } }, { privileged: true }, { procMount: 'Default' }, { runAsUser: 1000 })),
  ],
  'knative: traffic': [
    (object, pick) => (object.spec.traffic = [{ percent: pick(100, 100, 90, 101), latestRevision: true }]),
    (object, pick) => (object.spec.traffic = [{ tag: pick('a', 'A'), percent: 60, latestRevision: true }, { tag: pick('b', 'b', 'a'), percent: pick(40, 40, 30), revisionName: pick('fraud-1', 'fraud 1'), latestRevision: pick<any>(undefined, false, true) }]),
    (object) => delete object.spec.traffic,
    (object, pick) => (object.spec.traffic = [{ percent: 100, ...pick<any>({ configurationName: 'other' }, { revisionName: 'fraud-1' }, { latestRevision: false }, {}) }]),
    (object, pick) => (object.spec.traffic = [{ percent: 150, latestRevision: true }, { percent: pick(-50, 0), revisionName: 'fraud-1' }]),
  ],
  'knative: scaling': [
    (object, pick) => scale(object, 'class', pick('kpa.autoscaling.knative.dev', 'hpa.autoscaling.knative.dev', 'vpa.autoscaling.knative.dev', 'example.com')),
    (object, pick) => scale(object, 'metric', pick('concurrency', 'rps', 'cpu', '')),
    (object, pick) => scale(object, pick('min-scale', 'max-scale'), pick('0', '1', '3', '11', '-1', 'x')),
    (object, pick) => scale(object, 'initial-scale', pick('0', '1', '5', 'x')),
    (object, pick) => scale(object, 'target', pick('0.01', '8', '0', 'x')),
    (object, pick) => scale(object, 'target-utilization-percentage', pick('1', '70', '101')),
    (object, pick) => scale(object, pick('window', 'scale-down-delay'), pick('60s', '1m30s', '5s', '2h', 'long', '1500ms')),
    (object, pick) => (pod(object).containerConcurrency = pick(0, 1, 1000, 1001, -1)),
    (object, pick) => (pod(object).timeoutSeconds = pick(0, 30, 600, 601)),
    (object, pick) => (template(object).metadata.annotations = { ...template(object).metadata.annotations, 'serving.knative.dev/progress-deadline': pick('600s', '1500ms', 'long', '2m') }),
  ],
};
