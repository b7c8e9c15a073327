import { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';

/** Whom a name in the graph stands for: pods, or addresses. */
export interface PartyFact {
  /** Absent where manifests decide it when they are applied, and for addresses. */
  readonly namespace?: string;
  /** Empty for every pod of the namespace. */
  readonly podLabels?: { [key: string]: string };
  readonly cidrs?: string[];
}

/** Who talks to whom, as the network policies allow it. */
export interface TrafficFact {
  readonly from: string;
  readonly to: string;
  readonly caller: PartyFact;
  readonly answerer: PartyFact;
  /** Such as `TCP 8080`; empty for any. */
  readonly port: string;
  readonly why: string;
  /** Whose policy says so: that of who answers, or that of the caller. */
  readonly direction: 'ingress' | 'egress';
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

/** One way back to the version before; a `RollbackCall` is one. */
export interface RollbackCallFact {
  readonly when: string;
  readonly command: string;
  readonly effect: string;
}

/** Where a version comes from; a `ModelRelease` is one. */
export interface LineageFact {
  readonly model: string;
  readonly version: string;
  readonly artifactSha256: string;
  readonly imageDigest?: string;
  readonly gitCommit: string;
  readonly dataSnapshot: { readonly kind: string; readonly uri: string; readonly revision: string };
  readonly trainedBy: string;
  readonly approvedBy?: string;
  readonly gateResult: string;
  readonly previousVersion?: string;
  /** Whether its answers are thrown away. */
  readonly isShadow?: boolean;
}

/** One stage of a rollout. */
export interface RolloutStageFact {
  /** Share of the requests, in percent. */
  readonly weight: number;
  readonly duration: Duration;
  /** From its start to the first measurement. */
  readonly firstMeasurement: Duration;
  readonly guardrails: string[];
}

/** How a new version takes over. */
export interface RolloutFact {
  readonly router: string;
  readonly stages: RolloutStageFact[];
  /** What must hold, by name of the guardrail. */
  readonly conditions: { [guardrail: string]: string };
  /** Guardrails that are measured from the first stage to the last. */
  readonly background: string[];
  /** Guardrails that change nothing. */
  readonly dryRun: string[];
}

/** What constructs tell the report about themselves, beside their manifests. */
export interface Facts {
  readonly traffic: TrafficFact[];
  readonly leftOut: LeftOutFact[];
  /** Pieces that are there, whatever else calls them left out. */
  readonly present: string[];
  readonly rollback: RollbackFact[];
  /** What the sum of the rollback terms must stay below; the first one counts. */
  readonly rollbackObjective: Duration[];
  /** How to go back, in the order in which to try. */
  readonly rollbackCalls: RollbackCallFact[];
  /** How new versions take over. */
  readonly rollouts: RolloutFact[];
  /** Versions that this construct serves. */
  readonly lineage: LineageFact[];
  /** Sentences about a choice that a reviewer should see, such as an egress rule that is wider than its purpose. */
  readonly notes: string[];
}

/** Facts, and the construct that told them. */
export interface FactsOfConstruct extends Facts {
  readonly path: string;
}

const FACTS = Symbol.for('cdk8s-mlops.facts');

/** The facts of one construct, to add to. */
export function factsOf(construct: IConstruct): Facts {
  const holder = construct as any;
  if (!holder[FACTS]) {
    const value: Facts = {
      traffic: [], leftOut: [], present: [], rollback: [], rollbackObjective: [], rollbackCalls: [], rollouts: [], lineage: [], notes: [],
    };
    Object.defineProperty(holder, FACTS, { value });
  }
  return holder[FACTS];
}

/** The facts of a construct and everything below it, construct by construct; those that told none are left out. */
export function factsBelow(scope: IConstruct): FactsOfConstruct[] {
  return scope.node.findAll()
    .filter((construct) => (construct as any)[FACTS] !== undefined)
    .map((construct) => ({ path: construct.node.path, ...(construct as any)[FACTS] }));
}

/** The facts of a construct and everything below it. */
export function collectFacts(scope: IConstruct): Facts {
  const all = factsBelow(scope);
  return {
    traffic: all.flatMap((facts) => facts.traffic),
    leftOut: all.flatMap((facts) => facts.leftOut),
    present: all.flatMap((facts) => facts.present),
    rollback: all.flatMap((facts) => facts.rollback),
    rollbackObjective: all.flatMap((facts) => facts.rollbackObjective),
    rollbackCalls: all.flatMap((facts) => facts.rollbackCalls),
    rollouts: all.flatMap((facts) => facts.rollouts),
    lineage: all.flatMap((facts) => facts.lineage),
    notes: all.flatMap((facts) => facts.notes),
  };
}
