import { Duration, Testing } from 'cdk8s';
import {
  Autoscaling, Findings, GraphNode, GraphStep, ImageRef, InferenceGraph, InferenceGraphProps, KserveMode, KserveServing, KserveStorage,
  KserveVersion, ModelRegistry, ModelServer, ModelSource, NetworkPeer, TrafficRouter,
} from '../../../src';
import { ErrorCase } from '../../support/error-case';
import { aPlatform, aRelease, DIGEST, servingProps } from '../../support/fixtures';
import { knativePlatform, kserveProps, kservePlatform, someScaling, synthKserve, withCpuLimit } from '../../support/serving-by-others';

const reach = { egress: [NetworkPeer.anyHttps('models are in S3')] };
const storage = (...places: KserveStorage[]) => () => synthKserve({ storage: places });
const staged = (release: Parameters<typeof aRelease>[0], serviceName?: string) => () => synthKserve({
  serviceName,
  mode: KserveMode.standard({
    stages: { router: TrafficRouter.istio(), challenger: { release: aRelease(release), image: ImageRef.fromDigest('registry.example.com/fraud/server', DIGEST) } },
  }),
});

function graph(overrides: Partial<InferenceGraphProps>): InferenceGraph {
  const { owner } = servingProps();
  return new InferenceGraph(Testing.chart(), 'Graph', {
    graphName: 'fraud', root: GraphNode.sequence(GraphStep.model('features')), resources: withCpuLimit, owner, platform: aPlatform(), ...overrides,
  });
}

/** An autoscaler that somebody else wrote. */
class OwnAutoscaling extends Autoscaling {
  public constructor() {super({ maxReplicas: 3 });}
  public check(): void {}
  public bind(): void {}
}

