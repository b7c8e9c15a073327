import { IConstruct } from 'constructs';
import { ReportedLineage, ReportedRollback, ReportedRollout, StackReportData } from './report-data';
import { resourcesOf } from './resource-sums';
import { summaryOf } from './summary';
import { Finding, Findings, FindingSeverity } from '../core/findings';
import { factsBelow, LineageFact, RolloutFact } from '../private/facts';
import { manifestsBelow } from '../private/manifests';

/** Version of the shape of `report.json`. */
const SCHEMA_VERSION = 1;

/** Everything that the report of a construct says. */
export function collectReport(subject: IConstruct, description: string | undefined, nextSteps: string[]): StackReportData {
  const manifests = manifestsBelow(subject).map(({ manifest }) => manifest);
  const facts = factsBelow(subject);
  const objectNames = namesByKind(manifests);
  const findings = [...Findings.of(subject).list()].sort(bySeverityThenPath);
  const rollbacks = facts.filter((told) => told.rollback.length > 0).map((told): ReportedRollback => ({
    path: told.path,
    terms: told.rollback.map(({ term, duration, why }) => ({ term, seconds: duration.toSeconds(), why })),
    totalSeconds: told.rollback.reduce((sum, { duration }) => sum + duration.toSeconds(), 0),
    objectiveSeconds: told.rollbackObjective[0]?.toSeconds(),
    calls: told.rollbackCalls.map(({ when, command, effect }) => ({ when, command, effect })),
  }));
  const present = facts.flatMap((told) => told.present);
  const rollouts = facts.flatMap((told) => told.rollouts.map((rollout) => toRollout(told.path, rollout)));
  const numbers = {
    stack: subject.node.path,
    objects: Object.fromEntries(Object.entries(objectNames).map(([kind, names]) => [kind, names.length])),
    findings,
    rollbacks,
    rollouts,
    resources: resourcesOf(manifests),
    lineage: facts.flatMap((told) => told.lineage).map(toLineage),
  };
  return {
    schemaVersion: SCHEMA_VERSION,
    ...numbers,
    summary: [description, summaryOf(numbers)].filter((part) => part !== undefined).join(' '),
    objectNames,
    traffic: unique(facts.flatMap((told) => told.traffic)
      .map(({ from, to, port, why, direction, caller, answerer }) => ({ from, to, port, why, direction, caller, answerer })))
      .sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to) || compare(a.port, b.port) || compare(a.why, b.why)),
    leftOut: unique(facts.flatMap((told) => told.leftOut).filter(({ piece }) => !present.includes(piece))
      .map(({ piece, addWhen }) => ({ piece, addWhen }))),
    notes: unique(facts.flatMap((told) => told.notes)),
    nextSteps: [...ownSteps(findings, rollbacks, facts.some((told) => told.traffic.length > 0)), ...nextSteps],
  };
}

function namesByKind(manifests: any[]): { [kind: string]: string[] } {
  const names: { [kind: string]: string[] } = {};
  for (const kind of [...new Set(manifests.map((manifest) => manifest.kind as string))].sort(compare)) {
    names[kind] = manifests.filter((manifest) => manifest.kind === kind).map((manifest) => String(manifest.metadata?.name ?? '')).sort(compare);
  }
  return names;
}

function toRollout(path: string, { router, stages, conditions, background, dryRun }: RolloutFact): ReportedRollout {
  const seconds = stages.map(({ duration }) => duration.toSeconds());
  const until = (i: number) => seconds.slice(0, i).reduce((sum, each) => sum + each, 0);
  return {
    path,
    router,
    stages: stages.map(({ weight, firstMeasurement, guardrails }, i) => ({
      weight, startSeconds: until(i), seconds: seconds[i], firstMeasurementSeconds: firstMeasurement.toSeconds(), guardrails,
    })),
    totalSeconds: until(stages.length),
    conditions,
    background,
    dryRun,
  };
}

function toLineage(fact: LineageFact): ReportedLineage {
  const { model, version, artifactSha256, imageDigest, gitCommit, dataSnapshot, trainedBy, approvedBy, gateResult, previousVersion, isShadow } = fact;
  return {
    model,
    version,
    artifactSha256,
    imageDigest,
    gitCommit,
    dataSnapshot: `${dataSnapshot.kind} ${dataSnapshot.uri} ${dataSnapshot.revision}`,
    trainedBy,
    approvedBy,
    gateResult,
    previousVersion,
    isShadow,
  };
}

function ownSteps(findings: Finding[], rollbacks: ReportedRollback[], talks: boolean): string[] {
  const open = findings.filter((finding) => finding.severity !== FindingSeverity.INFO && finding.acknowledged === undefined).length;
  return [
    ...open > 0 ? [`Mend the open findings (${open}), or acknowledge them with a reason.`] : [],
    ...talks ? ['Compare the connections with what you expect; the network policies allow no others.'] : [],
    ...rollbacks.length > 0 ? ['Practise a rollback in staging before it is needed in production.'] : [],
  ];
}

const SEVERITIES = [FindingSeverity.ERROR, FindingSeverity.WARNING, FindingSeverity.INFO];

function bySeverityThenPath(a: Finding, b: Finding): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)
    || Number(a.acknowledged !== undefined) - Number(b.acknowledged !== undefined)
    || compare(a.path, b.path) || compare(a.ruleId, b.ruleId) || compare(a.message, b.message);
}

/** By code unit: the order must not depend on the locale of the machine. */
function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function unique<T>(items: T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
