import { splitOf } from '../../src/rollout/replica-weights';

test.each([
  // weight, pods, may surge: pods of the new and of the old version, as the controller splits them
  [10, 5, true, 1, 5],
  [10, 5, false, 1, 4],
  [50, 3, false, 2, 1],
  [50, 3, true, 2, 2],
  [1, 1, false, 0, 1],
  [50, 1, false, 1, 0],
  [50, 1, true, 1, 1],
  [5, 20, true, 1, 19],
  [25, 4, true, 1, 3],
  [99, 10, true, 10, 1],
  [0, 4, true, 0, 4],
  [100, 4, true, 4, 0],
  [50, 0, true, 0, 0],
])('%i %% of %i pods (surge: %s) is %i of the new and %i of the old version', (weight, replicas, maySurge, canary, stable) => {
  expect(splitOf(weight, replicas, maySurge)).toEqual({ canary, stable });
});
