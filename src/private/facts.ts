import { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';

/** Who talks to whom, as the network policies allow it. */
export interface TrafficFact {
  readonly from: string;
  readonly to: string;
  /** Such as `TCP 8080`; empty for any. */
  readonly port: string;
  readonly why: string;
}

/** A piece of the platform that a stack does not have, and when to add it. */
export interface LeftOutFact {
  readonly piece: string;
  readonly addWhen: string;
}

/** One term of the worst-case rollback time. */
export interface RollbackFact {
  readonly term: string;
  readonly duration: Duration;
  readonly why: string;
}

/** What constructs tell the report about themselves, beside their manifests. */
export interface Facts {
  readonly traffic: TrafficFact[];
  readonly leftOut: LeftOutFact[];
  readonly rollback: RollbackFact[];
  /** Sentences about a choice that a reviewer should see, such as an egress rule that is wider than its purpose. */
  readonly notes: string[];
}

const FACTS = Symbol.for('cdk8s-mlops.facts');

/** The facts of one construct, to add to. */
export function factsOf(construct: IConstruct): Facts {
  const holder = construct as any;
  if (!holder[FACTS]) {
    Object.defineProperty(holder, FACTS, { value: { traffic: [], leftOut: [], rollback: [], notes: [] } });
  }
  return holder[FACTS];
}

/** The facts of a construct and everything below it. */
export function collectFacts(scope: IConstruct): Facts {
  const all: Facts[] = scope.node.findAll().map((construct) => (construct as any)[FACTS]).filter((facts) => facts !== undefined);
  return {
    traffic: all.flatMap((facts) => facts.traffic),
    leftOut: all.flatMap((facts) => facts.leftOut),
    rollback: all.flatMap((facts) => facts.rollback),
    notes: all.flatMap((facts) => facts.notes),
  };
}
