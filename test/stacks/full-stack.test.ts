import { Testing } from 'cdk8s';
import { FullStack, MinimumViableStack, RolloutStrategy, TrafficRouter } from '../../src';
import { fullStackProps, sharedProps } from '../support/full-stack';
import { objectOf } from '../support/manifests';

/** What cannot be changed, or must not: who it is, and what it selects. */
function identityOf({ kind, metadata, spec }: any): any {
  const { selector, podSelector, serviceName, clusterIP } = spec ?? {};
  return { kind, name: metadata.name, namespace: metadata.namespace, selector, podSelector, serviceName, clusterIP };
}

test('who moves here from the smallest stack with a canary gets the same objects, and more', () => {
  const strategy = RolloutStrategy.canary({ router: TrafficRouter.istio() });
  const before = Testing.synth(new MinimumViableStack(Testing.app(), 'fraud', { ...sharedProps(), strategy })).map(identityOf);
  const after = Testing.synth(new FullStack(Testing.app(), 'fraud', fullStackProps())).map(identityOf);

  expect(after).toEqual(expect.arrayContaining(before));
});

test('who moves here from a Deployment keeps everything but the Deployment, whose pods the Rollout takes over', () => {
  const before = Testing.synth(new MinimumViableStack(Testing.app(), 'fraud', sharedProps()));
  const after = Testing.synth(new FullStack(Testing.app(), 'fraud', fullStackProps()));

  expect(after.map(identityOf)).toEqual(expect.arrayContaining(before.filter(({ kind }) => kind !== 'Deployment').map(identityOf)));
  expect(objectOf(after, 'Rollout').spec.template.metadata.labels).toMatchObject(before.find(({ kind }) => kind === 'Service').spec.selector);
});
