import { ModelRelease } from '../core/model-release';
import { SecretRef } from '../core/secret-ref';

/** Where versions of models live. */
export interface IModelRegistry {
  /** What a workload needs in its environment to reach the registry. */
  readonly environment: { [key: string]: string };

  /** What a workload needs in its environment besides, and must not be read by others: credentials, where no identity of the cloud does it. */
  readonly secretEnvironment: { [key: string]: SecretRef };

  /** Whether the registry counts versions by itself, as MLflow does. Otherwise whoever registers names them. */
  readonly countsVersions: boolean;

  /**
   * Address of the artifact of one version, known at synthesis: never a token.
   *
   * @param release the version
   */
  modelUri(release: ModelRelease): string;
}
