import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { Autoscaling } from './autoscaling';
import { IWorkloadIdentity } from './serving';
import { ExternalMetrics } from '../core/external-metrics';
import { Findings, FindingSeverity } from '../core/findings';
import { MetricClosure } from '../core/metric-closure';
import { NetworkPeer } from '../core/network-peer';
import { PodNetwork } from '../core/pods/pod-network';
import { ServingMetrics } from '../core/serving-metrics';
import { factsOf } from '../private/facts';
import { MODEL_LABEL, TARGET_LABEL_KEYS } from '../private/series-labels';
import { RolloutBinding } from '../rollout/strategy';

/** Annotations of identities that trade a token for credentials with the cloud itself, over HTTPS. */
const TRADED_OVER_HTTPS = ['eks.amazonaws.com/role-arn', 'azure.workload.identity/client-id'];

export function reportUnreachableIdentity(serving: Construct, network: PodNetwork, identity: IWorkloadIdentity | undefined): void {
  const annotation = TRADED_OVER_HTTPS.find((key) => identity?.serviceAccountAnnotations[key] !== undefined);
  if (!identity || !annotation) {return;}
  Findings.of(serving).addSource({
    findings: () => (network.reachesHttps ? [] : [{
      ruleId: 'serving/identity-out-of-reach',
      severity: FindingSeverity.WARNING,
      message: `the identity '${identity.serviceAccountName}' (${annotation}) gets its credentials over TCP 443, and no egress allows that`,
      remedy: "name the cloud's token service or its private endpoint among 'egress': NetworkPeer.cidr() or NetworkPeer.anyHttps()",
      path: serving.node.path,
    }]),
  });
}

export function reportRollback(serving: Construct, { worstCaseRollback: terms, fasterRollback }: Pick<RolloutBinding, 'worstCaseRollback' | 'fasterRollback'>, objective: Duration): void {
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
    remedy: `${fasterRollback === undefined ? '' : `${fasterRollback}, `}make the model start faster, or raise rollbackObjective`,
  });
}

/** An autoscaler that asks for what nobody exports would never scale, and nobody would be told. */
export function reportAutoscaling(serving: Construct, autoscaling: Autoscaling | undefined, metrics: ServingMetrics): void {
  if (!autoscaling || autoscaling.queries.length === 0) {return;}
  Findings.of(serving).addSource({
    findings: () => {
      const closure = MetricClosure.of({
        scraped: [{ metrics: metrics.exported, podTargetLabels: TARGET_LABEL_KEYS, addedLabels: [MODEL_LABEL] }],
        external: [ExternalMetrics.kubernetes(), ...autoscaling.external],
      });
      return autoscaling.queries.flatMap((query) => closure.gapsOf(query))
        .map((gap) => ({ ...gap, severity: FindingSeverity.ERROR, path: serving.node.path }));
    },
  });
}

/** A network policy is for the whole pod: what its loader or its agent may reach, the server may, too. */
export function reportOpenShadow(serving: Construct, egress: NetworkPeer[]): void {
  const reasons = egress.map(({ reason }) => reason).filter((reason) => reason !== undefined);
  if (reasons.length === 0) {return;}
  Findings.of(serving).add({
    ruleId: 'shadow/open-egress',
    severity: FindingSeverity.ERROR,
    message: `the pods of a shadow may reach any address on port 443 (${reasons.join(', ')}), and a copy of a request could do there again what the request did`,
    remedy: 'name the addresses with NetworkPeer.cidr(), such as those of an endpoint of the bucket, or acknowledge that the server calls nobody',
  });
}
