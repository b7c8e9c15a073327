import { Duration, Testing } from 'cdk8s';
import {
  Autoscaling, Environment, ImageRef, KnativeScaling, KserveLogMode, KserveMode, KserveServing, KserveStorage, KserveVersion,
  MetricsBackend, ModelRegistry, ModelServer, Monitoring, NetworkPeer, PlatformProfile, TrafficRouter,
} from '../../../src';
import { aRelease, OTHER_DIGEST, servingProps } from '../../support/fixtures';
import { kindsOf, objectOf } from '../../support/manifests';
import { knativePlatform, kserveProps, kservePlatform, someScaling, synthKserve } from '../../support/serving-by-others';

function predictorOf(manifests: any[]): any {
  return objectOf(manifests, 'InferenceService').spec.predictor;
}

const knative = (overrides: object = {}) => ({
  server: ModelServer.kserve(), platform: knativePlatform(), mode: KserveMode.knative({ scaling: someScaling, ...overrides }),
});
const challenger = { release: aRelease({ version: 'v2.2.0' }), image: ImageRef.fromDigest('registry.example.com/fraud/server', OTHER_DIGEST) };

describe('in the mode Standard', () => {
  test('a serving makes what production asks for, and nothing else', () => {
    expect(kindsOf(synthKserve())).toEqual(['ServiceAccount', 'InferenceService', 'NetworkPolicy', 'PodDisruptionBudget']);
  });

  test('the mode stands in the annotation, whatever the default of the cluster, and KServe keeps the number of pods', () => {
    expect(objectOf(synthKserve(), 'InferenceService').metadata.annotations).toMatchObject({
      'serving.kserve.io/deploymentMode': 'Standard', 'serving.kserve.io/autoscalerClass': 'none',
    });
  });

  test('KServe before 0.16 gets the name that it knows', () => {
    const manifests = synthKserve({ platform: kservePlatform(KserveVersion.V0_15) });

    expect(objectOf(manifests, 'InferenceService').metadata.annotations['serving.kserve.io/deploymentMode']).toBe('RawDeployment');
  });

  test('the container is the one that KServe takes for the server, probed from the warm-up, with all that a Deployment can have', () => {
    const { containers: [server], terminationGracePeriodSeconds, securityContext, minReplicas, deploymentStrategy } = predictorOf(synthKserve());

    expect(server.name).toBe('kserve-container');
    expect(server.startupProbe.failureThreshold).toBe(15);
    expect(server.lifecycle).toEqual({ preStop: { sleep: { seconds: 10 } } });
    expect(server.ports).toEqual([{ containerPort: 8080, name: 'http', protocol: 'TCP' }, { containerPort: 9090, name: 'metrics', protocol: 'TCP' }]);
    expect(terminationGracePeriodSeconds).toBe(45);
    expect(securityContext.seccompProfile).toEqual({ type: 'RuntimeDefault' });
    expect(minReplicas).toBe(2);
    expect(deploymentStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } });
  });

  test('an autoscaler of ours finds the Deployment that KServe makes', () => {
    const manifests = synthKserve({ mode: KserveMode.standard({ autoscaling: Autoscaling.cpu({ minReplicas: 3, maxReplicas: 5 }) }) });

    expect(objectOf(manifests, 'HorizontalPodAutoscaler').spec.scaleTargetRef).toEqual({
      apiVersion: 'apps/v1', kind: 'Deployment', name: 'fraud-detection-predictor',
    });
    expect(objectOf(manifests, 'InferenceService').metadata.annotations['serving.kserve.io/autoscalerClass']).toBe('external');
    expect(predictorOf(manifests).minReplicas).toBe(3);
  });

  test('KServe publishes nothing unless asked', () => {
    const visibility = (exposed?: boolean) => objectOf(synthKserve({ exposed }), 'InferenceService').metadata.labels['networking.kserve.io/visibility'];

    expect([visibility(), visibility(true)]).toEqual(['cluster-local', undefined]);
  });

  test.each([[ModelServer.mlserver(), 'v2'], [servingProps().server, 'v1']])('the protocol is that of the server', (server, protocol) => {
    expect(predictorOf(synthKserve({ server })).containers[0].env).toContainEqual({ name: 'PROTOCOL', value: protocol });
  });

  test('clients call the Service that KServe makes, on its port', () => {
    const { serviceName, servicePort, podLabels } = new KserveServing(Testing.chart(), 'Serving', kserveProps());

    expect([serviceName, servicePort, podLabels]).toEqual(['fraud-detection-predictor', 80, { 'cdk8s-mlops.io/service': 'fraud-detection' }]);
  });
});

