import { ApiObject, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ImportedModelServing } from './imported-model-serving';
import { letScrape } from './mesh-scraping';
import { ModelServingAttributes, ModelServingProps } from './model-serving-props';
import { buildPod, metricsPorts, scrapeEndpoints, terminationGrace } from './pod-builder';
import { findSelectorProblems } from './pod-selector';
import { startupLimit } from './probes';
import { describeRollback } from './rollback-page';
import { serviceAccountFor } from './service-account';
import { IModelServing, ScrapeEndpoint } from './serving';
import { reportAutoscaling, reportOpenShadow, reportRollback, reportUnreachableIdentity } from './serving-findings';
import { understand } from './serving-input';
import { findReplicaProblems, findWatchProblems } from './serving-problems';
import { ITrafficRoute } from './traffic-router';
import { ModelRelease } from '../core/model-release';
import { NetworkPeer } from '../core/network-peer';
import { Owner } from '../core/owner';
import { PodNetwork } from '../core/pods/pod-network';
import { RollbackCall } from '../core/rollback-call';
import { ServingMetrics } from '../core/serving-metrics';
import { applyAudit, AuditKey, AuditRecord } from '../private/audit';
import { factsOf } from '../private/facts';
import { InputProblems } from '../private/input-error';
import { CUSTOMER_FACING } from '../private/keys';
import { PodDisruptionBudget } from '../private/l1/core-kinds';
import { RollbackTerm } from '../rollout/rollback-term';
import { IRollout } from '../rollout/rollout';
import { RolloutBinding } from '../rollout/strategy';

/**
 * A model that answers: pods that become ready when the model can predict, a Service, and everything that production asks of them: restricted
 * pod security, a disruption budget, spread over zones, a network that refuses what is not named, and a rollback time that is computed.
 */
export class ModelServing extends Construct implements IModelServing {
  /**
   * A model that is served by something else, to monitor it or to call it.
   *
   * @param scope where the reference stands in the tree
   * @param id id in that scope
   * @param attributes what is known of it
   */
  public static fromServingAttributes(scope: Construct, id: string, attributes: ModelServingAttributes): IModelServing {
    return new ImportedModelServing(scope, id, attributes);
  }

  public readonly modelName: string;
  public readonly serviceName: string;
  public readonly servicePort: number;
  public readonly servingNamespace: string;
  public readonly metrics: ServingMetrics;
  public readonly scrapeEndpoints: ScrapeEndpoint[];
  public readonly owner: Owner;
  /** Labels that select the pods, whichever workload owns them. */
  public readonly podLabels: { [key: string]: string };
  /** What is live: version, hash, lineage. */
  public readonly release: ModelRelease;
  /** The workload that owns the pods. */
  public readonly workload: kplus.Workload;
  /** The Service that clients call. */
  public readonly service: kplus.Service;
  /** Worst case of the time until the earlier version serves all requests again, term by term. */
  public readonly worstCaseRollback: RollbackTerm[];
  /** Routes to the versions, for those who add to them, such as a shadow. None where the strategy routes nothing. */
  public readonly route?: ITrafficRoute;
  /** Whether its answers are thrown away: its alerts wake nobody up. */
  public readonly isShadow?: boolean;
  /** What rolls out stage by stage, to watch it. None where the strategy has no stages. */
  public readonly rollout?: IRollout;
  private readonly network: PodNetwork;

