import { code, section, table, text } from '../markdown';
import { toTimeline } from '../mermaid-timeline';
import { ReportedRollout, StackReportData } from '../report-data';
import { formatSeconds } from '../units';

/** How a new version takes over: weight over time, and what judges it when. */
export function rolloutSection({ rollouts }: StackReportData): string | undefined {
  return section('How a new version takes over', rollouts.flatMap((rollout, i) => [
    ...i > 0 ? [''] : [],
    ...rollouts.length > 1 ? [`### ${code(rollout.path)}`, ''] : [],
    text(`Requests are shared out by ${rollout.router}. A breach at any stage sends all of them back to the version before.`),
    '',
    '```mermaid',
    ...toTimeline(rollout),
    '```',
    '',
    ...table(['From', 'Requests', 'First measurement', 'Judged by'], rollout.stages.map(({ startSeconds, weight, firstMeasurementSeconds, guardrails }) => [
      formatSeconds(startSeconds),
      `${weight} %`,
      firstMeasurementSeconds === 0 ? 'at once' : `after ${formatSeconds(firstMeasurementSeconds)}`,
      guardrails.filter((name) => !rollout.dryRun.includes(name)).map(code).join(', '),
    ])),
    '',
    ...table(['Guardrail', 'What must hold'], Object.entries(rollout.conditions).map(([name, condition]) => [`${code(name)}${roleOf(name, rollout)}`, text(condition)])),
  ]));
}

function roleOf(name: string, { background, dryRun }: ReportedRollout): string {
  return background.includes(name) ? ', without a break' : dryRun.includes(name) ? ', only measured' : '';
}