describe('versions beside each other', () => {
  const staged = (mode = KserveMode.standard({ stages: { router: TrafficRouter.istio(), challenger } })) => synthKserve({ mode });

  test('are InferenceServices of their own, between which a route of ours decides', () => {
    const manifests = staged();
    const [champion, other] = manifests.filter(({ kind }) => kind === 'InferenceService').map(({ metadata }) => metadata.name);

    expect(manifests.filter(({ kind }) => kind === 'Service').map(({ metadata, spec }) => [metadata.name, spec.selector, spec.ports])).toEqual([
      ['fraud-detection', { 'serving.kserve.io/inferenceservice': champion }, [{ name: 'http', port: 8080, targetPort: 8080, protocol: 'TCP' }]],
      ['fraud-detection-challenger', { 'serving.kserve.io/inferenceservice': other }, [{ name: 'http', port: 8080, targetPort: 8080, protocol: 'TCP' }]],
    ]);
    expect(objectOf(manifests, 'VirtualService').spec.http[0].route.map(({ destination, weight }: any) => [destination.host, weight])).toEqual([
      ['fraud-detection', 100], ['fraud-detection-challenger', 0],
    ]);
  });

  test('say which version they are, each for itself', () => {
    const versions = staged().filter(({ kind }) => kind === 'InferenceService').map(({ metadata }) => metadata.labels['cdk8s-mlops.io/model-version']);

    expect(versions).toEqual(['v2.1.0', 'v2.2.0']);
  });

  test('a challenger that takes over keeps its InferenceService as it is, so that its pods stay', () => {
    const before = staged().filter(({ kind }) => kind === 'InferenceService')[1];

    const after = synthKserve({ ...challenger, mode: KserveMode.standard({ stages: { router: TrafficRouter.istio() } }) });

    expect(objectOf(after, 'InferenceService')).toEqual(before);
    expect(kindsOf(after).filter((kind) => kind === 'VirtualService')).toEqual([]);
    expect(objectOf(after, 'Service').spec.selector).toEqual({ 'serving.kserve.io/inferenceservice': before.metadata.name });
  });

  test('rollback is a change of shares, since the one before keeps its pods', () => {
    const { worstCaseRollback } = new KserveServing(Testing.chart(), 'Serving', kserveProps({ mode: KserveMode.standard({ stages: { router: TrafficRouter.istio(), challenger } }) }));

    expect(worstCaseRollback.map(({ term, duration }) => [term, duration.toSeconds()])).toEqual([['change of shares', 10]]);
  });
});

