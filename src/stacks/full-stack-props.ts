import { Size } from 'cdk8s';
import { FullStackNeeds } from './full-stack-needs';
import { StackOptions } from './stack-options';
import { StackPromotion } from './stack-promotion';
import { StackRegistry } from './stack-registry';
import { StackStorage } from './stack-storage';
import { NetworkPeer } from '../core/network-peer';
import { RuntimeImage } from '../core/runtime-image';
import { DriftCheckOptions } from '../drift/drift-cron-job-props';
import { DriftReference } from '../drift/drift-reference';
import { RetrainOptions } from '../drift/drift-response';
import { PredictionLogOptions } from '../drift/prediction-log-props';
import { IDriftResponse } from '../drift/response';
import { CanarySettings } from '../rollout/canary-options';
import { IGuardrail } from '../rollout/guardrail';
import { RollbackDrillOptions } from '../rollout/rollback-drill-props';
import { IRolloutStrategy } from '../rollout/strategy';
import { InferenceGatewayProps } from '../serving/gateway/inference-gateway';
import { LoadingOptions } from '../serving/model-source';
import { ITrafficRouter } from '../serving/traffic-router';
import { ArgoTrainingPipelineOptions } from '../training/argo/argo-training-pipeline-props';
import { GoldenSet } from '../training/golden-set';
import { QualityGates } from '../training/quality-gates';
import { TrainingProgramOptions } from '../training/training-program';

/** What a version must pass before it is tried on users. */
export interface FullStackGate {
  /** What it is judged on. */
  readonly goldenSet: GoldenSet;
  /** What it must reach. */
  readonly qualityGates: QualityGates;
}

/** How a version is made and judged. Model, gate, registry, runtime, artifacts and release are those of the stack. */
export interface FullStackTraining extends ArgoTrainingPipelineOptions {
  /** What checks data, trains and tests. */
  readonly program: TrainingProgramOptions;
  /**
   * Whom the steps have to reach beside storage and registry, such as the warehouse of the data.
   *
   * @default - nobody
   */
  readonly egress?: NetworkPeer[];
}

/** How the stack finds out that the world has moved. Log, reports, storage and runtime are those of the stack. */
export interface FullStackDrift extends DriftCheckOptions {
  /**
   * What requests are compared with.
   *
   * @default - what the champion was trained on: `DriftReference.ofChampion()` of the stack's registry
   */
  readonly reference?: DriftReference;
  /**
   * When drift starts the pipeline. Without `evidence`, the owner is told what would be trained.
   *
   * @default - it does not
   */
  readonly retraining?: RetrainOptions;
  /**
   * What follows, where it is something else than telling the owner and training again.
   *
   * @default - the owner is told, and the pipeline is started as `retraining` says
   */
  readonly response?: IDriftResponse;
}

/** How a new version takes over. */
export interface FullStackCanary extends CanarySettings {
  /**
   * What the new version must meet at every stage.
   *
   * @default - what the objectives of the model promise: `Guardrail.fromSlo()`
   */
  readonly guardrails?: IGuardrail[];
  /**
   * Who shares requests out between the versions.
   *
   * @default - the gateway of the stack, or else the sidecars of the mesh
   */
  readonly router?: ITrafficRouter;
}

/** The way in from outside, for this model alone. A gateway of several models stands in a chart of its own: give its routes to the canary. */
export interface FullStackGateway extends InferenceGatewayProps {
  /**
   * Beginnings of the paths that lead to the model.
   *
   * @default - every path
   */
  readonly paths?: string[];
  /**
   * Name of the waypoint that routes callers in the mesh in ambient mode.
   *
   * @default - callers in the mesh are not routed in ambient mode
   */
  readonly waypoint?: string;
}

/** How pods get the artifact. */
export interface FullStackLoading extends LoadingOptions {
  /**
   * Size of the volume for the artifact: generous, but a limit, so that a wrong artifact cannot fill a node.
   *
   * @default Size.gibibytes(10)
   */
  readonly sizeLimit?: Size;
}

/** What is logged of requests and answers: the features that drift compares, and the answer. */
export interface FullStackPredictionLog extends PredictionLogOptions {
  /**
   * Columns that leave the pod besides.
   *
   * @default - none
   */
  readonly columns?: string[];
}

/** Properties of `FullStack`. */
export interface FullStackProps extends StackOptions {
  /** Namespace of every object. It is not created. */
  readonly namespace: string;
  /** Where models, logs, references and reports are. */
  readonly storage: StackStorage;
  /** Images of the runtime, both of them. */
  readonly runtime: RuntimeImage;
  /** What a version must pass before it is tried on users. */
  readonly gate: FullStackGate;
  /** How a version is made and judged. */
  readonly training: FullStackTraining;
  /** How the stack finds out that the world has moved. */
  readonly drift: FullStackDrift;
  /**
   * Where versions live.
   *
   * @default StackRegistry.storage()
   */
  readonly registry?: StackRegistry;
  /**
   * The way in from outside.
   *
   * @default - callers are inside the cluster
   */
  readonly gateway?: FullStackGateway;
  /**
   * How a new version takes over.
   *
   * @default - 5, 25, 50 and 100 percent for 30 minutes each, judged by the objectives of the model
   */
  readonly canary?: FullStackCanary;
  /**
   * How a new version takes over, where it is no canary.
   *
   * @default - a canary
   */
  readonly strategy?: IRolloutStrategy;
  /**
   * Who brings a version that passed its gate to users. Under GitOps it has to be said, as the pod template belongs to Git there.
   *
   * @default StackPromotion.automatic()
   */
  readonly promotion?: StackPromotion;
  /**
   * How a rollback is practised. In staging only.
   *
   * @default - it is not
   */
  readonly drill?: RollbackDrillOptions;
  /**
   * How pods get the artifact, where `source` does not say it.
   *
   * @default - from the registry, by hash
   */
  readonly loading?: FullStackLoading;
  /**
   * What is logged of requests and answers.
   *
   * @default - the features that drift compares and the answer, of every request
   */
  readonly predictionLog?: FullStackPredictionLog;
  /**
   * Why each part is there. A part that nobody declared a need for is a finding.
   *
   * @default - nothing was declared
   */
  readonly needs?: FullStackNeeds;
  /**
   * Who answers for the API server, which trainings and their start talk to. Where it is named, drift is an event of its CronJob, too.
   *
   * @default - any address on the ports 443 and 6443, and no event is written
   */
  readonly apiServer?: NetworkPeer;
}
