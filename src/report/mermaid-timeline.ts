import { ReportedRollout, ReportedStage } from './report-data';

const DAY = 86_400;

/**
 * Weight over time, and under it the time in which each guardrail is measured, as Mermaid draws it in a Markdown file. The day is nobody's: Mermaid
 * knows no time without one, and shows it in the zone that it read it in.
 *
 * @see https://mermaid.js.org/syntax/gantt.html
 */
export function toTimeline({ stages, totalSeconds, background, dryRun }: ReportedRollout): string[] {
  const names = [...new Set(stages.flatMap(({ guardrails }) => guardrails))];
  const all = ['requests', ...names, ...background];
  return [
    '---',
    'displayMode: compact',
    'config:',
    '  gantt:',
    `    leftPadding: ${40 + 7 * Math.max(...all.map((name) => name.length))}`,
    '---',
    'gantt',
    '  dateFormat YYYY-MM-DD HH:mm:ss',
    `  axisFormat ${totalSeconds >= DAY ? 'day %-d %H:%M' : '%H:%M'}`,
    '  section requests',
    ...stages.map(({ weight, startSeconds, seconds }) => bar(`${weight} %`, '', startSeconds, seconds)),
    ...names.flatMap((name) => [
      `  section ${name}`,
      ...stages.filter(({ guardrails }) => guardrails.includes(name)).map((stage) => measured(stage, dryRun.includes(name))),
    ]),
    ...background.flatMap((name) => [`  section ${name}`, measured({ ...stages[0], seconds: totalSeconds }, false)]),
  ];
}

function measured({ startSeconds, seconds, firstMeasurementSeconds }: ReportedStage, dryRun: boolean): string {
  return bar(dryRun ? 'measured' : 'judged', dryRun ? 'done' : 'active', startSeconds + firstMeasurementSeconds, seconds - firstMeasurementSeconds);
}

function bar(label: string, tag: string, startSeconds: number, seconds: number): string {
  return `  ${label} :${tag === '' ? '' : `${tag}, `}${momentOf(startSeconds)}, ${seconds}s`;
}

/** Such as `2000-01-01 00:05:30`. */
function momentOf(seconds: number): string {
  const two = (value: number) => `${Math.floor(value)}`.padStart(2, '0');
  const [day, rest] = [Math.floor(seconds / DAY), seconds % DAY];
  return `2000-01-${two(1 + day)} ${two(rest / 3600)}:${two(rest % 3600 / 60)}:${two(rest % 60)}`;
}
