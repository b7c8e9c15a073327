import { ApiObject, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ImportedModelServing } from './imported-model-serving';
import { ModelServingAttributes, ModelServingProps } from './model-serving-props';
import { ModelSource, ModelSourceConfig } from './model-source';
import { buildPod, scrapeEndpoints, terminationGrace } from './pod-builder';
import { startupLimit } from './probes';
import { IModelServing, ScrapeEndpoint } from './serving';
import { ServingNetwork } from './serving-network';
import { findProblems } from './serving-problems';
import { Findings, FindingSeverity } from '../core/findings';
import { ModelRelease } from '../core/model-release';
import { ModelReleases } from '../core/model-releases';
import { NetworkPeer } from '../core/network-peer';
import { Owner } from '../core/owner';
import { ServingMetrics } from '../core/serving-metrics';
import { applyAudit, AuditRecord } from '../private/audit';
import { factsOf } from '../private/facts';
import { InputProblems } from '../private/input-error';
import { CUSTOMER_FACING } from '../private/keys';
import { PodDisruptionBudget } from '../private/l1/core-kinds';
import { RollbackTerm } from '../rollout/strategy';

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
  /** What is live: version, hash, lineage. */
  public readonly release: ModelRelease;
  /** The workload that owns the pods. */
  public readonly workload: kplus.Workload;
  /** The Service that clients call. */
  public readonly service: kplus.Service;
  /** Worst case of the time until the earlier version serves all requests again, term by term. */
  public readonly worstCaseRollback: RollbackTerm[];
  private readonly network: ServingNetwork;

  /**
   * @throws if anything about the model, its numbers or its names is wrong; every problem at once
   */
  public constructor(scope: Construct, id: string, props: ModelServingProps) {
    super(scope, id);
    const { release, source } = understand(this, scope, id, props);
    const { server, predictionExporter: exporter, platform } = props;

    this.release = release;
    this.modelName = release.model;
    this.owner = props.owner;
    this.servicePort = server.port;
    this.metrics = exporter ? server.metrics.withPredictions(exporter.metrics) : server.metrics;
    this.scrapeEndpoints = scrapeEndpoints(props);

    const audit: AuditRecord = { release, owner: props.owner, platformLabels: platform.labels, component: 'server' };
    const binding = props.strategy.bind(this, {
      pod: buildPod(this, { props, release, source, serviceAccount: this.serviceAccountFor(props), audit }),
      replicas: props.autoscaling?.maxReplicas ?? props.replicas ?? 2,
      autoscaled: props.autoscaling !== undefined,
      serviceName: props.serviceName ?? release.model,
      port: server.port,
      startupLimit: startupLimit(props.warmup),
      terminationGrace: terminationGrace(props),
      pullBudget: Duration.seconds((props.pullBudget?.toSeconds() ?? 60) + source.fetchBudget.toSeconds()),
      metrics: this.metrics,
      slo: props.slo,
      platform,
    });
    const workload = ApiObject.of(binding.workload);
    this.workload = binding.workload;
    this.service = binding.service;
    this.serviceName = binding.service.name;
    this.servingNamespace = workload.metadata.namespace ?? '';
    this.worstCaseRollback = binding.worstCaseRollback;

    this.network = new ServingNetwork(this, {
      name: this.modelName,
      podLabels: this.podLabels,
      port: server.port,
      metricsPorts: [server.metrics.port, ...exporter ? [exporter.port] : []],
      probedPorts: [server.port, ...exporter ? [exporter.port] : []],
      platform,
      identity: props.identity,
    });
    (props.callers ?? [NetworkPeer.sameNamespace()]).forEach((caller) => this.allowFrom(caller));
    [...source.egress, ...props.egress ?? []].forEach((peer) => this.allowTo(peer));

    new PodDisruptionBudget(this, 'DisruptionBudget', {
      // a pod that is broken anyway must not keep a node from being drained
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: this.podLabels } },
    });
    props.autoscaling?.bind(this, workload, platform);
    factsOf(this).lineage.push(release);
    reportRollback(this, binding.worstCaseRollback, props.rollbackObjective ?? Duration.minutes(10));
    if (props.customerFacing) {
      workload.metadata.addAnnotation(CUSTOMER_FACING, 'true');
    }
    applyAudit(this, audit);
  }

  public get servedRelease(): ModelRelease | undefined {
    return this.release;
  }

  /** Labels that select the pods. */
  public get podLabels(): { [key: string]: string } {
    return this.workload.matchLabels;
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
   * Let the server call somebody.
   *
   * @param peer whom
   */
  public allowTo(peer: NetworkPeer): void {
    this.network.allowTo(peer);
  }

  private serviceAccountFor(props: ModelServingProps): kplus.IServiceAccount {
    if (props.serviceAccount) {return props.serviceAccount;}
    const { identity } = props;
    return new kplus.ServiceAccount(this, 'ServiceAccount', {
      metadata: identity && { name: identity.serviceAccountName, annotations: identity.serviceAccountAnnotations },
      automountToken: false,
    });
  }
}

/** Reads the release, asks the source, checks everything: all problems are said at once, before the first object is declared. */
function understand(
  serving: Construct, scope: Construct, id: string, props: ModelServingProps,
): { release: ModelRelease; source: ModelSourceConfig } {
  const problems = new InputProblems();
  findProblems(problems, props);
  problems.attempt(() => props.autoscaling?.check(props.platform));
  const release = problems.attempt(() => props.release ?? ModelReleases.read(props.model));
  const source = release && problems.attempt(() => (props.source ?? ModelSource.bakedIn()).bind(serving, release, props.image));
  problems.throwAt(scope, id);
  return { release: release!, source: source! };
}

function reportRollback(serving: Construct, terms: RollbackTerm[], objective: Duration): void {
  factsOf(serving).rollback.push(...terms);
  factsOf(serving).rollbackObjective.push(objective);
  const total = terms.reduce((sum, term) => sum + term.duration.toSeconds(), 0);
  if (total <= objective.toSeconds()) {return;}
  const largest = [...terms].sort((a, b) => b.duration.toSeconds() - a.duration.toSeconds())[0];
  Findings.of(serving).add({
    ruleId: 'rollout/rollback-above-objective',
    severity: FindingSeverity.ERROR,
    message: `worst-case rollback takes ${total}s, above the objective of ${objective.toSeconds()}s; ` +
      `the largest term is '${largest.term}' with ${largest.duration.toSeconds()}s (${largest.why})`,
    remedy: 'roll more pods at once, make the model start faster, or raise rollbackObjective',
  });
}
