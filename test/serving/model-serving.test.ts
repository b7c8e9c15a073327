import { ApiObject, App, Chart, Duration, JsonPatch, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  Findings, Gpu, ImageRef, ModelRegistry, ModelServer, ModelServing, ModelServingProps, ModelSource, NetworkPeer, PredictionExporter, RolloutStrategy,
  SecretRef, Spread,
} from '../../src';
import { aRelease, aServer, DIGEST, servingProps, someMetrics } from '../support/fixtures';
import { objectOf } from '../support/manifests';

function synth(overrides: Partial<ModelServingProps> = {}): any[] {
  const chart = Testing.chart();
  new ModelServing(chart, 'Serving', servingProps(overrides));
  return Testing.synth(chart);
}

function podOf(manifests: any[]): any {
  return objectOf(manifests, 'Deployment').spec.template.spec;
}

test('a serving makes what production asks for, and nothing else', () => {
  expect(synth().map((manifest) => manifest.kind)).toEqual(['ServiceAccount', 'Deployment', 'Service', 'NetworkPolicy', 'PodDisruptionBudget']);
});

describe('probes', () => {
  test('startup waits for the model, half again as long as the warm-up, and one check more, as the first comes at any moment', () => {
    const [server] = podOf(synth({ warmup: Duration.seconds(45) })).containers;

    expect(server.startupProbe).toEqual({
      httpGet: { path: '/v1/models/fraud-detection/ready', port: 8080, scheme: 'HTTP' }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 15,
    });
  });

  test('the first check alone never ends a container', () => {
    const [server] = podOf(synth({ warmup: Duration.seconds(1) })).containers;

    expect(server.startupProbe.failureThreshold).toBe(2);
  });

  test('readiness asks the model, liveness the process', () => {
    const [server] = podOf(synth()).containers;

    expect(server.readinessProbe).toEqual({
      httpGet: { path: '/v1/models/fraud-detection/ready', port: 8080, scheme: 'HTTP' }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2,
    });
    expect(server.livenessProbe).toEqual({
      httpGet: { path: '/v1/health/live', port: 8080, scheme: 'HTTP' }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6,
    });
  });
});

describe('the end of a pod', () => {
  test('a pod waits until nobody sends it requests, then finishes those it has', () => {
    const pod = podOf(synth({ requestTimeout: Duration.seconds(60) }));

    expect(pod.containers[0].lifecycle).toEqual({ preStop: { sleep: { seconds: 10 } } });
    expect(pod.terminationGracePeriodSeconds).toBe(75);
  });

  test('a drain takes one pod at a time and is not blocked by broken ones', () => {
    const manifests = synth();

    expect(objectOf(manifests, 'PodDisruptionBudget').spec).toEqual({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: { 'cdk8s-mlops.io/service': 'fraud-detection' } },
    });
  });
});

describe('restricted pod security', () => {
  const restricted = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  };

  test('holds for every container and for the pod', () => {
    const exporter = PredictionExporter.of({ image: ImageRef.fromDigest('registry.example.com/exporter', DIGEST), resources: {} });
    const pod = podOf(synth({ predictionExporter: exporter }));

    expect([...pod.initContainers, ...pod.containers].map((container: any) => container.securityContext)).toEqual([restricted, restricted]);
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, fsGroupChangePolicy: 'OnRootMismatch', seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
  });

  test('a user of the image is kept when it is named', () => {
    expect(podOf(synth({ runAsUser: 1000 })).securityContext).toMatchObject({ runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 });
  });

  test('only /tmp can be written to, up to a limit', () => {
    const pod = podOf(synth({ scratchSize: Size.mebibytes(64) }));

    expect(pod.volumes).toEqual([{ name: 'scratch', emptyDir: { sizeLimit: '64Mi' } }]);
    expect(pod.containers[0].volumeMounts).toEqual([{ name: 'scratch', mountPath: '/tmp' }]);
  });
});

