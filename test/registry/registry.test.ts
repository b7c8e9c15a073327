import { ModelRegistry, SecretRef } from '../../src';
import { release } from '../support/releases';

const id = SecretRef.existing('minio', 'id');
const key = SecretRef.existing('minio', 'key');

describe('a folder in S3', () => {
  test('pods load what a promoter wrote', () => {
    expect(ModelRegistry.fromS3Uri('s3://models').modelUri(release)).toBe('s3://models/production/fraud-detection/7/model.tar');
    expect(ModelRegistry.fromS3Uri('s3://shared/teams/risk/').modelUri(release)).toBe('s3://shared/teams/risk/production/fraud-detection/7/model.tar');
  });

  test('the identity of the workload is enough', () => {
    const registry = ModelRegistry.fromS3Uri('s3://models/');

    expect(registry.environment).toEqual({ MODEL_REGISTRY_URI: 's3://models' });
    expect(registry.secretEnvironment).toEqual({});
  });

  test('another object store is reached with its address and keys', () => {
    const registry = ModelRegistry.fromS3Uri('s3://models', {
      region: 'us-east-1', endpointUrl: 'http://minio.storage.svc:9000', accessKeyId: id, secretAccessKey: key,
    });

    expect(registry.environment).toEqual({
      MODEL_REGISTRY_URI: 's3://models',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_S3: 'http://minio.storage.svc:9000',
    });
    expect(registry.secretEnvironment).toEqual({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key });
  });
});

describe('an MLflow server', () => {
  test('a version is named, never an alias', () => {
    expect(ModelRegistry.fromMlflowUrl('http://mlflow.mlops.svc:5000').modelUri(release)).toBe('models:/fraud-detection/7');
  });

  test('clients stay with the server unless they may go to the object store', () => {
    expect(ModelRegistry.fromMlflowUrl('http://mlflow.mlops.svc:5000/').environment).toEqual({
      MLFLOW_TRACKING_URI: 'http://mlflow.mlops.svc:5000',
      MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD: 'false',
      MLFLOW_DISABLE_TELEMETRY: 'true',
    });
    expect(ModelRegistry.fromMlflowUrl('https://mlflow.example.com', { directDownloads: true, registryUrl: 'https://registry.example.com/' }).environment)
      .toEqual({
        MLFLOW_TRACKING_URI: 'https://mlflow.example.com',
        MLFLOW_REGISTRY_URI: 'https://registry.example.com',
        MLFLOW_DISABLE_TELEMETRY: 'true',
      });
  });

  test('credentials are secrets', () => {
    expect(ModelRegistry.fromMlflowUrl('https://mlflow.example.com', { token: key }).secretEnvironment).toEqual({ MLFLOW_TRACKING_TOKEN: key });
    expect(ModelRegistry.fromMlflowUrl('https://mlflow.example.com', { username: id, password: key }).secretEnvironment)
      .toEqual({ MLFLOW_TRACKING_USERNAME: id, MLFLOW_TRACKING_PASSWORD: key });
  });
});
