import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { AUTOSCALER_PORT, buildKnativePod, findKnativeProblems, knativeScrapeEndpoints, PROXY_PORTS } from './knative-pod';
import { KnativeScaling } from './knative-scaling';
import { KnativeTraffic } from './knative-traffic';
import { KnativeWorkload } from './knative-workload';
import { Knative } from '../../core/knative';
import { ModelRelease } from '../../core/model-release';
import { NetworkPeer } from '../../core/network-peer';
import { Owner } from '../../core/owner';
import { PodNetwork } from '../../core/pods/pod-network';
import { ServingMetrics } from '../../core/serving-metrics';
import { applyAudit, AuditKey, AuditRecord } from '../../private/audit';
import { declareControllerFields } from '../../private/controller-fields';
import { factsOf } from '../../private/facts';
import { InputProblems } from '../../private/input-error';
import { CUSTOMER_FACING, KNATIVE_FEATURES, STAGE_POINTER } from '../../private/keys';
import { PodDisruptionBudget } from '../../private/l1/core-kinds';
import { RollbackTerm } from '../../rollout/rollback-term';
import { IStagedServing, StagedTarget } from '../../rollout/staged-serving';
import { letScrape } from '../mesh-scraping';
import { ServedModelOptions } from '../model-serving-props';
import { ModelSourceConfig } from '../model-source';
import { startupLimit } from '../probes';
import { serviceAccountFor } from '../service-account';
import { ScrapeEndpoint } from '../serving';
import { reportRollback, reportUnreachableIdentity } from '../serving-findings';
import { understand } from '../serving-input';

/** Properties of `KnativeServing`. */
export interface KnativeServingProps extends ServedModelOptions {
  /** How Knative chooses the number of pods. */
  readonly scaling: KnativeScaling;
  /**
   * Who gets the requests.
   *
   * @default KnativeTraffic.latest()
   */
  readonly traffic?: KnativeTraffic;
  /**
   * Requests that a pod may be given at the same time. More wait in front of it.
   *
   * @default - as many as there are
   */
  readonly containerConcurrency?: number;
  /**
   * Whether callers outside the cluster can reach the model by the ingress.
   *
   * @default false
   */
  readonly exposed?: boolean;
}

/**
 * A model behind Knative: pods that follow the requests, down to none where asked, and revisions between which requests are shared out. The
 * pods meet the restricted standard without any flag of Knative, and every revision is kept, so that the way back is one change of shares.
 *
 * @see https://knative.dev/docs/serving/
 */
export class KnativeServing extends Construct implements IStagedServing {
  public readonly modelName: string;
  public readonly serviceName: string;
  public readonly servicePort = 80;
  public readonly servingNamespace: string;
  public readonly podLabels: { [key: string]: string };
  public readonly metrics: ServingMetrics;
  public readonly scrapeEndpoints: ScrapeEndpoint[];
  public readonly owner: Owner;
  /** What is live: version, hash, lineage. */
  public readonly release: ModelRelease;
  /** Worst case of the time until the earlier version serves all requests again, term by term. */
  public readonly worstCaseRollback: RollbackTerm[];
  /** Label of the pods that tells versions apart. */
  public readonly versionLabel?: string = 'serving.knative.dev/revision';
  private readonly props: KnativeServingProps;
  private readonly source: ModelSourceConfig;
  private readonly workload: KnativeWorkload;
  private readonly network: PodNetwork;

