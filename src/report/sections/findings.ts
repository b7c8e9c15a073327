import { Finding } from '../../core/findings';
import { code, section, table, text } from '../markdown';
import { StackReportData } from '../report-data';

/** What was found, and what was accepted with which reason. */
export function findingsSection({ findings }: StackReportData): string | undefined {
  const open = findings.filter((finding) => finding.acknowledged === undefined);
  const acknowledged = findings.filter((finding) => finding.acknowledged !== undefined);
  return section('Findings', [
    ...open.length === 0 ? ['No open findings.'] : table(['Severity', 'Where', 'What, and what to do'],
      open.map((finding) => [finding.severity, code(finding.path), `${described(finding)} *${text(sentence(finding.remedy))}*`])),
    ...acknowledged.length === 0 ? [] : ['', '### Acknowledged', '', ...table(['Severity', 'Where', 'What', 'Why it is accepted'],
      acknowledged.map((finding) => [finding.severity, code(finding.path), described(finding), text(finding.acknowledged!)]))],
  ]);
}

function described(finding: Finding): string {
  return `${code(finding.ruleId)}<br>${text(sentence(finding.message))}`;
}

function sentence(plain: string): string {
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}.`;
}
