import { IExperimentTracking } from './experiment-tracking';
import { SecretRef } from '../core/secret-ref';
import { InputProblems } from '../private/input-error';
import { requireWebAddress } from '../private/web-address';
import { IModelRegistry } from '../registry/model-registry';

/** Options of `Tracking.weightsAndBiases()`. */
export interface WeightsAndBiasesOptions {
  /** User or team that the runs belong to. */
  readonly entity: string;
  /** Project that the runs stand in. */
  readonly project: string;
  /** API key of a service account. */
  readonly apiKey: SecretRef;
  /**
   * Address of a server of your own.
   *
   * @default - Weights & Biases' own, https://api.wandb.ai
   */
  readonly baseUrl?: string;
}

/** Servers that runs of trainings are written to. The pods have to reach them: name them in `egress`. */
export class Tracking {
  /**
   * The MLflow server of a registry: runs stand where versions are registered.
   *
   * @param registry such as `ModelRegistry.fromMlflowUrl()` or an `MlflowServer`
   * @throws if the registry is no MLflow server
   */
  public static mlflow(registry: IModelRegistry): IExperimentTracking {
    const problems = new InputProblems();
    if (registry.environment.MLFLOW_TRACKING_URI === undefined) {
      problems.add('tracking/no-mlflow',
        "'registry' must be an MLflow server, got one that names no MLFLOW_TRACKING_URI; use ModelRegistry.fromMlflowUrl(), or track elsewhere");
    }
    problems.throwAll();
    return { environment: registry.environment, secretEnvironment: registry.secretEnvironment };
  }

  /**
   * Weights & Biases, by the variables that its client reads.
   *
   * @param options whose runs, where, with which key
   * @throws if a name is empty or has a slash, or the address is malformed: all at once
   * @see https://docs.wandb.ai/guides/track/environment-variables/
   */
  public static weightsAndBiases(options: WeightsAndBiasesOptions): IExperimentTracking {
    const { entity, project, apiKey, baseUrl } = options;
    const problems = new InputProblems();
    for (const [name, value] of Object.entries({ entity, project }).filter(([, text]) => !/^[^\s/]+$/.test(text))) {
      problems.add('tracking/malformed-name', `'${name}' must be a name without blanks and slashes, got '${value}'; take it from the address of the project`);
    }
    problems.attempt(() => baseUrl !== undefined && requireWebAddress('baseUrl', baseUrl, ['https', 'http']));
    problems.throwAll();
    return {
      environment: {
        WANDB_ENTITY: entity,
        WANDB_PROJECT: project,
        // its own choice is the working directory, which a restricted container cannot write to
        WANDB_DIR: '/tmp',
        ...baseUrl === undefined ? {} : { WANDB_BASE_URL: baseUrl },
      },
      secretEnvironment: { WANDB_API_KEY: apiKey },
    };
  }

  private constructor() {}
}
