import { budget, deployment, podMonitor, service } from './support';
import { ManifestSet } from '../../src';

const labels = { app: 'fraud' };

test('objects are found by group and kind, in the order in which they were given', () => {
  const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', metadata: { name: 'fraud' } };
  const set = ManifestSet.of([service(), knative, deployment()]);

  expect(set.ofKind('', 'Service')).toEqual([service()]);
  expect(set.ofKind('serving.knative.dev', 'Service')).toEqual([knative]);
  expect(set.ofKind('apps', 'StatefulSet')).toEqual([]);
  expect(set.all).toHaveLength(3);
});

test('an object is found by its name in its namespace', () => {
  const set = ManifestSet.of([deployment({}, {}, { namespace: 'ml' })]);

  expect(set.named('apps', 'Deployment', 'ml', 'fraud')).toBeDefined();
  expect(set.named('apps', 'Deployment', '', 'fraud')).toBeUndefined();
});

describe('selecting', () => {
  const selected = (selector: object | undefined, podLabels: { [key: string]: string } = labels) =>
    ManifestSet.of([budget({ selector })]).selecting('policy', 'PodDisruptionBudget', '', podLabels).length === 1;

  test.each([
    ['the same labels', { matchLabels: labels }, true],
    ['another value', { matchLabels: { app: 'other' } }, false],
    ['one label too many', { matchLabels: { app: 'fraud', tier: 'gold' } }, false],
    ['nothing, which is everything', {}, true],
    ['no selector, which is nothing', undefined, false],
    ['In', { matchExpressions: [{ key: 'app', operator: 'In', values: ['fraud', 'other'] }] }, true],
    ['In without it', { matchExpressions: [{ key: 'app', operator: 'In', values: ['other'] }] }, false],
    ['In without values', { matchExpressions: [{ key: 'app', operator: 'In' }] }, false],
    ['In of a label that is absent', { matchExpressions: [{ key: 'tier', operator: 'In', values: ['gold'] }] }, false],
    ['NotIn', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['other'] }] }, true],
    ['NotIn with it', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['fraud'] }] }, false],
    ['NotIn without values', { matchExpressions: [{ key: 'app', operator: 'NotIn' }] }, true],
    ['NotIn of a label that is absent', { matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['gold'] }] }, true],
    ['Exists', { matchExpressions: [{ key: 'app', operator: 'Exists' }] }, true],
    ['Exists of a label that is absent', { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, false],
    ['DoesNotExist', { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, true],
    ['DoesNotExist of a label that is there', { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
    ['an operator that Kubernetes does not know', { matchExpressions: [{ key: 'app', operator: 'Like' }] }, false],
    ['labels and expressions together', { matchLabels: labels, matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
  ])('by %s', (_what, selector, expected) => {
    expect(selected(selector)).toBe(expected);
  });

  test('a selector is found by its rarest label, however many share the others', () => {
    const budgets = Array.from({ length: 100 }, (_, i) => ({ ...budget({ selector: { matchLabels: { part: 'server', app: `app-${i}` } } }), metadata: { name: `b-${i}` } }));
    const set = ManifestSet.of(budgets);

    expect(set.selecting('policy', 'PodDisruptionBudget', '', { part: 'server', app: 'app-42' }).map((found) => found.metadata.name)).toEqual(['b-42']);
    expect(set.selecting('policy', 'PodDisruptionBudget', '', { part: 'server', app: 'app-420' })).toEqual([]);
  });

  test('kinds that select nothing are never found', () => {
    expect(ManifestSet.of([deployment()]).selecting('apps', 'Deployment', '', labels)).toEqual([]);
  });

  test('a monitor without a selector takes every pod', () => {
    expect(ManifestSet.of([podMonitor({ selector: undefined })]).selecting('monitoring.coreos.com', 'PodMonitor', '', labels)).toHaveLength(1);
  });
});

describe('pods behind a Service', () => {
  test('are those of its namespace that carry all labels of its selector', () => {
    const other = deployment({}, { template: { metadata: { labels: { app: 'fraud', tier: 'gold' } }, spec: {} } });
    const set = ManifestSet.of([deployment(), other, deployment({}, {}, { namespace: 'ml' })]);

    expect(set.podsBehind(service())).toEqual([{ app: 'fraud' }, { app: 'fraud', tier: 'gold' }]);
    expect(set.podsBehind(service({ selector: { app: 'fraud', tier: 'gold' } }))).toEqual([{ app: 'fraud', tier: 'gold' }]);
  });

  test('are none without a selector, or without pods', () => {
    const set = ManifestSet.of([deployment()]);

    expect(set.podsBehind(service({ selector: undefined }))).toEqual([]);
    expect(set.podsBehind(service({ selector: { app: 'other' } }))).toEqual([]);
  });
});
