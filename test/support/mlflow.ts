import { aPlatform, DIGEST } from './fixtures';
import { ImageRef, MlflowArtifacts, MlflowAuth, MlflowDatabase, MlflowServerProps } from '../../src';

/** An MLflow server to try out. */
export function mlflowProps(overrides: Partial<MlflowServerProps> = {}): MlflowServerProps {
  return {
    image: ImageRef.fromDigest('ghcr.io/mlflow/mlflow', DIGEST),
    database: MlflowDatabase.sqlite(),
    artifacts: MlflowArtifacts.s3('s3://acme-registry/mlflow/', { region: 'eu-central-1' }),
    auth: MlflowAuth.none('one team alone has the namespace'),
    owner: { team: 'ml-platform', runbookUrl: 'https://runbooks.example.com/mlflow', contact: '#ml-platform' },
    platform: aPlatform(),
    ...overrides,
  };
}
