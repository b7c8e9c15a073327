import { Testing } from 'cdk8s';
import {
  Gpu, GitOps, Knative, KnativeFeature, KnativeScaling, KnativeServing, KnativeTraffic, MetricsBackend, NetworkPeer, PlatformProfile, Spread,
} from '../../../src';
import { controllerFieldsBelow } from '../../../src/private/controller-fields';
import { collectFacts } from '../../../src/private/facts';
import { aRelease } from '../../support/fixtures';
import { kindsOf, objectOf } from '../../support/manifests';
import { knativePlatform, knativeProps, synthKnative } from '../../support/serving-by-others';

const second = { release: aRelease({ previousVersion: 'v2.0.0' }) };

function serviceOf(manifests: any[]): any {
  return objectOf(manifests, 'Service');
}

test('a serving makes what production asks for, and nothing else', () => {
  expect(kindsOf(synthKnative())).toEqual(['ServiceAccount', 'Service', 'NetworkPolicy', 'PodDisruptionBudget']);
});

describe('a revision', () => {
  test('is named after the Service and what is in it', () => {
    const name = (overrides: object) => serviceOf(synthKnative(overrides)).spec.template.metadata.name;

    expect(name({})).toMatch(/^fraud-detection-[0-9a-f]{8}$/);
    expect(name({})).toBe(name({}));
    expect(name({ env: { THRESHOLD: '0.5' } })).not.toBe(name({}));
  });

  test('can be named by who writes the next manifest', () => {
    const chart = Testing.chart();
    const serving = new KnativeServing(chart, 'Serving', knativeProps());

    expect(serving.revisionName).toBe(serviceOf(Testing.synth(chart)).spec.template.metadata.name);
  });

  test('is kept, and is given the time that a model needs', () => {
    expect(serviceOf(synthKnative()).spec.template.metadata.annotations).toMatchObject({
      'serving.knative.dev/no-gc': 'true',
      'serving.knative.dev/progress-deadline': '195s',
      'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev',
      'autoscaling.knative.dev/metric': 'concurrency',
      'autoscaling.knative.dev/target': '8',
      'autoscaling.knative.dev/min-scale': '2',
      'autoscaling.knative.dev/max-scale': '10',
      'autoscaling.knative.dev/scale-down-delay': '600s',
    });
  });
});

describe('pods', () => {
  test('need no flag, and meet the restricted standard by their containers', () => {
    const chart = Testing.chart();
    const serving = new KnativeServing(chart, 'Serving', knativeProps());
    const { metadata, spec: { template: { spec } } } = serviceOf(Testing.synth(chart));

    expect(serving.requiredFeatures).toEqual([]);
    expect(metadata.annotations['cdk8s-mlops.io/knative-features']).toBeUndefined();
    expect(Object.keys(spec).sort()).toEqual([
      'automountServiceAccountToken', 'containerConcurrency', 'containers', 'enableServiceLinks', 'serviceAccountName', 'timeoutSeconds', 'volumes',
    ]);
    expect(spec.containers[0].securityContext.runAsUser).toBe(65532);
  });

  test('say which flags the choices of a user need', () => {
    const manifests = synthKnative({
      gpu: Gpu.nvidia(1, { nodeLabels: { gpu: 'a10' } }),
      spread: Spread.REQUIRED,
      priorityClassName: 'serving',
      platform: knativePlatform(
        KnativeFeature.TOLERATIONS, KnativeFeature.NODE_SELECTOR, KnativeFeature.TOPOLOGY_SPREAD, KnativeFeature.PRIORITY_CLASS),
    });
    const { metadata, spec: { template: { spec } } } = serviceOf(manifests);

    expect(metadata.annotations['cdk8s-mlops.io/knative-features']).toBe(
      'kubernetes.podspec-nodeselector,kubernetes.podspec-priorityclassname,kubernetes.podspec-tolerations,kubernetes.podspec-topologyspreadconstraints');
    expect(spec.nodeSelector).toEqual({ gpu: 'a10' });
    expect(spec.topologySpreadConstraints.map(({ matchLabelKeys: [key] }: any) => key)).toEqual(['serving.knative.dev/revision', 'serving.knative.dev/revision']);
  });
});

