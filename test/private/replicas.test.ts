import { replicasOf, rollReplicasOf } from '../../src/private/replicas';

const of = (apiVersion: string, kind: string, spec: any = {}) => ({ apiVersion, kind, metadata: { name: 'fraud' }, spec });
const deployment = (spec: object = {}) => of('apps/v1', 'Deployment', spec);
const rollout = (spec: object) => of('argoproj.io/v1alpha1', 'Rollout', spec);
const target = (name = 'fraud', kind?: string) => ({ scaleTargetRef: { name, kind } });

describe('replicas', () => {
  test.each([
    ['a number', deployment({ replicas: 3 }), { min: 3, max: 3 }],
    ['no number', deployment(), { min: 1, max: 1 }],
    ['a Rollout', rollout({ replicas: 2 }), { min: 2, max: 2 }],
    ['a model server', of('serving.kserve.io/v1beta1', 'InferenceService', { predictor: { minReplicas: 2, maxReplicas: 5 } }), { min: 2, max: 5 }],
    ['a model server that says nothing', of('serving.kserve.io/v1beta1', 'InferenceService', {}), { min: 1, max: 1 }],
    ['a DaemonSet', of('apps/v1', 'DaemonSet'), undefined],
  ])('of %s', (_what, manifest, expected) => {
    expect(replicasOf(manifest, [])).toEqual(expected);
  });

  test.each([
    ['an autoscaler', of('autoscaling/v2', 'HorizontalPodAutoscaler', { ...target(), minReplicas: 2, maxReplicas: 6 }), { min: 2, max: 6 }],
    ['an autoscaler without a minimum', of('autoscaling/v2', 'HorizontalPodAutoscaler', { ...target('fraud', 'Deployment'), maxReplicas: 6 }), { min: 1, max: 6 }],
    ['KEDA', of('keda.sh/v1alpha1', 'ScaledObject', { ...target(), minReplicaCount: 1, maxReplicaCount: 4 }), { min: 1, max: 4 }],
    ['KEDA without numbers', of('keda.sh/v1alpha1', 'ScaledObject', target()), { min: 0, max: 100 }],
    ['an autoscaler of something else', of('autoscaling/v2', 'HorizontalPodAutoscaler', { ...target('other'), maxReplicas: 6 }), { min: 3, max: 3 }],
    ['an autoscaler of another kind', of('autoscaling/v2', 'HorizontalPodAutoscaler', { ...target('fraud', 'Rollout'), maxReplicas: 6 }), { min: 3, max: 3 }],
  ])('with %s', (_what, scaler, expected) => {
    expect(replicasOf(deployment({ replicas: 3 }), [scaler])).toEqual(expected);
  });

  test('an autoscaler of another namespace does not count', () => {
    const scaler = { ...of('autoscaling/v2', 'HorizontalPodAutoscaler', { ...target(), maxReplicas: 6 }), metadata: { name: 'x', namespace: 'ml' } };

    expect(replicasOf(deployment({ replicas: 3 }), [scaler])).toEqual({ min: 3, max: 3 });
  });
});

test.each([
  ['a Deployment, by default a quarter more, rounded up', deployment(), 5, 7],
  ['a number of surge', deployment({ strategy: { rollingUpdate: { maxSurge: 1 } } }), 5, 6],
  ['a share of surge', deployment({ strategy: { rollingUpdate: { maxSurge: '100%' } } }), 5, 10],
  ['a Deployment that stops first', deployment({ strategy: { type: 'Recreate' } }), 5, 5],
  ['a canary by pods', rollout({ strategy: { canary: { maxSurge: '50%' } } }), 4, 6],
  ['a canary by traffic, whose stable version stays complete', rollout({ strategy: { canary: { trafficRouting: {} } } }), 4, 8],
  ['blue and green', rollout({ strategy: { blueGreen: {} } }), 4, 8],
  ['a Rollout that says nothing', rollout({}), 4, 8],
  ['a model server', of('serving.kserve.io/v1beta1', 'InferenceService'), 2, 4],
  ['a StatefulSet, pod by pod', of('apps/v1', 'StatefulSet'), 3, 3],
])('while %s rolls', (_what, manifest, replicas, expected) => {
  expect(rollReplicasOf(manifest, replicas)).toBe(expected);
});
