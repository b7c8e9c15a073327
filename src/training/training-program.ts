import { IExperimentTracking } from './experiment-tracking';
import { ProgramStep, TEST, TRAIN, VALIDATE } from './program-step';
import { TRAINED, TrainedFiles, Workspace } from './workspace';
import { FeatureSchema } from '../core/feature-schema';
import { ImageRef } from '../core/image-ref';
import { ModelRef } from '../core/model-ref';
import { SecretRef } from '../core/secret-ref';
import { InputProblems } from '../private/input-error';
import { isMovingName, movingNameMessage } from '../private/revisions';

/** A program that trains, whatever the model is called. */
export interface TrainingProgramOptions {
  /** The image that holds the program and everything that it needs. By digest: another image is another training. */
  readonly image: ImageRef;
  /** Git commit of the program in the image. */
  readonly gitCommit: string;
  /** Checks the data before anything is learned from them, such as `['python', 'scripts/validate_features.py']`. Ends with 0 if they are good. */
  readonly validateData: string[];
  /** Trains, such as `['python', 'training/train.py', '--config', 'configs/production.yaml']`. It gets the hyperparameters as `--<name>=<value>`. */
  readonly train: string[];
  /**
   * Tests what was trained like software: empty, extreme and missing input, time, memory, bias. Ends with 0 if it is good.
   *
   * @default - no test, which the report says
   */
  readonly testModel?: string[];
  /** Hyperparameters, as they are recorded with the version. */
  readonly parameters: { [name: string]: string };
  /**
   * The features.
   *
   * @default - no schema is known
   */
  readonly featureSchema?: FeatureSchema;
  /**
   * Where the program writes down what it tries: `Tracking.mlflow()`, `Tracking.weightsAndBiases()`.
   *
   * @default - nowhere: the numbers of the version that is handed in are kept
   */
  readonly tracking?: IExperimentTracking;
  /**
   * Further variables. They win over those of `tracking`.
   *
   * @default - none
   */
  readonly env?: { [name: string]: string };
  /**
   * Variables whose values are secrets.
   *
   * @default - none
   */
  readonly secrets?: { [name: string]: SecretRef };
}

/** Properties of `TrainingProgram`. */
export interface TrainingProgramProps extends TrainingProgramOptions {
  /** The model that is trained. */
  readonly model: ModelRef;
}

/** Variables that every step gets; nobody else may give them. */
const OWN = [
  'MODEL_NAME', 'MODEL_PATH', 'METRICS_PATH', 'ARCHITECTURE_PATH', 'REFERENCE_PATH', 'DATA_SNAPSHOT', 'DATA_SNAPSHOT_PATH', 'GIT_COMMIT', 'FEATURE_SCHEMA_PATH',
  'DRIFTED_FEATURES', 'RETRAIN_REASON', 'HOME',
];

/**
 * A training that any host can run: one image, its commands, its hyperparameters.
 *
 * A `TrainingJob`, a workflow, a pipeline of Kubeflow and `docker run` start the same image with the same arguments. The program is told by its
 * environment what to read and where to write:
 *
 * | Variable | |
 * |---|---|
 * | `MODEL_NAME` | name of the model |
 * | `DATA_SNAPSHOT` | the data, `<kind>:<address>@<revision>` |
 * | `GIT_COMMIT` | the commit of the program |
 * | `MODEL_PATH` | folder that it writes the model to |
 * | `METRICS_PATH` | file that it writes its numbers to, `{name: number}` in JSON |
 * | `ARCHITECTURE_PATH` | file that it describes the architecture in, without weights; another description needs a person's approval |
 * | `REFERENCE_PATH` | where it leaves rows it learned from, features and answers, in Parquet, CSV or JSON lines: see `DriftReference`; optional |
 * | `FEATURE_SCHEMA_PATH` | the schema of the features |
 * | `DRIFTED_FEATURES` | in workflows: names of the features that drifted, a list in JSON |
 */
