import { IModelRegistry } from './model-registry';
import { checkS3Access } from './s3-access';
import { S3RegistryOptions } from './s3-options';
import { ModelRelease } from '../core/model-release';
import { RegistryLayout } from '../core/registry-layout';
import { SecretRef } from '../core/secret-ref';
import { InputError, InputProblems } from '../private/input-error';
import { s3Environment } from '../private/s3-environment';
import { requireWebAddress } from '../private/web-address';

/** Options of `ModelRegistry.fromMlflowUrl()`. */
export interface MlflowRegistryOptions {
  /**
   * Address of the model registry, where it is not the tracking server.
   *
   * @default - the tracking server
   */
  readonly registryUrl?: string;
  /**
   * Bearer token.
   *
   * @default - none
   */
  readonly token?: SecretRef;
  /**
   * User name of basic authentication. Together with `password`.
   *
   * @default - none
   */
  readonly username?: SecretRef;
  /**
   * Password of basic authentication.
   *
   * @default - none
   */
  readonly password?: SecretRef;
  /**
   * Whether clients fetch artifacts from the object store behind the server. It is faster for large models, and their pods need a way there.
   *
   * @default false
   */
  readonly directDownloads?: boolean;
}

/** Registries that exist. */
export class ModelRegistry {
  /**
   * A folder in an S3 bucket that follows `RegistryLayout`.
   *
   * @param uri address of the folder, such as `s3://models` or `s3://shared/teams/risk`
   * @param options region, endpoint, keys
   * @throws if the address is malformed, or only one of the two keys is given
   */
  public static fromS3Uri(uri: string, options: S3RegistryOptions = {}): IModelRegistry {
    return new S3Registry(uri, options);
  }

  /**
   * An MLflow server.
   *
   * @param url address of the tracking server, such as `http://mlflow.mlops.svc:5000`
   * @param options registry, credentials
   * @throws if an address is malformed, or the credentials do not fit together
   * @see https://mlflow.org/docs/latest/ml/model-registry/
   */
  public static fromMlflowUrl(url: string, options: MlflowRegistryOptions = {}): IModelRegistry {
    return new MlflowRegistry(url, options);
  }

  private constructor() {}
}

class S3Registry implements IModelRegistry {
  public readonly countsVersions = false;
  public readonly environment: { [key: string]: string };
  public readonly secretEnvironment: { [key: string]: SecretRef };
  private readonly root: string;

  public constructor(uri: string, options: S3RegistryOptions) {
    const { region, endpointUrl, accessKeyId, secretAccessKey } = options;
    checkS3Access(uri, options);
    this.root = uri.replace(/\/$/, '');
    this.environment = s3Environment(this.root, region, endpointUrl);
    this.secretEnvironment = defined({ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  }

  public modelUri(release: ModelRelease): string {
    return `${this.root}/${RegistryLayout.artifact(release.model, release.version)}`;
  }
}

class MlflowRegistry implements IModelRegistry {
  public readonly countsVersions = true;
  public readonly environment: { [key: string]: string };
  public readonly secretEnvironment: { [key: string]: SecretRef };

  public constructor(url: string, options: MlflowRegistryOptions) {
    const { registryUrl, token, username, password, directDownloads } = options;
    const problems = new InputProblems();
    problems.attempt(() => requireWebAddress('url', url, ['https', 'http']));
    problems.attempt(() => registryUrl !== undefined && requireWebAddress('registryUrl', registryUrl, ['https', 'http']));
    if ((username === undefined) !== (password === undefined)) {
      problems.add('registry/half-a-login', `'username' and 'password' belong together, got only '${username ? 'username' : 'password'}'`);
    }
    if (token && (username ?? password)) {
      problems.add('registry/two-logins', "either 'token' or 'username' and 'password', got both; clients of MLflow disagree on which of them they send");
    }
    problems.throwAll();
    this.environment = defined({
      MLFLOW_TRACKING_URI: withoutSlash(url),
      MLFLOW_REGISTRY_URI: registryUrl && withoutSlash(registryUrl),
      // by default clients are sent to the object store, which a network policy of default deny keeps them from
      MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD: directDownloads ? undefined : 'false',
      MLFLOW_DISABLE_TELEMETRY: 'true',
    });
    this.secretEnvironment = defined({
      MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: username, MLFLOW_TRACKING_PASSWORD: password,
    });
  }

  public modelUri(release: ModelRelease): string {
    if (!/^[1-9]\d*$/.test(release.version)) {
      throw new InputError('registry/mlflow-version',
        `versions in MLflow are whole numbers, got '${release.version}' of '${release.model}'; take the number that MLflow gave at registration`);
    }
    return `models:/${release.model}/${release.version}`;
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function defined<T>(map: { [key: string]: T | undefined }): { [key: string]: T } {
  return Object.fromEntries(Object.entries(map).filter((entry): entry is [string, T] => entry[1] !== undefined));
}
