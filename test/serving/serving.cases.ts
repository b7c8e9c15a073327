import { Chart, Duration, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  Autoscaling, ClusterDns, Findings, Gpu, ImageRef, MeshMode, MetricQuery, MetricsBackend, ModelServer, ModelServing, ModelServingProps, ModelSource,
  NetworkPeer, PlatformProfile, PredictionExporter, RolloutStrategy, SecretRef,
} from '../../src';
import { aPredictionLog } from '../support/drift';
import { ErrorCase } from '../support/error-case';
import { aRelease, DIGEST, OTHER_DIGEST, servingProps, someMetrics } from '../support/fixtures';

const serve = (overrides: Partial<ModelServingProps>) => () => new ModelServing(Testing.chart(), 'Serving', servingProps(overrides));
const gibibytes = (request: number, limit: number) => ({ request: Size.gibibytes(request), limit: Size.gibibytes(limit) });
const query = MetricQuery.promql({ expr: 'sum(rate(model_inference_requests_total[2m]))', title: 'requests per second' });

const exporterAt = (port: number, path?: string) =>
  PredictionExporter.of({ image: ImageRef.fromDigest('registry.example.com/exporter', DIGEST), resources: {}, port, path });

export const cases: ErrorCase[] = [
  {
    id: 'serving/no-resources',
    when: 'a server without resources',
    provoke: serve({ resources: { cpu: { limit: kplus.Cpu.units(4) } } }),
    message: "[test/Serving] 'resources' must name cpu.request, memory.request, memory.limit; measure them with a load test (serving/no-resources)",
  },
  {
    id: 'serving/no-slo',
    when: 'a model that promises nothing',
    provoke: serve({ slo: undefined }),
    message: "[test/Serving] 'slo' must say what is promised to callers: alerts, panels and guardrails are derived from it (serving/no-slo)",
  },
  {
    id: 'serving/limit-below-request',
    when: 'a memory limit below the request',
    provoke: serve({ resources: { cpu: { request: kplus.Cpu.units(2) }, memory: gibibytes(4, 2) } }),
    message: "[test/Serving] 'memory.limit' (2048Mi) must not be below 'memory.request' (4096Mi) (serving/limit-below-request)",
  },
  {
    id: 'serving/limit-below-request',
    when: 'a CPU limit below the request, in whichever unit',
    provoke: serve({ resources: { cpu: { request: kplus.Cpu.units(2), limit: kplus.Cpu.millis(500) }, memory: gibibytes(4, 4) } }),
    message: "[test/Serving] 'cpu.limit' (500m) must not be below 'cpu.request' (2) (serving/limit-below-request)",
  },
  {
    id: 'serving/missing-property',
    when: 'what a compiler would have asked for',
    provoke: () => new ModelServing(Testing.chart(), 'Serving', { owner: servingProps().owner } as any),
    message: ['model', 'image', 'server', 'resources', 'warmup', 'platform', 'strategy']
      .map((name) => `[test/Serving] '${name}' must be given, got nothing (serving/missing-property)`).join('\n'),
  },
  {
    id: 'serving/malformed-namespace',
    when: 'a namespace that Kubernetes refuses',
    provoke: () => new ModelServing(new Chart(Testing.app(), 'fraud', { namespace: 'Fraud_NS' }), 'Serving', servingProps()),
    message: "[fraud/Serving] 'namespace' must be at most 63 lower-case letters, digits and '-', got 'Fraud_NS' (serving/malformed-namespace)",
  },
  {
    id: 'serving/malformed-name',
    when: 'names that Kubernetes refuses',
    provoke: serve({ identity: { serviceAccountName: 'Bad_Name', serviceAccountAnnotations: {} }, priorityClassName: 'High' }),
    message: "[test/Serving] 'identity.serviceAccountName' must be lower-case letters, digits, '-' and '.', got 'Bad_Name' (serving/malformed-name)\n" +
      "[test/Serving] 'priorityClassName' must be lower-case letters, digits, '-' and '.', got 'High' (serving/malformed-name)",
  },
  {
    id: 'labels/malformed-value',
    when: 'a label of the pods that Kubernetes refuses',
    provoke: serve({ labels: { app: 'not valid!!' } }),
    message: "[test/Serving] 'labels' must have values of at most 63 letters, digits, '-', '_' and '.', starting and ending with a letter or digit, got 'not valid!!' for 'app' (labels/malformed-value)",
  },
  {
    id: 'labels/malformed-key',
    when: 'a label of nodes that Kubernetes refuses',
    provoke: () => Gpu.nvidia(1, { nodeLabels: { 'bad key!': 'a10g' } }),
    message: "a key of 'nodeLabels' must be at most 63 letters, digits, '-', '_' and '.', starting and ending with a letter or digit, after an optional '<domain>/', got 'bad key!' (labels/malformed-key)",
  },
  {
    id: 'serving/malformed-variable',
    when: 'a variable that no program can read',
    provoke: serve({ env: { 'MY VAR=': 'x' } }),
    message: "[test/Serving] a variable must be letters, digits, '_', '-' and '.', not starting with a digit, got 'MY VAR=' (serving/malformed-variable)",
  },
  {
    id: 'serving/variable-given-twice',
    when: 'a variable that is secret and is not',
    provoke: serve({ env: { API_KEY: 'x' }, secrets: { API_KEY: SecretRef.existing('a', 'b') } }),
    message: "[test/Serving] 'API_KEY' stands in 'env' and in 'secrets'; drop one of them (serving/variable-given-twice)",
  },
  {
    id: 'serving/port-taken',
    when: 'two containers on one port',
    provoke: serve({ predictionExporter: exporterAt(8080) }),
    message: "[test/Serving] 'port' of the prediction exporter must differ from those of the server, got 8080, where the server answers requests (serving/port-taken)",
  },
  {
    id: 'serving/port-taken',
    when: 'an exporter on the port of the metrics of the server',
    provoke: serve({ predictionExporter: exporterAt(9090) }),
    message: "[test/Serving] 'port' of the prediction exporter must differ from those of the server, got 9090, where the server exports metrics (serving/port-taken)",
  },
  {
    id: 'serving/sidecar-port-taken',
    when: 'a container on the port of the server',
    provoke: serve({ sidecars: [aPredictionLog({ port: 8080 })] }),
    message: "[test/Serving] the container 'prediction-log' beside the server listens on 8080, which is taken in the pod; give it another port (serving/sidecar-port-taken)",
  },
  {
    id: 'serving/sidecar-variable',
    when: 'a variable that a container beside the server sets',
    provoke: serve({ sidecars: [aPredictionLog()], env: { PREDICTION_LOG_URL: 'http://log' } }),
    message: "[test/Serving] 'PREDICTION_LOG_URL' is set by the container 'prediction-log' beside the server; give your variable another name (serving/sidecar-variable)",
  },
  {
    id: 'serving/no-size',
    when: 'volumes of size zero',
    provoke: serve({ scratchSize: Size.gibibytes(0), sharedMemory: Size.gibibytes(0) }),
    message: "[test/Serving] 'scratchSize' must be larger than zero, got 0 (serving/no-size)\n" +
      "[test/Serving] 'sharedMemory' must be larger than zero, got 0 (serving/no-size)",
  },
  {
    id: 'serving/shared-memory-above-limit',
    when: 'shared memory that the server may not have',
    provoke: serve({ sharedMemory: Size.gibibytes(6) }),
    message: "[test/Serving] 'sharedMemory' (6144Mi) must be below 'memory.limit' (6144Mi), which it counts against (serving/shared-memory-above-limit)",
  },
  {
    id: 'serving/metrics-behind-mutual-tls',
    when: 'metrics on the port of requests in a mesh',
    provoke: () => Findings.of(new ModelServing(Testing.chart(), 'Serving', servingProps({
      server: ModelServer.bentoml(), platform: PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), mesh: MeshMode.istioAmbient() }),
    }))).list(),
    message: '[test/Serving] metrics are scraped on TCP 3000, which answers requests too: a mesh that asks for mutual TLS refuses Prometheus there; ' +
      'export them on a port of their own, or acknowledge it with the reason why Prometheus is let in (it is in the mesh, or the mesh is permissive) (serving/metrics-behind-mutual-tls)',
  },
  {
    id: 'serving/identity-out-of-reach',
    when: 'an identity whose credentials nobody can fetch',
    provoke: () => Findings.of(new ModelServing(Testing.chart(), 'Serving', servingProps({
      identity: { serviceAccountName: 'fraud', serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn' } },
    }))).list(),
    message: "[test/Serving] the identity 'fraud' (eks.amazonaws.com/role-arn) gets its credentials over TCP 443, and no egress allows that; " +
      "name the cloud's token service or its private endpoint among 'egress': NetworkPeer.cidr() or NetworkPeer.anyHttps() (serving/identity-out-of-reach)",
  },
  {
    id: 'serving/several-numbers-in-autoscaling',
    when: 'a number for each pod where KEDA wants one',
    provoke: () => Autoscaling.keda({
      maxReplicas: 4, perPod: 40, query: MetricQuery.promql({ expr: 'sum by (pod) (rate(model_inference_requests_total[2m]))', title: 'requests per second' }),
    }),
    message: "'query' must answer one number, since KEDA refuses more than one series, got 'sum by (pod) (rate(model_inference_requests_total[2m]))'; put it together with sum() or max() (serving/several-numbers-in-autoscaling)",
  },
  {
    id: 'serving/several-numbers-in-autoscaling',
    when: 'every series of a metric where KEDA wants one number',
    provoke: () => Autoscaling.keda({
      maxReplicas: 4, perPod: 40, query: MetricQuery.promql({ expr: 'rate(model_inference_requests_total[2m])', title: 'requests per second' }),
    }),
    message: "'query' must answer one number, since KEDA refuses more than one series, got 'rate(model_inference_requests_total[2m])'; put it together with sum() or max() (serving/several-numbers-in-autoscaling)",
  },
  {
    id: 'serving/header-of-autoscaling',
    when: 'a header that KEDA would read as two',
    provoke: serve({
      autoscaling: Autoscaling.keda({ maxReplicas: 4, query, perPod: 40 }),
      platform: PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring', headers: { 'X-Scope-OrgID': 'a,b' } }) }),
    }),
    message: "[test/Serving] KEDA reads headers as a list 'name=value,name=value', so it cannot send 'X-Scope-OrgID: a,b'; use a value without ',' and '=' (serving/header-of-autoscaling)",
  },
  {
    id: 'platform/no-dns',
    when: 'a cluster without names, on a port that does not exist',
    provoke: () => ClusterDns.custom({ peers: [], port: 0 }),
    message: "'peers' must name who answers when a pod asks for a name, got nobody (platform/no-dns)\n" +
      "'port' of the DNS must be between 1 and 65535, got 0 (platform/malformed-dns-port)",
  },
  {
    id: 'platform/malformed-dns-port',
    when: 'half a port',
    provoke: () => ClusterDns.custom({ peers: [NetworkPeer.namespace('dns')], port: 53.5 }),
    message: "'port' of the DNS must be between 1 and 65535, got 53.5 (platform/malformed-dns-port)",
  },
  {
    id: 'serving/malformed-port',
    when: 'an exporter on a port that does not exist, under a path that is none',
    provoke: () => exporterAt(99999, 'metrics'),
    message: "'port' must be between 1 and 65535, got 99999 (serving/malformed-port)\n'path' must start with '/', got 'metrics' (serving/malformed-path)",
  },
  {
    id: 'serving/malformed-path',
    when: 'a readiness of Ray Serve that is no path',
    provoke: () => ModelServer.rayServe({ readyPath: 'ready' }),
    message: "'readyPath' must start with '/', got 'ready' (serving/malformed-path)",
  },
  {
    id: 'serving/no-warmup',
    when: 'a warm-up of zero',
    provoke: serve({ warmup: Duration.seconds(0) }),
    message: "[test/Serving] 'warmup' must be above zero, got 0s; measure how long the server takes until the model can predict (serving/no-warmup)",
  },
  {
    id: 'serving/warmup-above-objective',
    when: 'a warm-up longer than a rollback may take',
    provoke: serve({ warmup: Duration.minutes(11) }),
    message: "[test/Serving] 'warmup' (660s) must be below 'rollbackObjective' (600s): a rollback starts pods too; make the model load faster or raise the objective (serving/warmup-above-objective)",
  },
  {
    id: 'serving/replicas-and-autoscaling',
    when: 'a number of pods that two decide',
    provoke: serve({ replicas: 3, autoscaling: Autoscaling.cpu({ maxReplicas: 6 }) }),
    message: "[test/Serving] 'replicas' (3) and 'autoscaling' exclude each other; drop one of them (serving/replicas-and-autoscaling)",
  },
  {
    id: 'serving/malformed-replicas',
    when: 'half a pod',
    provoke: serve({ replicas: 1.5 }),
    message: "[test/Serving] 'replicas' must be a positive integer, got 1.5 (serving/malformed-replicas)",
  },
  {
    id: 'serving/root-user',
    when: 'root',
    provoke: serve({ runAsUser: 0 }),
    message: "[test/Serving] 'runAsUser' must be a positive integer, got 0; the restricted pod security standard refuses root (serving/root-user)",
  },
  {
    id: 'serving/two-service-accounts',
    when: 'an identity that is bound to another service account',
    provoke: () => {
      const chart = Testing.chart();
      return new ModelServing(chart, 'Serving', servingProps({
        identity: { serviceAccountName: 'fraud', serviceAccountAnnotations: {} },
        serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, 'Existing', 'default'),
      }));
    },
    message: "[test/Serving] 'identity' is bound to the service account 'fraud', but 'serviceAccount' is 'default'; bind the identity to that account, or drop serviceAccount (serving/two-service-accounts)",
  },
  {
    id: 'serving/reserved-environment',
    when: 'a variable that the serving sets itself',
    provoke: serve({ env: { MODEL_PATH: '/opt/model' }, secrets: { MODEL_NAME: SecretRef.existing('a', 'b') } }),
    message: "[test/Serving] 'MODEL_PATH' is set by the serving itself; give your variable another name (serving/reserved-environment)\n" +
      "[test/Serving] 'MODEL_NAME' is set by the serving itself; give your variable another name (serving/reserved-environment)",
  },
  {
    id: 'serving/malformed-service-name',
    when: 'a name that Kubernetes refuses for a Service',
    provoke: serve({ serviceName: 'fraud.detection' }),
    message: "[test/Serving] 'serviceName' must be at most 63 lower-case letters, digits and '-', starting with a letter, got 'fraud.detection' (serving/malformed-service-name)",
  },
  {
    id: 'serving/malformed-watched-name',
    when: 'a name for its series that no label holds',
    provoke: serve({ watchedAs: 'Fraud detection' }),
    message: "[test/Serving] 'watchedAs' must be at most 63 lower-case letters, digits and '-', starting with a letter, got 'Fraud detection'; it becomes a label (serving/malformed-watched-name)",
  },
  {
    id: 'serving/malformed-service-name',
    when: 'a name longer than Kubernetes allows',
    provoke: serve({ serviceName: 'f'.repeat(64) }),
    message: `[test/Serving] 'serviceName' must be at most 63 lower-case letters, digits and '-', starting with a letter, got '${'f'.repeat(64)}' (serving/malformed-service-name)`,
  },
  {
    id: 'serving/image-not-of-release',
    when: 'an image that the release is not baked into',
    provoke: serve({ release: aRelease({ imageDigest: OTHER_DIGEST }) }),
    message: `[test/Serving] 'image' must be the one that version 'v2.1.0' is baked into (${OTHER_DIGEST}), got 'registry.example.com/fraud/server@${DIGEST}'; ` +
      'promote the image that you want to serve, or load the model from a registry (serving/image-not-of-release)',
  },
  {
    id: 'serving/image-not-of-release',
    when: 'everything that is wrong at once',
    provoke: serve({ release: aRelease({ imageDigest: OTHER_DIGEST }), replicas: 0, warmup: Duration.seconds(0) }),
    message: "[test/Serving] 'warmup' must be above zero, got 0s; measure how long the server takes until the model can predict (serving/no-warmup)\n" +
      `[test/Serving] 'image' must be the one that version 'v2.1.0' is baked into (${OTHER_DIGEST}), got 'registry.example.com/fraud/server@${DIGEST}'; ` +
      'promote the image that you want to serve, or load the model from a registry (serving/image-not-of-release)\n' +
      "[test/Serving] 'replicas' must be a positive integer, got 0 (serving/malformed-replicas)",
  },
  {
    id: 'serving/no-artifact-size',
    when: 'a volume of size zero',
    provoke: () => ModelSource.loadedFrom({ countsVersions: false, environment: {}, secretEnvironment: {}, modelUri: () => '' }, {
      loader: ImageRef.fromDigest('registry.example.com/loader', DIGEST), sizeLimit: Size.gibibytes(0), egress: [NetworkPeer.namespace('registry')],
    }),
    message: "'sizeLimit' must be larger than zero, got 0; give the size of the artifact and some room (serving/no-artifact-size)",
  },
  {
    id: 'serving/registry-out-of-reach',
    when: 'a registry that the loader cannot reach',
    provoke: () => ModelSource.loadedFrom({ countsVersions: false, environment: {}, secretEnvironment: {}, modelUri: () => '' }, {
      loader: ImageRef.fromDigest('registry.example.com/loader', DIGEST), sizeLimit: Size.gibibytes(1), egress: [],
    }),
    message: "'egress' must name whom the loader has to reach, got nobody; use NetworkPeer.cidr() or NetworkPeer.anyHttps() (serving/registry-out-of-reach)",
  },
  {
    id: 'serving/malformed-port',
    when: 'a port that does not exist',
    provoke: () => ModelServer.custom({ port: 0, readyPath: '/ready', livePath: '/live', metrics: someMetrics() }),
    message: "'port' must be between 1 and 65535, got 0 (serving/malformed-port)",
  },
  {
    id: 'serving/malformed-path',
    when: 'a path that is none',
    provoke: () => ModelServer.custom({ port: 8080, readyPath: '/ready', livePath: 'live', metrics: someMetrics() }),
    message: "'livePath' must start with '/', got 'live' (serving/malformed-path)",
  },
  {
    id: 'serving/malformed-gpu-count',
    when: 'half a GPU',
    provoke: () => Gpu.nvidia(0.5),
    message: "'count' of 'nvidia.com/gpu' must be a positive integer, got 0.5; a device cannot be shared by halves (serving/malformed-gpu-count)",
  },
  {
    id: 'serving/malformed-gpu-resource',
    when: 'a device that no plugin offers',
    provoke: () => Gpu.of('gpu', 1),
    message: "'resourceName' must look like 'nvidia.com/gpu', got 'gpu' (serving/malformed-gpu-resource)",
  },
  {
    id: 'serving/malformed-range',
    when: 'an autoscaler that may have fewer pods at most than at least',
    provoke: () => Autoscaling.cpu({ maxReplicas: 1 }),
    message: "'maxReplicas' must be an integer not below 'minReplicas', and that at least 1, got 2 to 1 (serving/malformed-range)",
  },
  {
    id: 'serving/malformed-target',
    when: 'an autoscaler that aims above the request',
    provoke: () => Autoscaling.cpu({ maxReplicas: 4, targetPercent: 120 }),
    message: "'targetPercent' must be between 1 and 100, got 120 (serving/malformed-target)",
  },
  {
    id: 'serving/malformed-share',
    when: 'a pod that carries nothing',
    provoke: () => Autoscaling.keda({ maxReplicas: 4, query, perPod: 0 }),
    message: "'perPod' must be above zero, got 0; say how much of 'requests per second' one pod carries (serving/malformed-share)",
  },
  {
    id: 'serving/grafana-variable-in-autoscaling',
    when: "a variable of Grafana in KEDA's query",
    provoke: () => Autoscaling.keda({
      maxReplicas: 4, perPod: 40, query: MetricQuery.promql({ expr: 'sum(rate(model_inference_requests_total[$__rate_interval]))', title: 'requests per second' }),
    }),
    message: "'query' is read by KEDA, which knows no variables of Grafana, got 'sum(rate(model_inference_requests_total[$__rate_interval]))'; give its range in full, such as [2m] (serving/grafana-variable-in-autoscaling)",
  },
  {
    id: 'serving/autoscaling-without-metrics',
    when: 'KEDA without a Prometheus',
    provoke: serve({
      autoscaling: Autoscaling.keda({ maxReplicas: 4, query, perPod: 40 }), platform: PlatformProfile.of({ metrics: MetricsBackend.none('a laptop') }),
    }),
    message: "[test/Serving] Autoscaling.keda() reads 'requests per second' from Prometheus, but the platform profile has none; use Autoscaling.cpu() or give the profile a metrics backend (serving/autoscaling-without-metrics)",
  },
  {
    id: 'rollout/rollback-above-objective',
    when: 'a rollback that takes too long',
    provoke: () => {
      const serving = new ModelServing(Testing.chart(), 'Serving', servingProps({ replicas: 4, rollbackObjective: Duration.minutes(5) }));
      return Findings.of(serving).list();
    },
    message: '[test/Serving] worst-case rollback takes 625s, above the objective of 300s; ' +
      "the largest term is 'start' with 300s (4 pods, 1 at a time: 4 waves, each as slow as the startup probe allows); " +
      'roll more pods at once with RolloutStrategy.rollingUpdate({ maxSurgePercent: 76 }), make the model start faster, or raise rollbackObjective (rollout/rollback-above-objective)',
  },
  {
    id: 'rollout/malformed-surge',
    when: 'more than all pods at once',
    provoke: () => RolloutStrategy.rollingUpdate({ maxSurgePercent: 150 }),
    message: "'maxSurgePercent' must be between 0 and 100, got 150 (rollout/malformed-surge)",
  },
  {
    id: 'rollout/malformed-unavailable',
    when: 'a share of pods that is none',
    provoke: () => RolloutStrategy.rollingUpdate({ maxUnavailablePercent: -1 }),
    message: "'maxUnavailablePercent' must be between 0 and 100, got -1 (rollout/malformed-unavailable)",
  },
  {
    id: 'rollout/no-way-to-roll',
    when: 'a roll that neither adds a pod nor lets one go',
    provoke: () => RolloutStrategy.rollingUpdate({ maxSurgePercent: 0 }),
    message: "'maxSurgePercent' must be above 0 where no pod may be missing during a roll, got 0; let some be missing with maxUnavailablePercent where there is no room for more (rollout/no-way-to-roll)",
  },
  {
    id: 'network/no-labels',
    when: 'pods without a label',
    provoke: () => NetworkPeer.pods({ labels: {} }),
    message: "'labels' must name at least one label, got none; use NetworkPeer.sameNamespace() or NetworkPeer.namespace() for every pod (network/no-labels)",
  },
  {
    id: 'network/malformed-cidr',
    when: 'a host name in a NetworkPolicy',
    provoke: () => NetworkPeer.cidr('s3.amazonaws.com', 443),
    message: "'cidr' must look like '10.20.0.0/16', got 's3.amazonaws.com'; a host name cannot stand in a NetworkPolicy (network/malformed-cidr)",
  },
  {
    id: 'network/no-reason',
    when: 'any address without a reason',
    provoke: () => NetworkPeer.anyHttps(''),
    message: "'reason' must say what any address on port 443 is needed for, got '' (network/no-reason)",
  },
];