describe('in the mode Knative', () => {
  test('pods are restricted by their containers, without anything that needs a flag or that Knative refuses', () => {
    const predictor = predictorOf(synthKserve(knative()));

    expect(Object.keys(predictor).filter((field) => ['securityContext', 'topologySpreadConstraints', 'terminationGracePeriodSeconds', 'dnsPolicy'].includes(field))).toEqual([]);
    expect(predictor.containers[0].lifecycle).toBeUndefined();
    expect(predictor.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsGroup: 65532,
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(predictor.containers[0].ports).toEqual([{ containerPort: 8080, name: 'http1', protocol: 'TCP' }]);
  });

  test('the scaling, the share and the limit reach the fields that KServe heeds there', () => {
    const predictor = predictorOf(synthKserve(knative({ canaryTrafficPercent: 10, containerConcurrency: 4 })));

    expect(predictor).toMatchObject({ minReplicas: 2, maxReplicas: 10, scaleMetric: 'concurrency', scaleTarget: 8, canaryTrafficPercent: 10, containerConcurrency: 4 });
    expect(predictor.annotations).toMatchObject({ 'serving.knative.dev/no-gc': 'true', 'autoscaling.knative.dev/scale-down-delay': '600s' });
  });

  test('versions can be called by tags unless that is not wanted', () => {
    const tags = (options: object) => objectOf(synthKserve(knative(options)), 'InferenceService').metadata.annotations['serving.kserve.io/enable-tag-routing'];

    expect([tags({}), tags({ tags: false })]).toEqual(['true', undefined]);
  });

  test("Knative's own pods and the ingress are let in, and nobody else", () => {
    const { ingress } = objectOf(synthKserve(knative()), 'NetworkPolicy').spec;

    expect(ingress.map(({ from: [peer], ports }: any) => [peer.namespaceSelector.matchLabels['kubernetes.io/metadata.name'], ports.map(({ port }: any) => port)])).toEqual([
      ['monitoring', [8080]], ['kourier-system', [8012, 8013, 8112]], ['knative-serving', [8012, 8013, 8112, 9090]],
    ]);
  });

  test('Prometheus finds the port by the name that Knative gives it', () => {
    expect(new KserveServing(Testing.chart(), 'Serving', kserveProps(knative())).scrapeEndpoints).toEqual([{ portName: 'user-port', path: '/metrics' }]);
  });
});

describe('models that KServe fetches', () => {
  const reach = [NetworkPeer.anyHttps('models are in S3')];

  test('one place becomes the variable that KServe looks for', () => {
    const storage = [KserveStorage.fromRegistry(ModelRegistry.fromS3Uri('s3://example-models'), { egress: reach })];
    const { containers: [{ env }], storageUris } = predictorOf(synthKserve({ storage }));

    expect(env).toContainEqual({ name: 'STORAGE_URI', value: 's3://example-models/production/fraud-detection/v2.1.0/model.tar' });
    expect(env).toContainEqual({ name: 'MODEL_PATH', value: '/mnt/models' });
    expect(storageUris).toBeUndefined();
  });

  test('several places become a list with folders', () => {
    const storage = ['fraud', 'vocabulary'].map((name) => KserveStorage.fromUri(`s3://example-models/${name}/1`, { mountPath: `/mnt/models/${name}`, egress: reach }));

    expect(predictorOf(synthKserve({ storage })).storageUris).toEqual([
      { uri: 's3://example-models/fraud/1', mountPath: '/mnt/models/fraud' }, { uri: 's3://example-models/vocabulary/1', mountPath: '/mnt/models/vocabulary' },
    ]);
  });
});

test('a log and batches go through the agent, which is what callers may reach then', () => {
  const manifests = synthKserve({
    logger: { url: 'http://broker.logs.svc', mode: KserveLogMode.REQUEST, egress: NetworkPeer.namespace('logs', 8080) },
    batcher: { maxBatchSize: 16, maxLatency: Duration.millis(50) },
  });

  expect(predictorOf(manifests)).toMatchObject({ logger: { url: 'http://broker.logs.svc', mode: 'request' }, batcher: { maxBatchSize: 16, maxLatency: 50 } });
  expect(objectOf(manifests, 'NetworkPolicy').spec.ingress[1].ports).toEqual([{ port: 9081, protocol: 'TCP' }]);
});

describe('rollback', () => {
  const terms = (overrides: object) => new KserveServing(Testing.chart(), 'Serving', kserveProps(overrides)).worstCaseRollback
    .map(({ term, duration }) => [term, duration.toSeconds()]);

  test('of a roll takes as many waves as the surge allows', () => {
    expect(terms({ mode: KserveMode.standard({ replicas: 4, maxSurgePercent: 50 }) }))
      .toEqual([['image pull and fetch', 120], ['start', 150], ['last requests', 45]]);
  });

  test('to a revision that sleeps waits until it wakes', () => {
    const scaling = KnativeScaling.concurrency({ perPod: 8, minReplicas: 0, maxReplicas: 10 });

    expect(terms(knative({ scaling }))).toEqual([['image pull and fetch', 60], ['start', 75]]);
    expect(terms(knative())).toEqual([['change of shares', 10]]);
  });
});

test('it can be watched like any model', () => {
  const platform = PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), environment: Environment.STAGING });
  const chart = Testing.chart();
  const serving = new KserveServing(chart, 'Serving', kserveProps({ platform, customerFacing: true }));
  new Monitoring(chart, 'Monitoring', { serving, slo: servingProps().slo, platform });

  const monitor = objectOf(Testing.synth(chart), 'PodMonitor');

  expect(monitor.spec.selector).toEqual({ matchLabels: { 'cdk8s-mlops.io/service': 'fraud-detection' } });
  expect(monitor.spec.podMetricsEndpoints.map(({ port }: any) => port)).toEqual(['metrics']);
  expect(serving.servedRelease?.version).toBe('v2.1.0');
});
