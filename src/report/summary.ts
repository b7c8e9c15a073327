import { ReportedAmount, ReportedLineage, ReportedResources, ReportedRollback, ReportedRollout } from './report-data';
import { count, formatBytes, formatCpu, formatSeconds } from './units';
import { Finding, FindingSeverity } from '../core/findings';

/** What the summary is made of. */
export interface SummaryInput {
  readonly stack: string;
  readonly objects: { [kind: string]: number };
  readonly findings: Finding[];
  readonly rollbacks: ReportedRollback[];
  readonly rollouts: ReportedRollout[];
  readonly resources: ReportedResources;
  readonly lineage: ReportedLineage[];
}

/** The stack in one paragraph, for somebody who reads nothing else. */
export function summaryOf(input: SummaryInput): string {
  const objects = Object.values(input.objects);
  return [
    `${input.stack || 'The app'} makes ${count(objects.reduce((sum, number) => sum + number, 0), 'object')} of ${count(objects.length, 'kind')}.`,
    ...input.lineage.map(({ model, version, isShadow }) => (isShadow ? `Version ${version} of ${model} answers copies of requests, which nobody hears.`
      : `It serves ${model} version ${version}.`)),
    ...input.rollouts.map(({ stages, totalSeconds }) => `A new version takes over in ${count(stages.length, 'stage')} within ${formatSeconds(totalSeconds)}.`),
    ...input.rollbacks.map(({ path, totalSeconds, objectiveSeconds }) => `A rollback${input.rollbacks.length > 1 ? ` of ${path}` : ''} takes ${formatSeconds(totalSeconds)} at worst` +
      `${objectiveSeconds === undefined ? '' : `, of ${formatSeconds(objectiveSeconds)} allowed`}.`),
    ...input.resources.workloads.length === 0 ? [] :
      [`Its pods request ${amount(input.resources.atMost)}, and ${amount(input.resources.duringRoll)} while a new version rolls out.`],
    findingsIn(input.findings.filter((finding) => finding.acknowledged === undefined).map((finding) => finding.severity),
      input.findings.filter((finding) => finding.acknowledged !== undefined).length),
  ].join(' ');
}

function amount({ cpuRequest, memoryRequest, gpus }: ReportedAmount): string {
  return [`${formatCpu(cpuRequest)} CPU`, formatBytes(memoryRequest), ...gpus > 0 ? [count(gpus, 'GPU')] : []].join(', ');
}

function findingsIn(open: FindingSeverity[], acknowledged: number): string {
  const parts = [
    ...[FindingSeverity.ERROR, FindingSeverity.WARNING].map((severity) => [open.filter((other) => other === severity).length, severity] as const)
      .filter(([number]) => number > 0)
      .map(([number, severity]) => count(number, `open ${severity}`)),
    ...acknowledged > 0 ? [`${acknowledged} acknowledged`] : [],
  ];
  return parts.length === 0 ? 'Nothing was found that has to be mended.' : `Found: ${parts.join(', ')}.`;
}
