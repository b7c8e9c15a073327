import { createHash } from 'crypto';
import { ApiObject, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { KserveServingProps } from './kserve-options';
import { KservePredictor } from './kserve-predictor';
import { findKserveProblems } from './kserve-problems';
import { kserveRollback } from './kserve-rollback';
import { stagedPromises, stagedRevisions, stagedRoute } from './kserve-stages';
import { predictorParts } from './predictor-parts';
import { Findings, FindingSeverity } from '../../core/findings';
import { ImageRef } from '../../core/image-ref';
import { ModelRelease } from '../../core/model-release';
import { NetworkPeer } from '../../core/network-peer';
import { Owner } from '../../core/owner';
import { PodNetwork } from '../../core/pods/pod-network';
import { ServingMetrics } from '../../core/serving-metrics';
import { applyAudit, AuditKey, AuditRecord } from '../../private/audit';
import { declareControllerFields } from '../../private/controller-fields';
import { factsOf } from '../../private/facts';
import { InputProblems } from '../../private/input-error';
import { CUSTOMER_FACING } from '../../private/keys';
import { PodDisruptionBudget } from '../../private/l1/core-kinds';
import { Service } from '../../private/l1/core-v1';
import { RollbackTerm } from '../../rollout/rollback-term';
import { IStagedServing, StagedTarget } from '../../rollout/staged-serving';
import { knativeScrapeEndpoints, PROXY_PORTS, AUTOSCALER_PORT } from '../knative/knative-pod';
import { letScrape } from '../mesh-scraping';
import { ModelSource, ModelSourceConfig } from '../model-source';
import { metricsPorts, scrapeEndpoints } from '../pod-builder';
import { startupLimit } from '../probes';
import { serviceAccountFor } from '../service-account';
import { ScrapeEndpoint } from '../serving';
import { reportAutoscaling, reportRollback, reportUnreachableIdentity } from '../serving-findings';
import { understand } from '../serving-input';
import { withSidecars } from '../sidecars';
import { RoutingBinding } from '../traffic-router';

/** One version that KServe runs. */
interface Version {
  readonly release: ModelRelease;
  readonly image: ImageRef;
  readonly source: ModelSourceConfig;
  readonly name: string;
}

/** Port of the agent that KServe puts in front of the server, to log or to batch. */
const AGENT_PORT = 9081;

/**
 * A model that KServe runs: an InferenceService with a container of ours, and everything that production asks of it: restricted pod security, probes
 * from the warm-up, a disruption budget, a network that refuses what is not named, and a rollback time that is computed.
 *
 * @see https://kserve.github.io/website/docs/reference/crd-api
 */
export class KserveServing extends Construct implements IStagedServing {
  public readonly modelName: string;
  public readonly serviceName: string;
  public readonly servicePort: number;
  public readonly servingNamespace: string;
  public readonly podLabels: { [key: string]: string };
  public readonly metrics: ServingMetrics;
  public readonly scrapeEndpoints: ScrapeEndpoint[];
  public readonly owner: Owner;
  /** What is live: version, hash, lineage. */
  public readonly release: ModelRelease;
  /** Name of the InferenceService of the version that serves. */
  public readonly inferenceServiceName: string;
  /** Worst case of the time until the earlier version serves all requests again, term by term. */
  public readonly worstCaseRollback: RollbackTerm[];
  private readonly network: PodNetwork;
  private readonly props: KserveServingProps;
  private readonly source: ModelSourceConfig;
  private readonly predictor: KservePredictor;
  private readonly challenger?: Version;
  private binding?: RoutingBinding;

  /**
   * @throws if anything about the model, its numbers or its names is wrong, or KServe would refuse or ignore it; every problem at once
   */
  public constructor(scope: Construct, id: string, props: KserveServingProps) {
    super(scope, id);
    const { whole, release, source } = understand(this, scope, id, props, { required: ['mode'], check: findKserveProblems });
    const { server, platform, mode } = whole;
    const baseName = whole.serviceName ?? release.model;
    const stages = mode.standardOptions?.stages;
    this.props = whole;
    this.source = source;
    this.release = release;
    this.modelName = release.model;
    this.owner = whole.owner;
    this.metrics = whole.predictionExporter ? server.metrics.withPredictions(whole.predictionExporter.metrics) : server.metrics;
    this.scrapeEndpoints = mode.knativeOptions ? knativeScrapeEndpoints(whole) : scrapeEndpoints(whole);
    this.podLabels = { [AuditKey.SERVICE]: baseName };
    const account = serviceAccountFor(this, whole);

    const champion: Version = { release, image: whole.image, source, name: stages ? versionName(baseName, release, whole.image) : baseName };
    this.predictor = this.declare(champion, stages ? `Version-${hashOf(release, whole.image)}` : 'Predictor', account);
    this.inferenceServiceName = champion.name;
    this.servingNamespace = this.predictor.metadata.namespace ?? '';
    this.serviceName = stages ? baseName : `${champion.name}-predictor`;
    this.servicePort = stages ? server.port : 80;
    this.challenger = stages?.challenger && this.challengerOf(scope, id, baseName, account);
    if (stages) {
      this.route(baseName, champion, this.challenger);
    }

    this.network = new PodNetwork(this, 'NetworkPolicy', {
      name: this.modelName,
      podLabels: this.podLabels,
      ports: this.requestPorts,
      metricsPorts: metricsPorts(whole),
      probedPorts: [...new Set([server.port, ...this.requestPorts])],
      platform,
      identity: whole.identity,
    });
    letScrape(this, platform, { name: this.modelName, podLabels: this.podLabels, requestPort: server.port, metricsPorts: metricsPorts(whole) });
    this.letCallersIn();
    const places = [...source.egress, ...(whole.storage ?? []).flatMap(({ egress }) => egress), ...this.challenger?.source.egress ?? []];
    [...new Set([...places, ...whole.logger ? [whole.logger.egress] : [], ...whole.egress ?? []])].forEach((peer) => this.allowTo(peer));
    new PodDisruptionBudget(this, 'DisruptionBudget', {
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: this.podLabels } },
    });
    this.worstCaseRollback = kserveRollback(whole, source);
    this.report(ApiObject.of(this.predictor));
    applyAudit(this, this.auditOf(release));
  }

  public get servedRelease(): ModelRelease | undefined {
    return this.release;
  }

  /** Label of the pods that tells versions apart. */
  public get versionLabel(): string | undefined {
    const { knativeOptions, standardOptions } = this.props.mode;
    return knativeOptions ? 'serving.knative.dev/revision' : standardOptions?.stages && 'serving.kserve.io/inferenceservice';
  }

  /**
   * Hand over the shares to what stages.
   *
   * @throws if there are no two versions, the new one has a share already, or the shares stand in several objects
   */
  public bindStages(): StagedTarget {
    const { props, binding, predictor } = this;
    const problems = new InputProblems();
    const version = this.challenger?.source ?? this.source;
    const described = props.mode.knativeOptions
      ? stagedRevisions(this, problems, { props, predictor, isFirst: this.release.previousVersion === undefined, version: this.release.version })
      : stagedRoute(this, problems, {
        props,
        binding,
        champion: { name: this.inferenceServiceName, role: this.serviceName },
        challenger: this.challenger && { name: this.challenger.name, role: challengerService(this.serviceName) },
        targetPort: this.requestPorts[0],
      });
    problems.throwAt(this.node.scope!, this.node.id);
    const startup = startupLimit(props.warmup).toSeconds() + (props.pullBudget?.toSeconds() ?? 60) + version.fetchBudget.toSeconds();
    return { ...described!, ...stagedPromises(props, Duration.seconds(startup)) };
  }

  /**
   * Let somebody call the model.
   *
   * @param caller who
   * @throws if the mode is Knative, where all requests come through the ingress
   */
  public allowFrom(caller: NetworkPeer): void {
    const problems = new InputProblems();
    if (this.props.mode.knativeOptions) {
      problems.add('kserve/callers-behind-ingress',
        `'${caller.peerName}' cannot be told apart behind Knative's ingress, which all requests come through; say who may call at the ingress`);
    }
    problems.throwAt(this.node.scope!, this.node.id);
    this.network.allowFrom(caller);
  }

  /**
   * Let the server call somebody.
   *
   * @param peer whom
   */
  public allowTo(peer: NetworkPeer): void {
    this.network.allowTo(peer);
  }

  /** Ports of the pods that requests come in by. */
  private get requestPorts(): number[] {
    const { mode, logger, batcher, server } = this.props;
    return mode.knativeOptions ? PROXY_PORTS : [logger || batcher ? AGENT_PORT : server.port];
  }

  private declare(version: Version, id: string, serviceAccount: kplus.IServiceAccount): KservePredictor {
    const place = new Construct(this, id);
    const audit = this.auditOf(version.release);
    const parts = predictorParts(place, { ...version, props: this.props, serviceAccount, audit, podLabels: this.podLabels });
    const predictor = new KservePredictor(place, 'InferenceService', { ...parts, podLabels: this.podLabels });
    const { mode } = this.props;
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: `${version.name}-predictor` };
    mode.standardOptions?.autoscaling?._bindTo(place, deployment, this.props.platform);
    const object = ApiObject.of(predictor);
    if (mode.knativeOptions?.canaryTrafficPercent !== undefined) {
      declareControllerFields({
        object, jsonPointers: ['/spec/predictor/canaryTrafficPercent'], jqPathExpressions: [], why: 'who takes over is decided stage by stage',
      });
    }
    factsOf(this).lineage.push(version.release);
    applyAudit(place, audit);
    return predictor;
  }

  /** The challenger is checked like the champion, before anything of it is declared. */
  private challengerOf(scope: Construct, id: string, baseName: string, account: kplus.IServiceAccount): Version | undefined {
    const { release, image, source } = this.props.mode.standardOptions!.stages!.challenger!;
    const problems = new InputProblems();
    const name = versionName(baseName, release, image);
    if (release.model !== this.modelName) {
      problems.add('kserve/challenger-of-another-model', `the challenger must be a version of '${this.modelName}', got '${release.model}'`);
    }
    if (name === this.inferenceServiceName) {
      problems.add('kserve/challenger-serves', `the challenger must differ from what serves, got version '${release.version}' with the same image twice`);
    }
    const bound = problems.attempt(() =>
      (source ?? this.props.source ?? ModelSource.bakedIn()).bind(new Construct(this, `Source-${hashOf(release, image)}`), release, image));
    const whole = bound && withSidecars(this.node.findChild(`Source-${hashOf(release, image)}`) as Construct, this.props, release, bound, problems);
    problems.throwAt(scope, id);
    const version: Version = { release, image, source: whole!, name };
    this.declare(version, `Version-${hashOf(release, image)}`, account);
    return version;
  }

  /** Clients call one name; who answers is a matter of weights. */
  private route(name: string, champion: Version, challenger: Version | undefined): void {
    const { server: { port }, platform: { mesh }, mode } = this.props;
    if (!challenger) {
      this.serviceFor('Service', name, champion, {});
      return;
    }
    const canaryService = challengerService(name);
    const target = { stableService: name, canaryService, port, podLabels: this.podLabels, mesh };
    this.binding = mode.standardOptions!.stages!.router.bind(this, target);
    const { serviceLabels } = this.binding;
    this.serviceFor('Service', name, champion, serviceLabels);
    this.serviceFor('ChallengerService', canaryService, challenger, serviceLabels);
  }

  private serviceFor(id: string, name: string, version: Version, labels: { [key: string]: string }): void {
    new Service(this, id, {
      metadata: { name, labels },
      spec: {
        selector: { 'serving.kserve.io/inferenceservice': version.name },
        ports: [{ name: 'http', port: this.props.server.port, targetPort: this.requestPorts[0], protocol: 'TCP' }],
      },
    });
  }

  private letCallersIn(): void {
    const { knative } = this.props.platform;
    if (this.props.mode.knativeOptions) {
      this.network.allowFrom(knative!.ingress);
      this.network.allowControl(
        `Knative in ${knative!.namespace}`, NetworkPeer.namespace(knative!.namespace), [...PROXY_PORTS, AUTOSCALER_PORT], 'requests and their number');
    } else {
      (this.props.callers ?? [NetworkPeer.sameNamespace()]).forEach((caller) => this.allowFrom(caller));
    }
  }

  private report(object: ApiObject): void {
    const { mode, rollbackObjective, identity, customerFacing, storage = [] } = this.props;
    reportAutoscaling(this, mode.standardOptions?.autoscaling, this.metrics);
    reportRollback(this, { worstCaseRollback: this.worstCaseRollback }, rollbackObjective ?? Duration.minutes(10));
    reportUnreachableIdentity(this, this.network, identity);
    if (storage.length > 0) {
      Findings.of(this).add({
        ruleId: 'kserve/unverified-artifact',
        severity: FindingSeverity.WARNING,
        message: `KServe fetches ${storage.map((place) => place._uri(this.release)).join(', ')} without comparing it with the SHA-256 of the ` +
          'release, and as it is shipped in a container that a namespace of the restricted standard refuses',
        remedy: 'load it with ModelSource.loadedFrom(), or see to it that nobody can write there and give the ClusterStorageContainer a securityContext',
      });
    }
    // with stages, a route of ours shares requests out between objects that have no field for it
    if (customerFacing && !mode.standardOptions?.stages) {
      object.metadata.addAnnotation(CUSTOMER_FACING, 'true');
    }
  }

  private auditOf(release: ModelRelease): AuditRecord {
    return { release, owner: this.props.owner, platform: this.props.platform, component: 'server' };
  }
}

/** What one version is called beside another: the same today and after it has taken over, so that its pods stay. */
function versionName(name: string, release: ModelRelease, image: ImageRef): string {
  return `${name}-${hashOf(release, image)}`;
}

function challengerService(name: string): string {
  return `${name}-challenger`;
}

function hashOf({ version, artifactSha256 }: ModelRelease, image: ImageRef): string {
  return createHash('sha256').update([version, artifactSha256, image.uri].join('\n')).digest('hex').slice(0, 8);
}
