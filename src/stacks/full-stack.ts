import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { reportNeeds } from './full-stack-findings';
import { requireFullStack } from './full-stack-problems';
import { FullStackProps } from './full-stack-props';
import { FullStackWiring } from './full-stack-wiring';
import { FULL_LEAVES_OUT } from './left-out';
import { reportSameModel } from './same-model';
import { StackRegistry } from './stack-registry';
import { describeApplication } from '../core/argo-cd-application';
import { NetworkPeer } from '../core/network-peer';
import { RollbackCall } from '../core/rollback-call';
import { DriftCronJob } from '../drift/drift-cron-job';
import { DriftReference } from '../drift/drift-reference';
import { DriftSegment } from '../drift/drift-segment';
import { PredictionLog } from '../drift/prediction-log';
import { Monitoring } from '../monitoring/monitoring';
import { PolicyPack } from '../policy/policy-pack';
import { applyAudit } from '../private/audit';
import { factsOf } from '../private/facts';
import { MlflowServer } from '../registry/mlflow/mlflow-server';
import { IModelRegistry } from '../registry/model-registry';
import { StackReport } from '../report/stack-report';
import { RollbackDrill } from '../rollout/rollback-drill';
import { InferenceGateway } from '../serving/gateway/inference-gateway';
import { ModelServing } from '../serving/model-serving';
import { ArgoTrainingPipeline } from '../training/argo/argo-training-pipeline';
import { EvaluationGate } from '../training/evaluation-gate';
import { TrainingPipeline } from '../training/training-pipeline';
import { TrainingProgram } from '../training/training-program';

/**
 * A model that stays good: it is served by a canary, watched, logged, compared with its training, trained again, judged, tried on users, promoted or
 * rejected. Every one of these parts knows the others.
 *
 * A model moves here from `MinimumViableStack` by a change of the class: under the same id, no object gets another name.
 */
export class FullStack extends Chart {
  /** The way in from outside. None where callers are inside the cluster. */
  public readonly gateway?: InferenceGateway;
  /** Where versions live. */
  public readonly registry: IModelRegistry;
  /** The MLflow server. None where the registry is another. */
  public readonly mlflow?: MlflowServer;
  /** What is logged of requests and answers. */
  public readonly predictionLog: PredictionLog;
  /** The model that answers. */
  public readonly serving: ModelServing;
  /** What checks data, trains and tests. */
  public readonly program: TrainingProgram;
  /** What a version must pass before it is tried on users. */
  public readonly gate: EvaluationGate;
  /** What makes the next version, judges it, releases and promotes it. */
  public readonly pipeline: ArgoTrainingPipeline;
  /** The way back in one call. None where people release. */
  public readonly rollback?: RollbackCall;
  /** A rollback that is practised. None where nobody asked for it. */
  public readonly drill?: RollbackDrill;
  /** What compares requests with the training. */
  public readonly drift: DriftCronJob;
  /** What watches all of it. */
  public readonly monitoring: Monitoring;
  /** What a reviewer reads. */
  public readonly report: StackReport;

  public constructor(scope: Construct, id: string, props: FullStackProps) {
    super(scope, id, { namespace: props.namespace });
    requireFullStack(scope, id, props);
    const { model, runtime, owner, platform, slo } = props;
    const wiring = new FullStackWiring(props);

    this.gateway = props.gateway && new InferenceGateway(this, 'Gateway', props.gateway);
    const bound = (props.registry ?? StackRegistry.storage())._bind(this, wiring.registryContext);
    this.registry = bound.registry;
    this.mlflow = bound.server;
    this.program = wiring.program(bound);
    this.predictionLog = wiring.predictionLog;
    this.serving = new ModelServing(this, 'Serving', {
      ...props,
      strategy: wiring.strategy(this.gateway),
      source: wiring.source(bound, this.program),
      sidecars: [...props.sidecars ?? [], this.predictionLog],
      callers: this.gateway ? [...props.callers ?? [NetworkPeer.sameNamespace()], this.gateway.peer] : props.callers,
    });

    this.gate = EvaluationGate.of({ model, ...props.gate });
    const release = wiring.release(this, this.serving.rollout);
    this.pipeline = TrainingPipeline.argoWorkflow(this, 'Pipeline', {
      apiServer: props.apiServer,
      ...props.training,
      program: this.program,
      gate: this.gate,
      registry: this.registry,
      runtime,
      artifacts: wiring.artifacts,
      release,
      egress: wiring.egress(bound),
      owner,
      platform,
    });
    this.rollback = release && this.pipeline.addRollback();
    if (this.rollback) {this.serving.addRollbackCall(this.rollback);}
    this.drift = new DriftCronJob(this, 'Drift', {
      apiServer: props.apiServer,
      ...props.drift,
      reference: props.drift.reference ?? DriftReference.ofChampion(this.registry, ...bound.peers),
      modelName: wiring.model,
      runtime,
      predictionsLog: wiring.predictionsLog,
      reports: wiring.reports,
      response: wiring.response(this.pipeline, this.gate),
      bucketAt: wiring.storagePeer,
      env: wiring.storage.environment,
      secrets: wiring.storage.secretEnvironment,
      owner,
      platform,
    });

    this.monitoring = new Monitoring(this, 'Monitoring', {
      serving: this.serving, slo, platform, requests: props.requests, routing: props.alertRouting, scrapeInterval: props.scrapeInterval,
    });
    const { serving, serving: { rollout } } = this;
    this.drill = props.drill && new RollbackDrill(this, 'Drill', { ...props.drill, serving, rollout: wiring.drilled(this, rollout), runtime, platform });
    if (this.drill) {this.monitoring.add(this.drill);}
    this.monitoring.add(new DriftSegment({ detector: this.drift }));
    props.segments?.forEach((segment) => this.monitoring.add(segment));

    [PolicyPack.supplyChain(), PolicyPack.hardening(), PolicyPack.operations(), PolicyPack.adoptionOrder()].forEach((pack) => pack.applyTo(this));
    applyAudit(this, { release: this.serving.release, owner, platform });
    describeApplication(this, platform.gitOps);
    reportNeeds({ stack: this, serving: this.serving, pipeline: this.pipeline, drift: this.drift, registry: this.registry }, props);
    reportSameModel(this, wiring.model, wiring.places(bound));
    factsOf(this).leftOut.push(...FULL_LEAVES_OUT);
    factsOf(this).present.push(...wiring.present(bound));
    this.report = new StackReport(this, 'Report', { description: props.description });
  }
}
