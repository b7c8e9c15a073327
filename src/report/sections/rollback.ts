import { code, section, table, text } from '../markdown';
import { ReportedRollback, StackReportData } from '../report-data';
import { formatSeconds } from '../units';

/** How long it takes at worst until the earlier version serves again, and why. */
export function rollbackSection({ rollbacks }: StackReportData): string | undefined {
  return section('Worst-case rollback', rollbacks.flatMap((rollback, i) => [
    ...i > 0 ? [''] : [],
    ...rollbacks.length > 1 ? [`### ${code(rollback.path)}`, ''] : [],
    ...table(['Term', 'Time', 'Where the number comes from'], [
      ...rollback.terms.map(({ term, seconds, why }) => [text(term), formatSeconds(seconds), text(why)]),
      ['**Sum**', `**${formatSeconds(rollback.totalSeconds)}**`, verdict(rollback)],
    ]),
    ...rollback.calls.length === 0 ? [] : ['', ...table(['When', 'To go back', 'What it does'],
      rollback.calls.map(({ when, command, effect }) => [text(when), code(command), text(effect)]))],
  ]));
}

function verdict({ totalSeconds, objectiveSeconds }: ReportedRollback): string {
  if (objectiveSeconds === undefined) {return 'no objective was given';}
  const spare = objectiveSeconds - totalSeconds;
  return spare >= 0
    ? `within the objective of ${formatSeconds(objectiveSeconds)}, ${formatSeconds(spare)} to spare`
    : `**above the objective of ${formatSeconds(objectiveSeconds)}, ${formatSeconds(-spare)} too long**`;
}
