import { Duration, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { BoundRegistry, StackRegistryContext } from './bound-registry';
import { FullStackProps } from './full-stack-props';
import { StackPromotion } from './stack-promotion';
import { NetworkPeer } from '../core/network-peer';
import { RegistryLayout } from '../core/registry-layout';
import { DriftResponse } from '../drift/drift-response';
import { PredictionLog } from '../drift/prediction-log';
import { IDriftResponse } from '../drift/response';
import { experimentTrackingIn } from '../private/experiment-tracking';
import { InputProblems } from '../private/input-error';
import { IModelRegistry } from '../registry/model-registry';
import { ModelRegistry } from '../registry/registry';
import { IRollout } from '../rollout/rollout';
import { RolloutStrategy } from '../rollout/rollout-strategy';
import { IRolloutStrategy } from '../rollout/strategy';
import { InferenceGateway } from '../serving/gateway/inference-gateway';
import { ModelSource } from '../serving/model-source';
import { TrafficRouter } from '../serving/traffic-routers';
import { ArtifactStore } from '../training/artifact-store';
import { IEvaluationGate } from '../training/gate';
import { ITrainingPipeline } from '../training/pipeline';
import { ReleaseTarget } from '../training/release-target';
import { Tracking } from '../training/tracking';
import { TrainingProgram } from '../training/training-program';

/** What follows from the properties of a stack, so that nobody has to say it twice. */
export class FullStackWiring {
  /** Name of the model. */
  public readonly model: string;
  /** Folder that servers log to and drift reads. */
  public readonly predictionsLog: string;
  /** Folder of the reports of the drift checks. */
  public readonly reports: string;
  /** Who answers for the storage. */
  public readonly storagePeer: NetworkPeer;
  /** Variables by which the storage is reached. */
  public readonly storage: IModelRegistry;
  private readonly root: string;

  public constructor(private readonly props: FullStackProps) {
    const { uri, reachedAt } = props.storage;
    this.model = props.model.modelName;
    this.root = uri.replace(/\/$/, '');
    this.predictionsLog = this.folder(RegistryLayout.predictionsLog(this.model));
    this.reports = this.folder(RegistryLayout.reports(this.model));
    this.storagePeer = reachedAt ?? NetworkPeer.anyHttps('models, data, logs and reports are in S3');
    this.storage = ModelRegistry.fromS3Uri(uri, props.storage);
  }

  /** What a registry has to know. */
  public get registryContext(): StackRegistryContext {
    const { storage, owner, platform } = this.props;
    return { storage, storagePeer: this.storagePeer, owner, platform };
  }

  /** Where the steps of a training leave what the next ones need. */
  public get artifacts(): ArtifactStore {
    return ArtifactStore.s3(this.folder(`${RegistryLayout.candidates(this.model)}runs`), this.props.storage);
  }

  /** The program of the training: it tracks where versions are registered, where that is a server for it. */
  public program({ registry }: BoundRegistry): TrainingProgram {
    const { program } = this.props.training;
    const { MODEL_REGISTRY_URI: _, ...environment } = this.storage.environment;
    return TrainingProgram.of({
      ...program,
      model: this.props.model,
      tracking: program.tracking ?? (registry.environment.MLFLOW_TRACKING_URI === undefined ? undefined : Tracking.mlflow(registry)),
      env: { ...environment, ...program.env },
      secrets: { ...this.storage.secretEnvironment, ...program.secrets },
    });
  }

  /** What drift compares leaves the pods, and nothing else that nobody named. */
  public get predictionLog(): PredictionLog {
    const { drift: { features, answers }, predictionLog, runtime } = this.props;
    const { columns = [], ...options } = predictionLog ?? {};
    const hashed = options.hashedColumns ?? [];
    return PredictionLog.of({
      ...options,
      columns: [...features, ...answers ? [answers.column] : []].map(({ name }) => name).filter((name) => !hashed.includes(name)).concat(columns),
      runtime,
      folder: this.predictionsLog,
      bucketAt: this.storagePeer,
      env: this.storage.environment,
      secrets: this.storage.secretEnvironment,
    });
  }

  public source({ registry, peers }: BoundRegistry, program: TrainingProgram): ModelSource {
    const { source, loading, runtime } = this.props;
    return source ?? ModelSource.loadedFrom(registry, {
      ...loading,
      loader: runtime.small,
      loaderCommand: runtime.command('load'),
      sizeLimit: loading?.sizeLimit ?? Size.gibibytes(10),
      featureSchema: program.featureSchema,
      egress: [...peers, this.storagePeer],
    });
  }

  public strategy(gateway: InferenceGateway | undefined): IRolloutStrategy {
    const { strategy, canary, gateway: way, scrapeInterval } = this.props;
    return strategy ?? RolloutStrategy.canary({
      ...canary,
      router: canary?.router ?? gateway?.routerFor({ paths: way?.paths ?? ['/'], waypoint: way?.waypoint }) ?? TrafficRouter.istio(),
      analysis: { scrapeInterval, ...canary?.analysis },
    });
  }

  /** Whom trainings reach. */
  public egress({ peers }: BoundRegistry): NetworkPeer[] {
    return [this.storagePeer, ...peers, ...this.props.training.egress ?? []];
  }

  /**
   * What a version that passed its gate is released to: the Rollout of the stack, unless people do it.
   *
   * @throws if there is nothing with stages to release to, or they take longer than they may
   */
  public release(stack: Construct, rollout: IRollout | undefined): ReleaseTarget | undefined {
    const { how, within, branch: through } = this.props.promotion ?? StackPromotion.automatic();
    if (how !== undefined) {return undefined;}
    const problems = new InputProblems();
    if (rollout === undefined) {
      problems.add('stacks/no-way-of-promotion',
        "'strategy' has no stages that would decide whether a version stays, so that the pipeline cannot promote it; use a canary, or say who promotes with StackPromotion.byPeople()");
      problems.throwAt(stack.node.scope!, stack.node.id);
    }
    const stages = rollout!.stages.reduce((sum, { duration }) => sum + duration.toSeconds(), 0);
    if (within && within.toSeconds() <= stages) {
      problems.add('stacks/release-shorter-than-stages',
        `the stages of the canary take ${stages}s, and 'within' of the promotion ends a release after ${within.toSeconds()}s, before any of them could succeed; give it more`);
    }
    problems.throwAt(stack.node.scope!, stack.node.id);
    // half as long again as the stages, and the time that pods may take to start
    const longest = Duration.seconds(Math.ceil(1.5 * stages) + 1800);
    return ReleaseTarget.rollout(rollout!.rolloutName, { namespace: this.props.namespace, within: within ?? longest, through });
  }

  /**
   * What a drill puts to the test.
   *
   * @throws if nothing would send a failing version back
   */
  public drilled(stack: Construct, rollout: IRollout | undefined): IRollout {
    const problems = new InputProblems();
    if (rollout === undefined) {
      problems.add('stacks/drill-without-rollout',
        "'drill' needs stages that send a failing version back, and 'strategy' has none; use a canary, or leave the drill out");
    }
    problems.throwAt(stack.node.scope!, stack.node.id);
    return rollout!;
  }

  public response(pipeline: ITrainingPipeline, gate: IEvaluationGate): IDriftResponse {
    const { drift: { response, retraining, apiServer = this.props.apiServer } } = this.props;
    return response ?? DriftResponse.all(DriftResponse.notify(), DriftResponse.retrain(pipeline, gate, { apiServer, ...retraining }));
  }

  /** Where another stack of the model would be in the way. */
  public places({ registry: { environment } }: BoundRegistry): string[] {
    return [this.root, environment.MLFLOW_TRACKING_URI ?? environment.MODEL_REGISTRY_URI].filter((place) => place !== undefined);
  }

  /** Pieces that are there, in the words of what else calls them left out. */
  public present({ registry }: BoundRegistry): string[] {
    return experimentTrackingIn(registry.environment);
  }

  private folder(path: string): string {
    return `${this.root}/${path}`;
  }
}
