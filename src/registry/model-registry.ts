import { ModelRelease } from '../core/model-release';

/** Where versions of models live. */
export interface IModelRegistry {
  /** What a workload needs in its environment to reach the registry. */
  readonly environment: { [key: string]: string };

  /**
   * Address of the artifact of one version, known at synthesis: never a token.
   *
   * @param release the version
   */
  modelUri(release: ModelRelease): string;
}
