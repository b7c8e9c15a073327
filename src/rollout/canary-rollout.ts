import { ApiObject, Duration, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { CanaryAnalysis } from './canary-analysis';
import { CanaryOptions } from './canary-options';
import { findCanaryProblems } from './canary-problems';
import { serviceOf } from './client-service';
import { IGuardrail } from './guardrail';
import { PlatformProfile } from '../core/platform-profile';
import { ServingMetrics } from '../core/serving-metrics';
import { canonicalPodTemplate } from '../private/canonical';
import { declareControllerFields } from '../private/controller-fields';
import { InputProblems } from '../private/input-error';
import { Rollout } from '../private/l1/argoproj-rollouts';
import { renderPodTemplate } from '../private/pod-template';
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
   * Number of pods. Where an autoscaler decides, the fewest that it may choose.
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

/**
 * A workload whose new versions take over stage by stage, each stage judged by guardrails, used like a `Deployment`. A breach at any stage sends
 * all requests back to the version that served before.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/
 */
export class CanaryRollout extends kplus.Workload implements kplus.IScalable {
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
   * @throws if weights fall or cannot be shown, no guardrail judges, a stage is too short to be measured, or the platform has no metrics
   */
  public constructor(scope: Construct, id: string, props: CanaryRolloutProps) {
    super(scope, id, props);
    this.props = props;
    this.replicas = props.replicas;
    this.requireSense(scope, id);
    this.apiObject = new Rollout(this, 'Resource', { metadata: props.metadata, spec: Lazy.any({ produce: () => this.render() }) });
    this.service = this.serviceFor('Service', props.serviceName);
    this.canaryService = props.router.capabilities.serviceForEach ? this.serviceFor('CanaryService', canaryName(props.serviceName)) : undefined;
    const { trafficRouting, serviceLabels, route } = this.bindRouter(scope, id);
    this.trafficRouting = trafficRouting;
    this.route = route;
    for (const [key, value] of Object.entries(serviceLabels)) {
      [this.service, this.canaryService].forEach((service) => service?.metadata.addLabel(key, value));
    }
    this.analysis = new CanaryAnalysis(this, props);
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
      stableService: this.service.name, canaryService: (this.canaryService ?? this.service).name, port, mesh: platform.mesh,
    }));
    problems.throwAt(scope, id);
    return binding!;
  }

  private requireSense(scope: Construct, id: string): void {
    const problems = new InputProblems();
    findCanaryProblems(problems, this.props, this.props.guardrails, this.replicas ?? REPLICAS);
    if (!this.props.platform.metrics.isAvailable) {
      problems.add('rollout/canary-without-metrics', 'a canary is judged by numbers from Prometheus, but the platform profile has none; give it a metrics backend');
    }
    findSelectorProblems(problems, this.props);
    problems.throwAt(scope, id);
  }

  private render(): any {
    const { podFields = {}, containerFields = {}, minReady, progressDeadline } = this.props;
    return {
      replicas: this.hasAutoscaler ? undefined : this.replicas ?? REPLICAS,
      minReadySeconds: minReady?.toSeconds() ?? 10,
      progressDeadlineSeconds: progressDeadline?.toSeconds() ?? 600,
      // a version that never becomes ready is no better than one that a guardrail refuses
      progressDeadlineAbort: true,
      revisionHistoryLimit: 10,
      // a version that served a moment ago needs no stages to serve again
      rollbackWindow: { revisions: 3 },
      selector: this._toLabelSelector(),
      template: canonicalPodTemplate(renderPodTemplate(this, { podFields, containerFields }, 'rollouts-pod-template-hash')),
      strategy: { canary: this.renderStrategy() },
    };
  }

  private renderStrategy(): any {
    const { maxSurgePercent, warmStandby } = this.props;
    const standby = warmStandby?.toSeconds() ?? 600;
    return {
      steps: this.analysis.steps,
      maxSurge: `${maxSurgePercent ?? 25}%`,
      maxUnavailable: 0,
      canaryMetadata: { labels: { [ROLE]: 'canary' } },
      stableMetadata: { labels: { [ROLE]: 'stable' } },
      ...this.canaryService ? { canaryService: this.canaryService.name, stableService: this.service.name } : {},
      ...this.props.router.capabilities.weights ? {
        trafficRouting: this.trafficRouting,
        scaleDownDelaySeconds: standby,
        abortScaleDownDelaySeconds: standby,
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
