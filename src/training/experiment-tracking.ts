import { SecretRef } from '../core/secret-ref';

/** Where a training writes down what it tries, while it runs. */
export interface IExperimentTracking {
  /** What the program needs in its environment. */
  readonly environment: { [key: string]: string };

  /** What the program needs in its environment besides, and must not be read by others. */
  readonly secretEnvironment: { [key: string]: SecretRef };
}
