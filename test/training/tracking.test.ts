import { ModelRegistry, SecretRef, Tracking, TrainingProgram } from '../../src';
import { aProgram } from '../support/training';

const apiKey = SecretRef.existing('wandb', 'api-key');

test('Weights & Biases is told by the variables of its client, the key as a secret', () => {
  const { environment, secretEnvironment } = Tracking.weightsAndBiases({ entity: 'acme', project: 'fraud', apiKey, baseUrl: 'https://wandb.acme.example' });

  expect(environment).toEqual({ WANDB_ENTITY: 'acme', WANDB_PROJECT: 'fraud', WANDB_DIR: '/tmp', WANDB_BASE_URL: 'https://wandb.acme.example' });
  expect(secretEnvironment).toEqual({ WANDB_API_KEY: apiKey });
});

test('an MLflow server is the one that versions are registered in', () => {
  const registry = ModelRegistry.fromMlflowUrl('http://mlflow.mlops.svc:5000');

  expect(Tracking.mlflow(registry).environment).toEqual(registry.environment);
});

test('every step of a training gets the variables, which variables of its own replace', () => {
  const program: TrainingProgram = aProgram({
    tracking: Tracking.weightsAndBiases({ entity: 'acme', project: 'fraud', apiKey }), env: { WANDB_PROJECT: 'fraud-nightly' },
  });

  expect(program._environment('git:data@1')).toMatchObject({ WANDB_ENTITY: 'acme', WANDB_PROJECT: 'fraud-nightly' });
  expect(program._secrets).toEqual({ WANDB_API_KEY: apiKey });
});
