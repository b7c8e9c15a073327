import { ModelRegistry, SecretRef } from '../../src';
import { ErrorCase } from '../support/error-case';
import { release } from '../support/releases';

const secret = SecretRef.existing('registry', 'value');

export const cases: ErrorCase[] = [
  {
    id: 'registry/malformed-region',
    when: 'everything that can be wrong with a bucket, at once',
    provoke: () => ModelRegistry.fromS3Uri('models', { region: 'EU Central', endpointUrl: 'minio:9000', accessKeyId: secret }),
    message: [
      "an S3 address must look like 's3://<bucket>/<prefix>', got 'models' (s3/malformed-uri)",
      "'region' must look like 'eu-central-1', got 'EU Central' (registry/malformed-region)",
      "'endpointUrl' must be an address such as https://… or http://…, got 'minio:9000' (address/scheme)",
      "'accessKeyId' and 'secretAccessKey' belong together, got only 'accessKeyId'; leave both out where pods have an identity of the cloud (registry/half-a-key)",
    ].join('\n'),
  },
  {
    id: 'registry/half-a-key',
    when: 'a secret key without its id',
    provoke: () => ModelRegistry.fromS3Uri('s3://models', { secretAccessKey: secret }),
    message: "'accessKeyId' and 'secretAccessKey' belong together, got only 'secretAccessKey'; leave both out where pods have an identity of the cloud (registry/half-a-key)",
  },
  {
    id: 'registry/half-a-login',
    when: 'a user without a password',
    provoke: () => ModelRegistry.fromMlflowUrl('http://mlflow.mlops.svc:5000', { username: secret }),
    message: "'username' and 'password' belong together, got only 'username' (registry/half-a-login)",
  },
  {
    id: 'registry/half-a-login',
    when: 'a password without a user, for addresses that are none',
    provoke: () => ModelRegistry.fromMlflowUrl('sqlite:///mlflow.db', { password: secret, registryUrl: 'mlflow' }),
    message: [
      "'url' must be an address such as https://… or http://…, got 'sqlite:///mlflow.db' (address/scheme)",
      "'registryUrl' must be an address such as https://… or http://…, got 'mlflow' (address/malformed)",
      "'username' and 'password' belong together, got only 'password' (registry/half-a-login)",
    ].join('\n'),
  },
  {
    id: 'registry/two-logins',
    when: 'a token and a password',
    provoke: () => ModelRegistry.fromMlflowUrl('https://mlflow.example.com', { token: secret, username: secret, password: secret }),
    message: "either 'token' or 'username' and 'password', got both; clients of MLflow disagree on which of them they send (registry/two-logins)",
  },
  {
    id: 'registry/mlflow-version',
    when: 'a version that MLflow did not give',
    provoke: () => ModelRegistry.fromMlflowUrl('https://mlflow.example.com').modelUri({ ...release, version: 'v2.1.0' }),
    message: "versions in MLflow are whole numbers, got 'v2.1.0' of 'fraud-detection'; take the number that MLflow gave at registration (registry/mlflow-version)",
  },
];
