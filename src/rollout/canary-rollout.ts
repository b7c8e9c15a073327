import { ApiObject, ApiObjectMetadata, Chart, Duration, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { settingsOf } from './analysis-settings';
import { CanaryAnalysis } from './canary-analysis';
import { CanaryOptions, VersionAntiAffinity } from './canary-options';
import { findCanaryProblems } from './canary-problems';
import { weightsFollowAutoscaler } from './canary-stages';
import { inWholeSeconds } from './canary-units';
import { serviceOf } from './client-service';
import { GuardrailSubject, IGuardrail } from './guardrail';
import { subjectOf } from './guardrail-subject';
import { IRollout, RolloutStage } from './rollout';
import { rolloutFact } from './rollout-fact';
import { PlatformProfile } from '../core/platform-profile';
import { ServingMetrics } from '../core/serving-metrics';
import { canonicalPodTemplate } from '../private/canonical';
import { declareControllerFields } from '../private/controller-fields';
import { factsOf } from '../private/facts';
import { describe, InputProblems } from '../private/input-error';
import { Rollout } from '../private/l1/argoproj-rollouts';
import { PodDisruptionBudget } from '../private/l1/core-kinds';
import { renderPodTemplate } from '../private/pod-template';
import { restrictedUnlessSet } from '../private/restricted-pod';
import { ITrafficRoute, RoutingBinding } from '../serving/traffic-router';

/** Label of a pod as long as it has the role; it changes without a restart, so no Service and no query may select by it. */
const ROLE = 'cdk8s-mlops.io/rollout-role';

const REPLICAS = 2;

/** Properties of `CanaryRollout`. */
export interface CanaryRolloutProps extends kplus.WorkloadProps, CanaryOptions {
  /** What the new version must meet at every stage. */
  readonly guardrails: IGuardrail[];
  /** What the pods export. */
  readonly metrics: ServingMetrics;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
  /** Port that clients call. */
  readonly port: number;
  /**
   * Name of the Service that clients call.
   *
   * @default - made from the path of the construct
   */
  readonly serviceName?: string;
  /**
   * Labels by which the Services select pods, all of which the pods must have. Labels that pods of a Deployment have too let both answer while
   * one takes over from the other.
   *
   * @default - the labels by which the workload selects its own pods
   */
  readonly serviceSelector?: { [key: string]: string };
  /**
   * Name of the Service that only the new version answers.
   *
   * @default - `serviceName` with `-canary`, or made from the path of the construct. There is none where a router tells pods apart by itself
   */
  readonly canaryServiceName?: string;
  /**
   * Number of pods. Leave it out where an autoscaler decides.
   *
   * @default 2
   */
  readonly replicas?: number;
  /**
   * Longest time that a pod may take until it is ready, pull of the image included.
   *
   * @default Duration.minutes(10)
   */
  readonly progressDeadline?: Duration;
  /**
   * Whether a PodDisruptionBudget keeps drained nodes from taking more than one pod at a time.
   *
   * @default true
   */
  readonly disruptionBudget?: boolean;
  /**
   * Raw fields of the pod that cdk8s-plus lacks. They win over what it renders.
   *
   * @default - none
   */
  readonly podFields?: { [field: string]: any };
  /**
   * Raw fields of a container that cdk8s-plus lacks, by name of the container. They win over what it renders.
   *
   * @default - none
   */
  readonly containerFields?: { [containerName: string]: any };
}

/** What is known of a rollout that is made elsewhere. */
export interface RolloutAttributes {
  /** Name of the object. */
  readonly rolloutName: string;
  /**
   * Namespace that it is in.
   *
   * @default - the namespace that the manifests are applied to
   */
  readonly rolloutNamespace?: string;
  /**
   * Stages on the way to all requests.
   *
   * @default - not known
   */
  readonly stages?: RolloutStage[];
}

/**
 * A workload whose new versions take over stage by stage, each stage judged by guardrails, used like a `Deployment`. A breach at any stage sends
 * all requests back to the version that served before. Its pods meet the restricted Pod Security Standard where you set nothing else.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/
 */
export class CanaryRollout extends kplus.Workload implements kplus.IScalable, IRollout {
  /**
   * A rollout that is made elsewhere, to watch it.
   *
   * @param scope where the reference stands in the tree
   * @param id id in that scope
   * @param attributes what is known of it
   */
  public static fromRolloutAttributes(scope: Construct, id: string, attributes: RolloutAttributes): IRollout {
    return new ImportedRollout(scope, id, attributes);
  }

  public readonly resourceType = 'rollouts';
  /** Number of pods that was asked for. */
  public readonly replicas?: number;
  /** Whether an autoscaler decides. */
  public hasAutoscaler = false;
  /** Service that clients call. */
  public readonly service: kplus.Service;
  /** Service of the new version, called like the one that clients call with `-canary` behind it. None where the router needs none. */
  public readonly canaryService?: kplus.Service;
  /** Routes to the versions, to add to. None where nobody routes, or the routes are somebody else's. */
  public readonly route?: ITrafficRoute;
  protected readonly apiObject: ApiObject;
  private readonly props: CanaryRolloutProps;
  private readonly trafficRouting: { [field: string]: any };
  private readonly analysis: CanaryAnalysis;

  /**
   * @throws if weights fall or cannot be shown, no guardrail judges, a stage is too short to be measured, or the platform has no metrics: all at once
   */
  public constructor(scope: Construct, id: string, props: CanaryRolloutProps) {
    super(scope, id, props);
    this.props = inWholeSeconds(props);
    this.replicas = props.replicas;
    const subject = this.subjectOf(scope, id);
    this.apiObject = new Rollout(this, 'Resource', { metadata: this.metadataOf(props), spec: Lazy.any({ produce: () => this.render() }) });
    this.service = this.serviceFor('Service', props.serviceName);
    const { serviceForEach } = props.router.capabilities;
    this.canaryService = serviceForEach ? this.serviceFor('CanaryService', props.canaryServiceName ?? canaryName(props.serviceName)) : undefined;
    const { trafficRouting, serviceLabels, route } = this.bindRouter(scope, id);
    this.trafficRouting = trafficRouting;
    this.route = route;
    for (const [key, value] of Object.entries(serviceLabels)) {
      [this.service, this.canaryService].forEach((service) => service?.metadata.addLabel(key, value));
    }
    const canaryAddress = this.canaryService && `http://${this.canaryService.name}:${props.port}`;
    this.analysis = new CanaryAnalysis(this, { ...props, subject: { ...subject, canaryAddress } });
    if (this.isolate) {this.connections.isolate();}
    if (props.disruptionBudget ?? true) {
      new PodDisruptionBudget(this, 'DisruptionBudget', {
        // a pod that is broken anyway must not keep a node from being drained
        spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: this._toLabelSelector() },
      });
    }
    this.node.addValidation({ validate: () => this.problemsOfAutoscaling() });
    factsOf(this).rollouts.push(rolloutFact(this.props, this.analysis.stages, subject));
  }

  public get rolloutName(): string {
    return this.name;
  }

  public get rolloutNamespace(): string {
    return this.metadata.namespace ?? '';
  }

  public get stages(): RolloutStage[] {
    return this.analysis.stages.map(({ weight, duration, guardrails, timing }) => ({
      weight, duration, firstMeasurement: Duration.seconds(timing.initialDelay), guardrailNames: guardrails.map(({ guardrailName }) => guardrailName),
    }));
  }

  /** @see IScalable.markHasAutoscaler() */
  public markHasAutoscaler(): void {
    this.hasAutoscaler = true;
  }

  /** @see IScalable.toScalingTarget() */
  public toScalingTarget(): kplus.ScalingTarget {
    const { kind, apiVersion } = this.apiObject;
    return { kind, apiVersion, name: this.name, containers: this.containers, replicas: this.replicas };
  }

  private serviceFor(id: string, name?: string): kplus.Service {
    const service = serviceOf(this, id, this.props.serviceSelector ?? this.matchLabels, this.props.port, name);
    if (this.props.router.capabilities.serviceForEach) {
      declareControllerFields({
        object: ApiObject.of(service),
        jsonPointers: ['/spec/selector/rollouts-pod-template-hash'],
        jqPathExpressions: [],
        why: 'the rollout adds the hash of the version that the Service stands for',
        undoneAtDeletion: true,
      });
    }
    return service;
  }

  private bindRouter(scope: Construct, id: string): RoutingBinding {
    const { router, port, platform } = this.props;
    const problems = new InputProblems();
    const binding = problems.attempt(() => router.bind(this, {
      stableService: this.service.name,
      canaryService: (this.canaryService ?? this.service).name,
      port,
      podLabels: this.props.serviceSelector ?? this.matchLabels,
      mesh: platform.mesh,
    }));
    problems.throwAt(scope, id);
    return binding!;
  }

  private get isRouted(): boolean {
    return this.props.router.capabilities.weights;
  }

  /** What guardrails may ask, once everything is checked. */
  private subjectOf(scope: Construct, id: string): GuardrailSubject {
    const { metrics, platform, analysis, replicas } = this.props;
    const subject = subjectOf({ metrics, settings: settingsOf(analysis), namespace: Chart.of(this).namespace });
    const problems = new InputProblems();
    findCanaryProblems(problems, { ...this.props, subject, replicas: replicas ?? REPLICAS });
    if (!platform.metrics.isAvailable) {
      problems.add('rollout/canary-without-metrics', 'a canary is judged by numbers from Prometheus, but the platform profile has none; give it a metrics backend');
    }
    findSelectorProblems(problems, this.props);
    problems.throwAt(scope, id);
    return subject;
  }

  private metadataOf({ metadata, notifications = [] }: CanaryRolloutProps): ApiObjectMetadata | undefined {
    if (notifications.length === 0) {return metadata;}
    const annotations = Object.assign({}, ...notifications.map((notification) => notification.annotations));
    return { ...metadata, annotations: { ...annotations, ...metadata?.annotations } };
  }

  private problemsOfAutoscaling(): string[] {
    if (!this.hasAutoscaler) {return [];}
    const { replicas } = this.props;
    return [
      ...replicas === undefined ? [] : [describe('rollout/replicas-and-autoscaler',
        `'replicas' (${replicas}) and an autoscaler would change the number of pods in turns; leave 'replicas' out`)],
      ...this.isRouted || this.analysis.stages.length === 1 ? [] : [describe('rollout/weights-follow-autoscaler', weightsFollowAutoscaler(this.props))],
    ];
  }

  private render(): any {
    const { podFields = {}, containerFields = {}, minReady, progressDeadline, rollbackWindow, revisionHistoryLimit } = this.props;
    const { metadata, spec } = canonicalPodTemplate(renderPodTemplate(this, { podFields, containerFields }, 'rollouts-pod-template-hash'));
    return {
      replicas: this.hasAutoscaler ? undefined : this.replicas ?? REPLICAS,
      minReadySeconds: minReady?.toSeconds() ?? 10,
      progressDeadlineSeconds: progressDeadline?.toSeconds() ?? 600,
      // a version that never becomes ready is no better than one that a guardrail refuses
      progressDeadlineAbort: true,
      revisionHistoryLimit: revisionHistoryLimit ?? 10,
      // a version that served a moment ago needs no stages to serve again
      rollbackWindow: rollbackWindow === 0 ? undefined : { revisions: rollbackWindow ?? 3 },
      selector: this._toLabelSelector(),
      template: { metadata, spec: restrictedUnlessSet(spec) },
      strategy: { canary: this.renderStrategy() },
    };
  }

  private renderStrategy(): any {
    const { maxSurgePercent, warmStandby, abortScaleDownDelay, scaleDownDelayRevisionLimit, antiAffinity } = this.props;
    return {
      steps: this.analysis.steps,
      analysis: this.analysis.backgroundAnalysis,
      maxSurge: `${maxSurgePercent ?? 25}%`,
      maxUnavailable: 0,
      antiAffinity: antiAffinity && ANTI_AFFINITY[antiAffinity],
      canaryMetadata: { labels: { [ROLE]: 'canary' } },
      stableMetadata: { labels: { [ROLE]: 'stable' } },
      ...this.canaryService ? { canaryService: this.canaryService.name, stableService: this.service.name } : {},
      ...this.isRouted ? {
        trafficRouting: this.trafficRouting,
        scaleDownDelaySeconds: warmStandby?.toSeconds() ?? 600,
        scaleDownDelayRevisionLimit: scaleDownDelayRevisionLimit ?? 1,
        abortScaleDownDelaySeconds: abortScaleDownDelay?.toSeconds() ?? 600,
      } : {},
    };
  }
}

