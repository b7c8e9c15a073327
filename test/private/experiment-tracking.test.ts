import { experimentTrackingIn } from '../../src/private/experiment-tracking';

test('a registry of MLflow brings experiment tracking with it, a folder does not', () => {
  expect(experimentTrackingIn({ MLFLOW_TRACKING_URI: 'http://mlflow.mlops.svc:5000' })).toEqual(['Experiment tracking (MLflow)']);
  expect(experimentTrackingIn({ MODEL_REGISTRY_URI: 's3://models' })).toEqual([]);
});