describe('placement', () => {
  test('pods of one version are spread over zones and nodes as far as the cluster allows', () => {
    const manifests = synth();
    const labelSelector = objectOf(manifests, 'Deployment').spec.selector;

    expect(podOf(manifests).topologySpreadConstraints).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
      maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector, matchLabelKeys: ['pod-template-hash'],
    })));
  });

  test('a spread can be required', () => {
    const [zone] = podOf(synth({ spread: Spread.REQUIRED })).topologySpreadConstraints;

    expect(zone.whenUnsatisfiable).toBe('DoNotSchedule');
  });

  test('a GPU is requested beside CPU and memory, on nodes that have the right one', () => {
    const pod = podOf(synth({ gpu: Gpu.nvidia(1, { nodeLabels: { 'node.kubernetes.io/instance-type': 'g5.xlarge' } }) }));

    expect(pod.containers[0].resources).toEqual({
      limits: { 'memory': '6144Mi', 'nvidia.com/gpu': 1 },
      requests: { 'cpu': '2', 'memory': '4096Mi', 'nvidia.com/gpu': 1 },
    });
    expect(pod.tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
    expect(pod.nodeSelector).toEqual({ 'node.kubernetes.io/instance-type': 'g5.xlarge' });
  });

  test('a GPU without a choice of nodes goes wherever there is one', () => {
    expect(podOf(synth({ gpu: Gpu.of('amd.com/gpu', 2) })).nodeSelector).toBeUndefined();
  });
});

describe('which version runs', () => {
  test('the pod template carries version and hash, and no alias', () => {
    const template = objectOf(synth(), 'Deployment').spec.template;

    expect(template.metadata.labels).toMatchObject({ 'cdk8s-mlops.io/model': 'fraud-detection', 'cdk8s-mlops.io/model-version': 'v2.1.0' });
    expect(template.metadata.annotations).toMatchObject({ 'cdk8s-mlops.io/artifact-sha256': 'c'.repeat(64) });
    expect(JSON.stringify(template)).not.toContain('champion');
  });

  test('the server is told which version it is', () => {
    const [server] = podOf(synth({ env: { WORKERS: '4' } })).containers;

    expect(server.env).toEqual([
      { name: 'WORKERS', value: '4' },
      { name: 'MODEL_NAME', value: 'fraud-detection' },
      { name: 'MODEL_VERSION', value: 'v2.1.0' },
      { name: 'MODEL_SHA256', value: 'c'.repeat(64) },
    ]);
  });

  test('a digest is not pulled again, a tag always is', () => {
    const [pinned] = podOf(synth()).containers;
    const [tagged] = podOf(synth({ image: ImageRef.unpinned('registry.example.com/fraud/server:1.4') })).containers;

    expect(pinned.imagePullPolicy).toBe('IfNotPresent');
    expect(tagged.imagePullPolicy).toBe('Always');
  });
});

test('a secret reaches the server by reference', () => {
  const [server] = podOf(synth({ secrets: { API_KEY: SecretRef.existing('fraud-secrets', 'api-key') } })).containers;

  expect(server.env).toContainEqual({ name: 'API_KEY', valueFrom: { secretKeyRef: { name: 'fraud-secrets', key: 'api-key' } } });
});

describe('ports', () => {
  test('metrics on a port of their own have a name of their own', () => {
    const [server] = podOf(synth()).containers;

    expect(server.ports).toEqual([{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 9090 }]);
  });

  test('metrics on the port of the server are scraped there', () => {
    const server = ModelServer.custom({ port: 9090, readyPath: '/ready', livePath: '/live', metrics: someMetrics() });
    const chart = Testing.chart();
    const serving = new ModelServing(chart, 'Serving', servingProps({ server }));

    expect(podOf(Testing.synth(chart)).containers[0].ports).toEqual([{ name: 'http', containerPort: 9090 }]);
    expect(serving.scrapeEndpoints).toEqual([{ portName: 'http', path: '/metrics' }]);
  });

  test('a prediction exporter is scraped beside the server, which knows where to post', () => {
    const exporter = PredictionExporter.of({ image: ImageRef.fromDigest('registry.example.com/exporter', DIGEST), resources: {} });
    const chart = Testing.chart();
    const serving = new ModelServing(chart, 'Serving', servingProps({ predictionExporter: exporter }));
    const manifests = Testing.synth(chart);
    const { containers: [server], initContainers: [sidecar] } = podOf(manifests);

    expect(server.env).toContainEqual({ name: 'PREDICTION_EXPORTER_URL', value: 'http://127.0.0.1:9091' });
    expect(sidecar.ports).toEqual([{ name: 'predictions', containerPort: 9091 }]);
    expect(serving.scrapeEndpoints).toEqual([{ portName: 'metrics', path: '/metrics' }, { portName: 'predictions', path: '/metrics' }]);
    expect(serving.metrics.predictions).toBe(exporter.metrics);
    expect(objectOf(manifests, 'NetworkPolicy').spec.ingress[0].ports).toEqual([{ port: 9090, protocol: 'TCP' }, { port: 9091, protocol: 'TCP' }]);
  });
});

