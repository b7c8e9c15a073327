import { Testing } from 'cdk8s';
import { GitOps, ModelServing, ModelServingProps, PlatformProfile, RolloutStrategy, TrafficRouter } from '../../src';
import { aPlatform, servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';

const strategies = [RolloutStrategy.rollingUpdate(), RolloutStrategy.canary({ router: TrafficRouter.istio() })];

function synth(overrides: Partial<ModelServingProps> = {}): any[] {
  const chart = Testing.chart();
  new ModelServing(chart, 'Serving', servingProps(overrides));
  return Testing.synth(chart);
}

const selectorsOf = (manifests: any[]) => [
  manifests.find(({ kind }) => kind === 'Service').spec.selector,
  objectOf(manifests, 'NetworkPolicy').spec.podSelector.matchLabels,
  objectOf(manifests, 'PodDisruptionBudget').spec.selector.matchLabels,
];

const workloadOf = (manifests: any[]) => manifests.find(({ kind }) => ['Deployment', 'Rollout'].includes(kind));

test.each(strategies)('pods are found by one label, whichever workload owns them, so that one can take over from the other', (strategy) => {
  const manifests = synth({ strategy });
  const found = { 'cdk8s-mlops.io/service': 'fraud-detection' };

  expect(selectorsOf(manifests)).toEqual([found, found, found]);
  expect(workloadOf(manifests).spec.template.metadata.labels).toMatchObject(found);
});

test('a Service of another name has other pods', () => {
  expect(selectorsOf(synth({ serviceName: 'fraud-eu' }))[0]).toEqual({ 'cdk8s-mlops.io/service': 'fraud-eu' });
});

test('pods can be found as those of a Deployment that exists, whose labels win over those that only tell', () => {
  const existing = { 'app.kubernetes.io/name': 'scorer', 'app.kubernetes.io/instance': 'fraud' };
  const manifests = synth({ podSelector: existing, serviceName: 'scorer' });

  expect(selectorsOf(manifests)).toEqual([existing, existing, existing]);
  expect(workloadOf(manifests).spec.template.metadata.labels).toMatchObject(existing);
  expect(workloadOf(manifests).spec.selector.matchLabels).not.toMatchObject(existing);
});

test.each(strategies)('Argo CD prunes a workload only when what takes over is healthy', (strategy) => {
  const platform = PlatformProfile.of({ metrics: aPlatform().metrics, gitOps: GitOps.argoCd() });

  expect(workloadOf(synth({ platform, strategy })).metadata.annotations).toMatchObject({ 'argocd.argoproj.io/sync-options': 'PruneLast=true' });
});
