import { InputError } from '../private/input-error';

/**
 * A model by name and alias, as people and registries speak of it.
 *
 * Which version stands behind the alias is written in a release record and never resolved in a pod: a restart after an alias moved would
 * otherwise load a new model that no rollout has judged.
 *
 * @see https://mlflow.org/docs/latest/ml/model-registry/#deploy-and-organize-models-with-aliases-and-tags
 */
export class ModelRef {
  /**
   * The version that serves: `<model>@champion`.
   *
   * @param model name in the registry, such as `fraud-detection`
   */
  public static champion(model: string): ModelRef {
    return ModelRef.alias(model, 'champion');
  }

  /**
   * The version that wants to serve: `<model>@challenger`.
   *
   * @param model name in the registry, such as `fraud-detection`
   */
  public static challenger(model: string): ModelRef {
    return ModelRef.alias(model, 'challenger');
  }

  /**
   * A version by an alias of your own.
   *
   * @param model name in the registry. Lower-case letters, digits and `-`, as it becomes a label and part of object names
   * @param alias lower-case letters, digits, `-` and `_`
   * @throws if the alias is a version (`7`, `v7`, `latest`) or either name is malformed
   */
  public static alias(model: string, alias: string): ModelRef {
    if (!/^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$/.test(model)) {
      throw new InputError('model/malformed-name',
        `'model' must be at most 52 lower-case letters, digits and '-', starting with a letter, got '${model}'`);
    }
    if (/^v?\d+([.]\d+)*$/.test(alias) || alias === 'latest') {
      throw new InputError('model/version-as-alias',
        `'alias' must be an alias such as 'champion', got the version '${alias}'; versions come from the release record of the model`);
    }
    if (!/^[a-z]([-_a-z0-9]{0,30}[a-z0-9])?$/.test(alias)) {
      throw new InputError('model/malformed-alias',
        `'alias' must be at most 32 lower-case letters, digits, '-' and '_', starting with a letter, got '${alias}'`);
    }
    return new ModelRef(model, alias);
  }

  private constructor(
    /** Name in the registry. */
    public readonly modelName: string,
    /** Alias in the registry, without `@`. */
    public readonly aliasName: string,
  ) {}

  /** `<model>@<alias>`. */
  public toString(): string {
    return `${this.modelName}@${this.aliasName}`;
  }
}