test('a prediction exporter starts before the server, ends after it, and no probe of it takes the model out of the Service', () => {
  const exporter = PredictionExporter.of({ image: ImageRef.fromDigest('registry.example.com/exporter', DIGEST), resources: {} });
  const source = ModelSource.loadedFrom(ModelRegistry.fromS3Uri('s3://models'), {
    loader: ImageRef.fromDigest('registry.example.com/loader', DIGEST), sizeLimit: Size.gibibytes(1), egress: [NetworkPeer.namespace('mlflow')],
  });
  const { initContainers } = podOf(synth({ predictionExporter: exporter, source }));

  expect(initContainers.map((container: any) => [container.name, container.restartPolicy])).toEqual([
    ['model-loader', undefined], ['prediction-exporter', 'Always'],
  ]);
  expect(['startupProbe', 'readinessProbe', 'livenessProbe'].filter((probe) => probe in initContainers[1])).toEqual([]);
});

describe('what a server is started with', () => {
  test('a command, a priority and memory that its workers share', () => {
    const pod = podOf(synth({ command: ['tritonserver'], args: ['--strict'], priorityClassName: 'serving', sharedMemory: Size.gibibytes(1) }));

    expect(pod.containers[0]).toMatchObject({ command: ['tritonserver'], args: ['--strict'] });
    expect(pod.priorityClassName).toBe('serving');
    expect(pod.volumes).toContainEqual({ name: 'shared-memory', emptyDir: { medium: 'Memory', sizeLimit: '1024Mi' } });
    expect(pod.containers[0].volumeMounts).toContainEqual({ name: 'shared-memory', mountPath: '/dev/shm' });
  });

  test('none of them unless asked', () => {
    const pod = podOf(synth());

    expect(pod.containers[0].command).toBeUndefined();
    expect(pod.priorityClassName).toBeUndefined();
  });
});

test('what Kubernetes counts in whole units is rounded up', () => {
  const pod = podOf(synth({
    warmup: Duration.millis(14_500),
    requestTimeout: Duration.millis(500),
    pullBudget: Duration.millis(1_500),
    rollbackObjective: Duration.millis(599_500),
    scratchSize: Size.kibibytes(1_500_000),
    sharedMemory: Size.kibibytes(1),
    resources: {
      cpu: { request: kplus.Cpu.units(2) },
      memory: { request: Size.kibibytes(1_500_000), limit: Size.kibibytes(1_500_000) },
      ephemeralStorage: { request: Size.kibibytes(1025) },
    },
  }));

  expect(pod.containers[0].startupProbe.failureThreshold).toBe(6);
  expect(pod.terminationGracePeriodSeconds).toBe(16);
  expect(pod.volumes.map(({ emptyDir }: any) => emptyDir.sizeLimit)).toEqual(['1465Mi', '1Mi']);
  expect(pod.containers[0].resources).toEqual({
    limits: { memory: '1465Mi' }, requests: { 'cpu': '2', 'memory': '1465Mi', 'ephemeral-storage': '2Mi' },
  });
});

