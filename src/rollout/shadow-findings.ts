import { Construct, IConstruct } from 'constructs';
import { Findings, FindingSeverity } from '../core/findings';
import { factsOf, TrafficFact } from '../private/facts';

/** Copies come from whoever calls the live model; a network policy that refuses some of them makes a comparison of the others, and nobody is told. */
export function reportCallers(shadow: Construct, live: IConstruct): void {
  Findings.of(shadow).addSource({
    findings: () => {
      const welcome = new Set(callersOf(shadow).map(identityOf));
      const refused = callersOf(live).filter((fact) => !welcome.has(identityOf(fact)));
      return refused.length === 0 ? [] : [{
        ruleId: 'shadow/callers-differ',
        severity: FindingSeverity.ERROR,
        message: `the network policy of the shadow refuses copies of requests from ${refused.map(({ from }) => from).join(', ')}, who may call the live model`,
        remedy: "give it the same 'callers'",
        path: shadow.node.path,
      }];
    },
  });
}

/** What a serving says of its callers; nothing is known of one that somebody else made. */
function callersOf(construct: IConstruct): TrafficFact[] {
  return construct.node.scopes.flatMap((scope) => factsOf(scope).traffic).filter(({ direction, why }) => direction === 'ingress' && why === 'requests');
}

function identityOf({ caller }: TrafficFact): string {
  return JSON.stringify([caller.namespace, caller.cidrs, Object.entries(caller.podLabels ?? {}).sort()]);
}