  /**
   * @throws if anything about the model, its numbers or its names is wrong; every problem at once
   */
  public constructor(scope: Construct, id: string, props: ModelServingProps) {
    super(scope, id);
    const { whole, release, source } = understand(this, scope, id, props, {
      required: ['strategy'],
      check: (problems, given) => {
        findReplicaProblems(problems, given);
        findWatchProblems(problems, given);
        findSelectorProblems(problems, given);
        problems.attempt(() => given.autoscaling?.check(given.platform));
      },
    });
    const { server, predictionExporter: exporter, platform } = whole;

    this.release = release;
    this.owner = whole.owner;
    this.servicePort = server.port;
    this.metrics = exporter ? server.metrics.withPredictions(exporter.metrics) : server.metrics;
    this.scrapeEndpoints = scrapeEndpoints(whole);

    const serviceName = whole.serviceName ?? release.model;
    this.podLabels = whole.podSelector ?? { [AuditKey.SERVICE]: serviceName };
    const rollbackObjective = whole.rollbackObjective ?? Duration.minutes(10);
    const audit: AuditRecord = { release, owner: whole.owner, platform, component: 'server' };
    const binding = whole.strategy.bind(this, {
      pod: buildPod(this, { props: whole, release, source, serviceAccount: serviceAccountFor(this, whole), audit, podLabels: this.podLabels }),
      replicas: whole.autoscaling?.maxReplicas ?? whole.replicas ?? 2,
      autoscaled: whole.autoscaling !== undefined,
      serviceName,
      podLabels: this.podLabels,
      port: server.port,
      startupLimit: startupLimit(whole.warmup),
      terminationGrace: terminationGrace(whole),
      pullBudget: Duration.seconds((whole.pullBudget?.toSeconds() ?? 60) + source.fetchBudget.toSeconds()),
      rollbackObjective,
      metrics: this.metrics,
      slo: whole.slo,
      platform,
    });
    requireNoSideEffects(scope, id, binding, whole);
    this.modelName = binding.shadowName ?? whole.watchedAs ?? release.model;
    this.isShadow = binding.shadowName !== undefined;
    const workload = ApiObject.of(binding.workload);
    this.workload = binding.workload;
    this.service = binding.service;
    this.serviceName = binding.service.name;
    this.servingNamespace = workload.metadata.namespace ?? '';
    this.worstCaseRollback = binding.worstCaseRollback;
    this.route = binding.route;
    this.rollout = binding.rollout;

    this.network = new PodNetwork(this, 'NetworkPolicy', {
      name: this.modelName,
      podLabels: this.podLabels,
      ports: [server.port],
      metricsPorts: metricsPorts(whole),
      platform,
      identity: whole.identity,
    });
    letScrape(this, platform, { name: this.modelName, podLabels: this.podLabels, requestPort: server.port, metricsPorts: metricsPorts(whole) });
    (whole.callers ?? [NetworkPeer.sameNamespace()]).forEach((caller) => this.allowFrom(caller));
    new Set([...source.egress, ...whole.egress ?? []]).forEach((peer) => this.allowTo(peer));

    new PodDisruptionBudget(this, 'DisruptionBudget', {
      // a pod that is broken anyway must not keep a node from being drained
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: this.podLabels } },
    });
    whole.autoscaling?.bind(this, workload, platform);
    reportAutoscaling(this, whole.autoscaling, this.metrics);
    factsOf(this).lineage.push(this.isShadow ? { ...release, isShadow: true } : release);
    // nobody hears a shadow, so nobody has to be brought back from one
    if (this.isShadow) {
      reportOpenShadow(this, source.egress);
    } else {
      reportRollback(this, binding, rollbackObjective);
      const { owner } = this;
      describeRollback(this, { model: whole.model, serviceName: this.serviceName, owner, platform, calls: binding.rollbackCalls ?? [] });
    }
    reportUnreachableIdentity(this, this.network, whole.identity);
    Object.entries(platform.gitOps.pruneLast()).forEach(([key, value]) => workload.metadata.addAnnotation(key, value));
    if (whole.customerFacing) {
      workload.metadata.addAnnotation(CUSTOMER_FACING, 'true');
    }
    applyAudit(this, audit);
  }

  public get servedRelease(): ModelRelease | undefined {
    return this.release;
  }

  /**
   * Let somebody call the model.
   *
   * @param caller who
   */
  public allowFrom(caller: NetworkPeer): void {
    this.network.allowFrom(caller);
  }

  /**
   * Say of another way back to the version before. It stands first in the report and on the page of whoever is woken up.
   *
   * @param call when, and what is typed
   */
  public addRollbackCall(call: RollbackCall): void {
    factsOf(this).rollbackCalls.unshift(call);
  }

  /**
   * Let the server call somebody.
   *
   * @param peer whom
   */
  public allowTo(peer: NetworkPeer): void {
    this.network.allowTo(peer);
  }
}

/** A copy of a request must not do again what the request did. What the source of the model calls only reads. */
function requireNoSideEffects(scope: Construct, id: string, { shadowName }: RolloutBinding, { egress = [] }: ModelServingProps): void {
  const problems = new InputProblems();
  if (shadowName !== undefined && egress.length > 0) {
    problems.add('serving/egress-of-a-shadow',
      `'egress' must be empty where answers are thrown away, got ${egress.map(({ peerName }) => peerName).join(', ')}; a copy of a request would do there again what the request did`);
  }
  problems.throwAt(scope, id);
}
