import { IConstruct } from 'constructs';
import { RoutedModel } from './routed-model';
import { Finding, FindingSeverity } from '../../core/findings';
import { NetworkPeer } from '../../core/network-peer';
import { factsOf, PartyFact } from '../../private/facts';
import { isWatched } from '../../private/watched';

/** What a model behind a gateway lacks: somebody who watches it, and a network policy that lets the gateway in. */
export function findRouteGaps(gateway: IConstruct, peer: NetworkPeer, model: RoutedModel): Finding[] {
  const { construct, serviceName } = model;
  const path = gateway.node.path;
  return [
    ...isWatched(construct, model) ? [] : [{
      ruleId: 'gateway/unmonitored',
      severity: FindingSeverity.ERROR,
      message: `the gateway opens '${serviceName}' to the outside, and nothing monitors what answers`,
      remedy: 'watch it with Monitoring, or acknowledge what watches it',
      path,
    }],
    ...isLetIn(model, peer._toParty()) ? [] : [{
      ruleId: 'gateway/not-let-in',
      severity: FindingSeverity.ERROR,
      message: `the network policy of '${serviceName}' does not let the pods of the gateway in (${peer.peerName})`,
      remedy: "add the gateway's 'peer' to the callers of the model",
      path,
    }],
  ];
}

/** A model without rules of ours has none that we know. */
function isLetIn({ construct }: RoutedModel, gateway: PartyFact): boolean {
  const rules = construct.node.scopes.flatMap((scope) => factsOf(scope).traffic).filter(({ direction, why }) => direction === 'ingress' && why === 'requests');
  const exists = construct.node.scopes.some((scope) => factsOf(scope).traffic.length > 0);
  return !exists || rules.some(({ caller }) => caller.cidrs !== undefined || holds(caller, gateway));
}

function holds(caller: PartyFact, { namespace, podLabels = {} }: PartyFact): boolean {
  return (namespace === undefined || caller.namespace === namespace)
    && Object.entries(caller.podLabels ?? {}).every(([key, value]) => podLabels[key] === value);
}