describe('shares', () => {
  const traffic = (overrides: object) => serviceOf(synthKnative(overrides)).spec.traffic;

  test('a first deployment gets everything', () => {
    expect(traffic({})).toEqual([{ tag: 'champion', percent: 100, latestRevision: true }]);
  });

  test('a challenger gets its share beside the champion, and the one before stays at hand', () => {
    const challenge = KnativeTraffic.challenge({ championRevision: 'fraud-detection-a', challengerPercent: 5, previousRevision: 'fraud-detection-b' });

    expect(traffic({ ...second, traffic: challenge })).toEqual([
      { tag: 'challenger', percent: 5, latestRevision: true },
      { tag: 'champion', percent: 95, latestRevision: false, revisionName: 'fraud-detection-a' },
      { tag: 'previous', percent: 0, latestRevision: false, revisionName: 'fraud-detection-b' },
    ]);
  });

  test('a challenger without a share can be called by its tag', () => {
    expect(KnativeTraffic.challenge({ championRevision: 'fraud-detection-a' }).targets).toEqual([
      { tag: 'challenger', percent: 0 }, { tag: 'champion', percent: 100, revisionName: 'fraud-detection-a' },
    ]);
  });

  test('are left to who moves them', () => {
    const serving = new KnativeServing(Testing.chart(), 'Serving', knativeProps());

    expect(controllerFieldsBelow(serving).map(({ jsonPointers }) => jsonPointers)).toEqual([['/spec/traffic']]);
  });
});

describe('rollback', () => {
  const terms = (overrides: object) => new KnativeServing(Testing.chart(), 'Serving', knativeProps(overrides)).worstCaseRollback.map(({ term, duration }) => [term, duration.toSeconds()]);

  test('is a change of shares while the revision before is warm', () => {
    expect(terms({})).toEqual([['change of shares', 10]]);
  });

  test('waits for a revision that sleeps, and for GitOps', () => {
    const platform = PlatformProfile.of({
      metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), gitOps: GitOps.argoCd(), knative: Knative.serving({ ingress: NetworkPeer.namespace('kourier-system') }),
    });

    expect(terms({ platform, scaling: KnativeScaling.requestsPerSecond({ perPod: 50, minReplicas: 0, maxReplicas: 2 }) })).toEqual([['GitOps sync', 180], ['start', 135]]);
  });
});

test('the report tells that a model goes to sleep', () => {
  const serving = new KnativeServing(Testing.chart(), 'Serving', knativeProps({ scaling: KnativeScaling.concurrency({ perPod: 8, minReplicas: 0, maxReplicas: 2 }) }));

  expect(collectFacts(serving).notes).toEqual(['fraud-detection goes to sleep without requests. The first one after that waits up to 135s.']);
});

test('callers outside reach it only where that is asked for', () => {
  const visibility = (exposed?: boolean) => serviceOf(synthKnative({ exposed, customerFacing: exposed })).metadata.labels['networking.knative.dev/visibility'];

  expect([visibility(), visibility(true)]).toEqual(['cluster-local', undefined]);
});

test('the server may call whom it is let', () => {
  const chart = Testing.chart();
  const serving = new KnativeServing(chart, 'Serving', knativeProps({ egress: [NetworkPeer.cidr('10.0.0.0/8', 5432)] }));
  serving.allowTo(NetworkPeer.namespace('features', 6566));

  const { egress } = objectOf(Testing.synth(chart), 'NetworkPolicy').spec;

  expect(egress.slice(1).map(({ ports }: any) => ports)).toEqual([[{ port: 5432, protocol: 'TCP' }], [{ port: 6566, protocol: 'TCP' }]]);
  expect(serving.servedRelease?.version).toBe('v2.1.0');
});