  /**
   * @throws if anything about the model, its numbers or its names is wrong, or Knative would refuse or ignore it; every problem at once
   */
  public constructor(scope: Construct, id: string, props: KnativeServingProps) {
    super(scope, id);
    const { whole, release, source } = understand(this, scope, id, props, { required: ['scaling'], check: findProblems });
    const { server, platform } = whole;
    const knative = platform.knative!;
    const audit: AuditRecord = { release, owner: whole.owner, platform, component: 'server' };

    this.props = whole;
    this.source = source;
    this.release = release;
    this.modelName = release.model;
    this.owner = whole.owner;
    this.metrics = server.metrics;
    this.scrapeEndpoints = knativeScrapeEndpoints(whole);
    this.serviceName = whole.serviceName ?? release.model;
    this.podLabels = { [AuditKey.SERVICE]: this.serviceName };
    this.workload = new KnativeWorkload(this, 'Service', {
      pod: buildKnativePod(this, { props: whole, release, source, serviceAccount: serviceAccountFor(this, whole), audit, podLabels: this.podLabels }),
      podLabels: this.podLabels,
      metadata: {
        name: this.serviceName,
        labels: whole.exposed ? undefined : { 'networking.knative.dev/visibility': 'cluster-local' },
      },
      revisionAnnotations: {
        ...whole.scaling._annotations,
        // Knative would collect a revision that got no requests for two days, and with it the way back
        'serving.knative.dev/no-gc': 'true',
        'serving.knative.dev/progress-deadline': `${firstPod(whole, source).toSeconds() + 60}s`,
      },
      revisionFields: { containerConcurrency: whole.containerConcurrency ?? 0, timeoutSeconds: whole.requestTimeout?.toSeconds() ?? 30 },
      traffic: (service) => (whole.traffic ?? KnativeTraffic.latest())._render(service),
    });
    const object = ApiObject.of(this.workload);
    this.declareFeatures(object);
    declareControllerFields({ object, jsonPointers: ['/spec/traffic'], jqPathExpressions: [], why: 'who takes over is decided stage by stage' });
    this.servingNamespace = object.metadata.namespace ?? '';

    this.network = networkOf(this, this.modelName, this.podLabels, whole);
    letScrape(this, platform, { name: this.modelName, podLabels: this.podLabels, requestPort: server.port, metricsPorts: [server.port] });
    letKnativeIn(this.network, knative);
    [...source.egress, ...whole.egress ?? []].forEach((peer) => this.allowTo(peer));
    new PodDisruptionBudget(this, 'DisruptionBudget', {
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: this.podLabels } },
    });
    this.worstCaseRollback = rollbackTerms(whole, source);
    factsOf(this).lineage.push(release);
    reportRollback(this, { worstCaseRollback: this.worstCaseRollback }, whole.rollbackObjective ?? Duration.minutes(10));
    reportUnreachableIdentity(this, this.network, whole.identity);
    if (whole.scaling.minReplicas === 0) {
      factsOf(this).notes.push(`${this.modelName} goes to sleep without requests. The first one after that waits up to ${firstPod(whole, source).toSeconds()}s.`);
    }
    if (whole.customerFacing) {
      object.metadata.addAnnotation(CUSTOMER_FACING, 'true');
    }
    applyAudit(this, audit);
  }

  public get servedRelease(): ModelRelease | undefined {
    return this.release;
  }

  /** Name of the revision that this manifest makes: the service and a hash of what is in it. */
  public get revisionName(): string {
    return this.workload.revisionName;
  }

  /** Flags of Knative that the pods need, as `config-features` calls them. */
  public get requiredFeatures(): string[] {
    return this.workload.requiredFeatures;
  }

  /**
   * Hand over the shares to what stages.
   *
   * @throws if the new version has a share already
   */
  public bindStages(): StagedTarget {
    const { slo, rollbackObjective, traffic = KnativeTraffic.latest() } = this.props;
    const isFirst = this.release.previousVersion === undefined;
    const taken = traffic.targets.find(({ revisionName }) => revisionName === undefined)!.percent;
    const problems = new InputProblems();
    if (!isFirst && taken !== 0) {
      problems.add('knative/staged-share-taken',
        `'traffic' must give the version of the manifest 0 % where stages give it its share, got ${taken} %; use KnativeTraffic.challenge({ championRevision })`);
    }
    problems.throwAt(this.node.scope!, this.node.id);
    declareControllerFields({
      object: ApiObject.of(this.workload), jsonPointers: [STAGE_POINTER], jqPathExpressions: [], why: 'stages write down how far they are',
    });
    return {
      object: { group: 'serving.knative.dev', version: 'v1', resource: 'services', objectName: this.serviceName },
      shares: { in: 'knative', revision: this.revisionName },
      subject: this.revisionName,
      isFirst,
      routerName: 'Knative',
      startupLimit: firstPod(this.props, this.source),
      slo,
      rollbackObjective: rollbackObjective ?? Duration.minutes(10),
    };
  }

  /**
   * Let the server call somebody.
   *
   * @param peer whom
   */
  public allowTo(peer: NetworkPeer): void {
    this.network.allowTo(peer);
  }

  private declareFeatures(object: ApiObject): void {
    if (this.requiredFeatures.length > 0) {
      object.metadata.addAnnotation(KNATIVE_FEATURES, this.requiredFeatures.join(','));
    }
  }
}