describe('service account', () => {
  test('one is made, without a token', () => {
    const manifests = synth();
    const account = objectOf(manifests, 'ServiceAccount');

    expect(account.automountServiceAccountToken).toBe(false);
    expect(podOf(manifests).serviceAccountName).toBe(account.metadata.name);
  });

  test('an identity names and annotates it', () => {
    const identity = { serviceAccountName: 'fraud', serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/fraud' } };
    const account = objectOf(synth({ identity }), 'ServiceAccount');

    expect(account.metadata).toMatchObject({ name: 'fraud', annotations: identity.serviceAccountAnnotations });
  });

  test('an account that exists is joined', () => {
    const chart = Testing.chart();
    const serviceAccount = kplus.ServiceAccount.fromServiceAccountName(chart, 'Existing', 'fraud');
    new ModelServing(chart, 'Serving', servingProps({ serviceAccount }));
    const manifests = Testing.synth(chart);

    expect(manifests.filter((manifest) => manifest.kind === 'ServiceAccount')).toEqual([]);
    expect(podOf(manifests).serviceAccountName).toBe('fraud');
  });
});

describe('names', () => {
  test('the Service is called like the model', () => {
    expect(objectOf(synth(), 'Service').metadata.name).toBe('fraud-detection');
  });

  test('the Service may be called otherwise', () => {
    const chart = Testing.chart();
    const serving = new ModelServing(chart, 'Serving', servingProps({ serviceName: 'fraud' }));

    expect(serving.serviceName).toBe('fraud');
    expect(objectOf(Testing.synth(chart), 'Service').metadata.name).toBe('fraud');
  });

  test('a serving knows the namespace of its chart', () => {
    const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
    const serving = new ModelServing(chart, 'Serving', servingProps());

    expect(serving.servingNamespace).toBe('ml');
  });
});

describe('escape hatches', () => {
  test('a patch on the workload keeps fields that cdk8s-plus does not know', () => {
    const chart = Testing.chart();
    const serving = new ModelServing(chart, 'Serving', servingProps());
    ApiObject.of(serving.workload).addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/resizePolicy', [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }]));

    const [server] = podOf(Testing.synth(chart)).containers;

    expect(server.resizePolicy).toEqual([{ resourceName: 'cpu', restartPolicy: 'NotRequired' }]);
    expect(server.lifecycle).toEqual({ preStop: { sleep: { seconds: 10 } } });
  });

  test('a container can be added to the workload', () => {
    const chart = Testing.chart();
    const serving = new ModelServing(chart, 'Serving', servingProps());
    serving.workload.addContainer({ name: 'cache', image: `registry.example.com/cache@${DIGEST}` });

    expect(podOf(Testing.synth(chart)).containers.map((container: any) => container.name)).toEqual(['server', 'cache']);
  });
});

describe('rollback', () => {
  test('a worst case within the objective is no finding', () => {
    const chart = Testing.chart();
    const serving = new ModelServing(chart, 'Serving', servingProps({ replicas: 3 }));

    expect(Findings.of(serving).list()).toEqual([]);
  });

  test('a worst case above the objective can be accepted with a reason', () => {
    const chart = Testing.chart();
    const serving = new ModelServing(chart, 'Serving', servingProps({ replicas: 4, rollbackObjective: Duration.minutes(5) }));
    Findings.of(serving).acknowledge('rollout/rollback-above-objective', 'batch traffic only');

    expect(() => Testing.synth(chart)).not.toThrow();
    expect(Findings.of(serving).list()[0].acknowledged).toBe('batch traffic only');
  });

  test('more pods at once roll back faster', () => {
    const chart = Testing.chart();
    const serving = new ModelServing(chart, 'Serving', servingProps({ replicas: 4, strategy: RolloutStrategy.rollingUpdate({ maxSurgePercent: 100 }) }));

    expect(serving.worstCaseRollback.map((term) => [term.term, term.duration.toSeconds()])).toEqual([
      ['image pull and fetch', 60], ['start', 75], ['observation', 10], ['last requests', 45],
    ]);
  });
});

test('a customer-facing model says so, for the rules that ask', () => {
  expect(objectOf(synth({ customerFacing: true }), 'Deployment').metadata.annotations).toMatchObject({ 'cdk8s-mlops.io/customer-facing': 'true' });
});

test('peers can be added later', () => {
  const chart = Testing.chart();
  const serving = new ModelServing(chart, 'Serving', servingProps({ callers: [] }));
  serving.allowFrom(NetworkPeer.namespace('checkout'));
  serving.allowTo(NetworkPeer.cidr('10.1.0.0/16', 5432));
  const { ingress, egress } = objectOf(Testing.synth(chart), 'NetworkPolicy').spec;

  expect(ingress.at(-1)).toEqual({ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'checkout' } } }], ports: [{ port: 8080, protocol: 'TCP' }] });
  expect(egress.at(-1)).toEqual({ to: [{ ipBlock: { cidr: '10.1.0.0/16' } }], ports: [{ port: 5432, protocol: 'TCP' }] });
});

test('a model that something else serves can be referred to', () => {
  const chart = Testing.chart();
  const serving = ModelServing.fromServingAttributes(chart, 'Serving', {
    modelName: 'fraud-detection',
    serviceName: 'fraud',
    servicePort: 80,
    podLabels: { app: 'fraud' },
    metrics: aServer().metrics,
    scrapeEndpoints: [{ portName: 'metrics', path: '/metrics' }],
    owner: servingProps().owner,
  });

  expect(serving.serviceName).toBe('fraud');
  expect(serving.servingNamespace).toBe('');
  expect(Testing.synth(chart)).toEqual([]);
});

test('the release defaults to the record of the model', () => {
  const serving = new ModelServing(Testing.chart(), 'Serving', servingProps({ release: aRelease({ version: '7' }) }));

  expect(serving.release.version).toBe('7');
});
