import { ModelRegistry, SecretRef, Tracking } from '../../src';
import { ErrorCase } from '../support/error-case';

const apiKey = SecretRef.existing('wandb', 'api-key');

export const cases: ErrorCase[] = [
  {
    id: 'tracking/no-mlflow',
    when: 'runs in a folder',
    provoke: () => Tracking.mlflow(ModelRegistry.fromS3Uri('s3://models')),
    message: "'registry' must be an MLflow server, got one that names no MLFLOW_TRACKING_URI; use ModelRegistry.fromMlflowUrl(), or track elsewhere (tracking/no-mlflow)",
  },
  {
    id: 'tracking/malformed-name',
    when: 'an address instead of a name',
    provoke: () => Tracking.weightsAndBiases({ entity: 'acme', project: 'acme/fraud', apiKey }),
    message: "'project' must be a name without blanks and slashes, got 'acme/fraud'; take it from the address of the project (tracking/malformed-name)",
  },
];