/** A Service that selects by a label of no pod has none behind it, and the controller refuses it. */
function findSelectorProblems(problems: InputProblems, { serviceSelector = {}, podMetadata }: CanaryRolloutProps): void {
  for (const [key, value] of Object.entries(serviceSelector).filter(([label, wanted]) => podMetadata?.labels?.[label] !== wanted)) {
    problems.add('rollout/selector-not-on-pods',
      `'serviceSelector' selects by '${key}: ${value}', which the pods do not have; add it to the labels of 'podMetadata'`);
  }
}

/** Routes of somebody else have to know the name; one that gets too long is made from the path. */
function canaryName(serviceName: string | undefined): string | undefined {
  const name = serviceName && `${serviceName}-canary`;
  return name !== undefined && name.length <= 63 ? name : undefined;
}

/** @see https://argo-rollouts.readthedocs.io/en/stable/features/anti-affinity/anti-affinity/ */
const ANTI_AFFINITY = {
  [VersionAntiAffinity.PREFERRED]: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 100 } },
  [VersionAntiAffinity.REQUIRED]: { requiredDuringSchedulingIgnoredDuringExecution: {} },
};

class ImportedRollout extends Construct implements IRollout {
  public readonly rolloutName: string;
  public readonly rolloutNamespace: string;
  public readonly stages: RolloutStage[];

  public constructor(scope: Construct, id: string, attributes: RolloutAttributes) {
    super(scope, id);
    this.rolloutName = attributes.rolloutName;
    this.rolloutNamespace = attributes.rolloutNamespace ?? '';
    this.stages = attributes.stages ?? [];
  }
}