function findProblems(problems: InputProblems, props: KnativeServingProps, source: ModelSourceConfig | undefined): void {
  findKnativeProblems(problems, props, source);
  const { containerConcurrency, traffic, release } = props;
  const name = props.serviceName ?? props.model.modelName;
  if (name.length > 54) {
    problems.add('knative/long-service-name', `'serviceName' must be at most 54 characters, as revisions add nine to it, got ${name.length} ('${name}')`);
  }
  if (containerConcurrency !== undefined && (!Number.isInteger(containerConcurrency) || containerConcurrency < 1 || containerConcurrency > 1000)) {
    problems.add('knative/malformed-concurrency', `'containerConcurrency' must be a whole number from 1 to 1000, got ${containerConcurrency}`);
  }
  problems.attempt(() => traffic?._render(name));
  const named = traffic?.targets.find(({ revisionName }) => revisionName !== undefined);
  if (named && release && release.previousVersion === undefined) {
    problems.add('knative/first-deployment',
      `'${named.tag}' names the revision '${named.revisionName}', but version '${release.version}' is the first release, so that no revision exists; use KnativeTraffic.latest()`);
  }
}

/** Longest time until the first pod of a revision answers. */
function firstPod({ warmup, pullBudget }: ServedModelOptions, { fetchBudget }: ModelSourceConfig): Duration {
  return Duration.seconds(startupLimit(warmup).toSeconds() + (pullBudget?.toSeconds() ?? 60) + fetchBudget.toSeconds());
}

/** The ports that a NetworkPolicy lets in are those of Knative's proxy: nobody calls the server itself but Prometheus. */
function networkOf(scope: Construct, name: string, podLabels: { [key: string]: string }, props: ServedModelOptions): PodNetwork {
  const { server, platform, identity } = props;
  return new PodNetwork(scope, 'NetworkPolicy', {
    name, podLabels, ports: PROXY_PORTS, metricsPorts: [server.port], probedPorts: [server.port, ...PROXY_PORTS], platform, identity,
  });
}

function letKnativeIn(network: PodNetwork, knative: Knative): void {
  network.allowFrom(knative.ingress);
  network.allowControl(`Knative in ${knative.namespace}`, NetworkPeer.namespace(knative.namespace), [...PROXY_PORTS, AUTOSCALER_PORT], 'requests and their number');
}

function rollbackTerms(props: KnativeServingProps, source: ModelSourceConfig): RollbackTerm[] {
  const cold = props.scaling.minReplicas === 0;
  const terms: RollbackTerm[] = [
    { term: 'GitOps sync', duration: props.platform.gitOps.syncDelay, why: 'from the commit of the revert to its application' },
    cold
      ? { term: 'start', duration: firstPod(props, source), why: 'the revision before may be asleep, and wakes on a node that has nothing of it' }
      : { term: 'change of shares', duration: Duration.seconds(10), why: 'the revision before is kept warm, since its tag can be called' },
  ];
  return terms.filter(({ duration }) => duration.toSeconds() > 0);
}