export const cases: ErrorCase[] = [
  {
    id: 'serving/autoscaling-needs-object',
    when: 'an autoscaler that scales objects of the app only',
    provoke: () => synthKserve({ mode: KserveMode.standard({ autoscaling: new OwnAutoscaling() }) }),
    message: "this autoscaler scales objects of the app only, but Deployment 'fraud-detection-predictor' is made by another controller; "
      + 'use Autoscaling.cpu() or Autoscaling.keda() (serving/autoscaling-needs-object)',
  },
  { id: 'kserve/unknown-storage', when: 'an address that KServe does not know', provoke: storage(KserveStorage.fromUri('ftp://models/fraud')), message: "[test/Serving] 'uri' must begin with s3://, gs://, hf://, https://, pvc:// or oci+native://, got 'ftp://models/fraud' (kserve/unknown-storage)" },
  { id: 'kserve/storage-out-of-reach', when: 'an address that nobody may reach', provoke: storage(KserveStorage.fromUri('s3://models/fraud/1')), message: "[test/Serving] 'egress' of 's3://models/fraud/1' must name whom the pods have to reach, got nobody; use NetworkPeer.cidr() or NetworkPeer.anyHttps() (kserve/storage-out-of-reach)" },
  { id: 'kserve/storage-needs-version', when: 'an image as a volume before KServe 0.20', provoke: () => synthKserve({ platform: kservePlatform(KserveVersion.V0_16), storage: [KserveStorage.fromUri(`oci+native://registry.example.com/fraud@${DIGEST}`)] }), message: "[test/Serving] 'oci+native://registry.example.com/fraud@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' needs KServe 0.20 or newer, but the platform profile says 0.16; use another place, or upgrade (kserve/storage-needs-version)" },
  { id: 'kserve/moving-storage', when: 'an image by its tag', provoke: storage(KserveStorage.fromUri('oci+native://registry.example.com/fraud:latest')), message: "[test/Serving] 'oci+native://registry.example.com/fraud:latest' names something else tomorrow; name a digest (oci+native://image@sha256:…) (kserve/moving-storage)" },
  { id: 'kserve/moving-storage', when: 'a repository without a commit', provoke: storage(KserveStorage.fromUri('hf://acme/fraud', reach)), message: "[test/Serving] 'hf://acme/fraud' names something else tomorrow; name a commit (hf://owner/model:<commit>) (kserve/moving-storage)" },
  { id: 'kserve/malformed-mount', when: 'a folder that leads out', provoke: storage(KserveStorage.fromUri('pvc://models/fraud', { mountPath: '/mnt/../etc' })), message: "[test/Serving] 'mountPath' must be an absolute path below '/' without '..', got '/mnt/../etc' (kserve/malformed-mount)" },
  { id: 'kserve/several-storages', when: 'several places before KServe 0.16', provoke: () => synthKserve({ platform: kservePlatform(KserveVersion.V0_15), storage: [KserveStorage.fromUri('pvc://a/1', { mountPath: '/mnt/models/a' }), KserveStorage.fromUri('pvc://b/1', { mountPath: '/mnt/models/b' })] }), message: '[test/Serving] several places need KServe 0.16 or newer, but the platform profile says 0.15; put the model into one (kserve/several-storages)' },
  { id: 'kserve/shared-mount', when: 'two places in one folder', provoke: storage(KserveStorage.fromUri('pvc://a/1'), KserveStorage.fromUri('pvc://b/1')), message: "[test/Serving] each place needs a 'mountPath' of its own, got '/mnt/models' twice (kserve/shared-mount)" },
  { id: 'kserve/scattered-mounts', when: 'places without a common folder', provoke: storage(KserveStorage.fromUri('pvc://a/1', { mountPath: '/mnt/a' }), KserveStorage.fromUri('pvc://b/1', { mountPath: '/opt/b' })), message: "[test/Serving] 'mountPath's must have a common folder, got /mnt/a, /opt/b; KServe mounts that folder (kserve/scattered-mounts)" },
  { id: 'kserve/replicas-and-autoscaling', when: 'a number and an autoscaler', provoke: () => KserveMode.standard({ replicas: 2, autoscaling: Autoscaling.cpu({ maxReplicas: 3 }) }), message: "'replicas' (2) and 'autoscaling' exclude each other; drop one of them (kserve/replicas-and-autoscaling)" },
  { id: 'kserve/malformed-replicas', when: 'no pods at all in the mode Standard', provoke: () => KserveMode.standard({ replicas: 0 }), message: "'replicas' must be a positive integer, got 0; only KserveMode.knative() can go down to none (kserve/malformed-replicas)" },
  { id: 'kserve/malformed-surge', when: 'a roll that has no way to go', provoke: () => KserveMode.standard({ maxSurgePercent: 0 }), message: "'maxSurgePercent' must be between 1 and 100, got 0; no pod may be missing during a roll (kserve/malformed-surge)" },
  { id: 'kserve/router-without-weights', when: 'stages without weights', provoke: () => KserveMode.standard({ stages: { router: TrafficRouter.replicas() } }), message: "'router' must be able to give versions with Services of their own a share of the requests, got the number of pods; use TrafficRouter.istio() (kserve/router-without-weights)" },
  { id: 'kserve/malformed-percent', when: 'a share that is none', provoke: () => KserveMode.knative({ scaling: someScaling, canaryTrafficPercent: 150 }), message: "'canaryTrafficPercent' must be a whole number from 0 to 100, got 150 (kserve/malformed-percent)" },
  { id: 'kserve/malformed-concurrency', when: 'no requests at once', provoke: () => KserveMode.knative({ scaling: someScaling, containerConcurrency: 0 }), message: "'containerConcurrency' must be a whole number from 1 to 1000, got 0 (kserve/malformed-concurrency)" },
  { id: 'kserve/long-service-name', when: 'a name that KServe has no room for', provoke: () => synthKserve({ serviceName: `a${'b'.repeat(53)}` }), message: "[test/Serving] 'serviceName' must be at most 53 characters, as KServe adds to it, got 54 ('abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb') (kserve/long-service-name)" },
  { id: 'kserve/long-service-name', when: 'a name without room for a version', provoke: staged({ version: 'v2.2.0' }, `a${'b'.repeat(44)}`), message: "[test/Serving] 'serviceName' must be at most 44 characters, as KServe adds to it, got 45 ('abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb') (kserve/long-service-name)" },
  { id: 'kserve/refused-variable', when: 'a variable that loads other code', provoke: () => synthKserve({ env: { PYTHONPATH: '/tmp' } }), message: "[test/Serving] 'PYTHONPATH' is refused by KServe, as it could load other code than that of the image; put the code where Python looks for it (kserve/refused-variable)" },
  { id: 'kserve/refused-variable', when: 'a variable that is set already', provoke: () => synthKserve({ env: { STORAGE_URI: 's3://models' } }), message: "[test/Serving] 'STORAGE_URI' is set by the serving itself; use 'storage', or a server that speaks another protocol (kserve/refused-variable)" },
  { id: 'kserve/source-and-storage', when: 'two ways to the model', provoke: () => synthKserve({ source: ModelSource.bakedIn(), storage: [KserveStorage.fromUri('pvc://a/1')] }), message: "[test/Serving] 'source' and 'storage' exclude each other; drop one of them (kserve/source-and-storage)" },
  { id: 'kserve/no-cpu-limit', when: 'a CPU limit that KServe would choose', provoke: () => synthKserve({ resources: servingProps().resources }), message: "[test/Serving] 'resources' must name cpu.limit, as KServe gives a container without one that of its own configuration (1 CPU as it is shipped); name what the load test needs at most (kserve/no-cpu-limit)" },
  { id: 'kserve/malformed-logger', when: 'a log that is nowhere', provoke: () => synthKserve({ logger: { url: 'broker', egress: NetworkPeer.namespace('logs', 80) } }), message: "[test/Serving] 'url' of the logger must be an address of HTTP, got 'broker' (kserve/malformed-logger)" },
  { id: 'kserve/malformed-batcher', when: 'batches of one', provoke: () => synthKserve({ batcher: { maxBatchSize: 1, maxLatency: Duration.millis(50) } }), message: "[test/Serving] 'maxBatchSize' must be a whole number of at least 2 and 'maxLatency' at least a millisecond, got 1 and 50ms (kserve/malformed-batcher)" },
  {
    id: 'kserve/callers-behind-ingress',
    when: 'a caller that comes through the ingress',
    provoke: () => new KserveServing(Testing.chart(), 'Serving', kserveProps({
      server: ModelServer.kserve(), platform: knativePlatform(), mode: KserveMode.knative({ scaling: someScaling }),
    })).allowFrom(NetworkPeer.namespace('shop')),
    message: "[test/Serving] 'namespace shop' cannot be told apart behind Knative's ingress, which all requests come through; say who may call at the ingress (kserve/callers-behind-ingress)",
  },
  { id: 'kserve/challenger-of-another-model', when: 'a challenger of another model', provoke: staged({ model: 'churn', version: 'v1' }), message: "[test/Serving] the challenger must be a version of 'fraud-detection', got 'churn' (kserve/challenger-of-another-model)" },
  { id: 'kserve/challenger-serves', when: 'a challenger that serves already', provoke: staged({}), message: "[test/Serving] the challenger must differ from what serves, got version 'v2.1.0' with the same image twice (kserve/challenger-serves)" },
  {
    id: 'kserve/unverified-artifact',
    when: 'an artifact whose hash nobody compares',
    provoke: () => Findings.of(new KserveServing(Testing.chart(), 'Serving', kserveProps({
      storage: [KserveStorage.fromRegistry(ModelRegistry.fromS3Uri('s3://example-models'), reach)],
    }))).list(),
    message: '[test/Serving] KServe fetches s3://example-models/production/fraud-detection/v2.1.0/model.tar without comparing it with the SHA-256 of the release, and as it is shipped in a container that a namespace of the restricted standard refuses; load it with ModelSource.loadedFrom(), or see to it that nobody can write there and give the ClusterStorageContainer a securityContext (kserve/unverified-artifact)',
  },
  { id: 'kserve/malformed-graph-name', when: 'a graph whose name is none', provoke: () => graph({ graphName: 'Fraud' }), message: "[test/Graph] 'graphName' must be at most 63 lower-case letters, digits and '-', starting with a letter, got 'Fraud' (kserve/malformed-graph-name)" },
  { id: 'kserve/malformed-graph-replicas', when: 'a graph without routers', provoke: () => graph({ replicas: 0 }), message: "[test/Graph] 'replicas' of the graph must be a positive integer, got 0 (kserve/malformed-graph-replicas)" },
  { id: 'kserve/root-twice', when: 'two roots', provoke: () => graph({ nodes: { root: GraphNode.sequence(GraphStep.model('features')) } }), message: "[test/Graph] 'nodes' must not have a 'root', which is given on its own; give the node another name (kserve/root-twice)" },
  { id: 'kserve/unknown-node', when: 'a step that leads nowhere', provoke: () => graph({ root: GraphNode.sequence(GraphStep.node('opinions')) }), message: "[test/Graph] a step of node 'root' leads to 'opinions', which is not there; the nodes are root (kserve/unknown-node)" },
  { id: 'kserve/circle', when: 'nodes that call each other', provoke: () => graph({ root: GraphNode.sequence(GraphStep.node('a')), nodes: { a: GraphNode.ensemble(GraphStep.node('b')), b: GraphNode.sequence(GraphStep.node('a')) } }), message: '[test/Graph] nodes must not call each other in a circle, got a → b → a; a request would never be answered (kserve/circle)' },
  { id: 'kserve/router-without-seccomp', when: 'a router that the restricted standard refuses', provoke: () => Findings.of(graph({})).list(), message: "[test/Graph] the router of 'fraud' is a pod of KServe's own, which names no seccomp profile: a namespace that enforces the restricted standard refuses it; run the graph in a namespace that enforces the baseline standard, or acknowledge it with what sets the profile there (kserve/router-without-seccomp)" },
  { id: 'kserve/step-without-condition', when: 'a choice without a condition', provoke: () => GraphNode.choice(GraphStep.model('a', { stepName: 'a' }), GraphStep.model('b', { condition: 'x==1' })), message: "each step of a choice needs a 'condition', got none for 'a' (kserve/step-without-condition)" },
  { id: 'kserve/graph-weights', when: 'weights that are not all', provoke: () => GraphNode.split(GraphStep.model('a', { weight: 60 }), GraphStep.model('b')), message: 'the steps of a split need whole weights that add up to 100, got 60 + none (kserve/graph-weights)' },
  { id: 'kserve/no-steps', when: 'a node without steps', provoke: () => GraphNode.ensemble(), message: 'a node needs at least one step, got none (kserve/no-steps)' },
  { id: 'kserve/step-twice', when: 'two steps of one name', provoke: () => GraphNode.sequence(GraphStep.model('a', { stepName: 'a' }), GraphStep.model('b', { stepName: 'a' })), message: "each 'stepName' of a node may stand once, got 'a' twice (kserve/step-twice)" },
  { id: 'kserve/ignored-in-node', when: 'a weight that the node ignores', provoke: () => GraphNode.sequence(GraphStep.model('a', { weight: 100 })), message: "'weight' is ignored in a node of type Sequence; leave it out (kserve/ignored-in-node)" },
];