export class TrainingProgram {
  /**
   * A program.
   *
   * @param props image, commands, hyperparameters
   * @throws if the image or the commit may be another tomorrow, a command is empty, or a name is malformed; every problem at once
   */
  public static of(props: TrainingProgramProps): TrainingProgram {
    const problems = new InputProblems();
    const { image, gitCommit, parameters, env = {}, secrets = {} } = props;
    if (!image.isPinned) {
      problems.add('training/unpinned-image', `the image of a training must be given by digest, got '${image.uri}'; nobody could repeat it otherwise`);
    }
    if (!/^[\x21-\x7e]+$/.test(gitCommit) || isMovingName(gitCommit)) {
      problems.add('training/moving-commit', movingNameMessage("'gitCommit' of a training", gitCommit));
    }
    for (const [name, command] of Object.entries({ validateData: props.validateData, train: props.train, testModel: props.testModel })) {
      if (command !== undefined && (command.length === 0 || command[0].trim() === '')) {
        problems.add('training/no-command', `'${name}' must name a program of the image, got none`);
      }
    }
    for (const name of Object.keys(parameters).filter((key) => !/^[A-Za-z_][-A-Za-z0-9_.]*$/.test(key))) {
      problems.add('training/malformed-parameter', `'parameters' must have names of letters, digits, '-', '_' and '.', as they become arguments, got '${name}'`);
    }
    for (const name of Object.keys({ ...env, ...secrets }).filter((key) => OWN.includes(key))) {
      problems.add('training/reserved-variable', `'${name}' is what the library tells the program, so it cannot be set; take another name`);
    }
    problems.throwAll();
    return new TrainingProgram(props);
  }

  private constructor(private readonly props: TrainingProgramProps) {}

  /** Name of the model. */
  public get modelName(): string {
    return this.props.model.modelName;
  }

  /** The image. */
  public get image(): ImageRef {
    return this.props.image;
  }

  /** Git commit of the program. */
  public get gitCommit(): string {
    return this.props.gitCommit;
  }

  /** Hyperparameters. */
  public get parameters(): { [name: string]: string } {
    return { ...this.props.parameters };
  }

  /**
   * The features.
   *
   * @default - no schema is known
   */
  public get featureSchema(): FeatureSchema | undefined {
    return this.props.featureSchema;
  }

  /**
   * Steps in their order, each a command of the image.
   *
   * @internal
   */
  public get _steps(): ProgramStep[] {
    const { validateData, train, testModel, parameters } = this.props;
    return [
      { name: VALIDATE, command: validateData },
      { name: TRAIN, command: [...train, ...sorted(parameters).map(([name, value]) => `--${name}=${value}`)] },
      ...testModel ? [{ name: TEST, command: testModel }] : [],
    ];
  }

  /**
   * What every step is told.
   *
   * @internal
   */
  public _environment(snapshot: string): { [name: string]: string } {
    return {
      HOME: '/tmp',
      MODEL_NAME: this.modelName,
      DATA_SNAPSHOT: snapshot,
      GIT_COMMIT: this.gitCommit,
      MODEL_PATH: Workspace.MODEL,
      METRICS_PATH: Workspace.METRICS,
      ARCHITECTURE_PATH: Workspace.ARCHITECTURE,
      REFERENCE_PATH: Workspace.REFERENCE,
      ...this.props.featureSchema ? { FEATURE_SCHEMA_PATH: Workspace.SCHEMA } : {},
      ...this.props.tracking?.environment,
      ...this.props.env,
    };
  }

  /** @internal */
  public get _secrets(): { [name: string]: SecretRef } {
    return { ...this.props.tracking?.secretEnvironment, ...this.props.secrets };
  }

  /**
   * Arguments of `mlops register`, but for the version and the snapshot.
   *
   * @internal
   */
  public _registration(trainedBy: string, left: TrainedFiles = TRAINED): string[] {
    return [
      this.modelName,
      left.model,
      `--git-commit=${this.gitCommit}`,
      `--trained-by=${trainedBy}`,
      ...sorted(this.props.parameters).map(([name, value]) => `--parameter=${name}=${value}`),
      `--metrics=${left.metrics}`,
      `--architecture=${left.architecture}`,
      `--reference=${left.reference}`,
      ...this.props.featureSchema ? [`--feature-schema=${Workspace.SCHEMA}`] : [],
    ];
  }
}

function sorted(map: { [name: string]: string }): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
