import { code, section, table, text } from '../markdown';
import { ReportedLineage, StackReportData } from '../report-data';

/** Where the versions that serve come from. */
export function lineageSection({ lineage }: StackReportData): string | undefined {
  return section('Model lineage', lineage.flatMap((entry, i) => [...i > 0 ? [''] : [], ...table(['Model', text(entry.model)], rowsOf(entry))]));
}

function rowsOf(entry: ReportedLineage): string[][] {
  const rows: [string, string | undefined][] = [
    ['Version', text(entry.version)],
    ['Answers', entry.isShadow ? 'thrown away: it is a shadow' : undefined],
    ['Version before', entry.previousVersion === undefined ? 'none, this is the first release' : text(entry.previousVersion)],
    ['Artifact', code(`sha256:${entry.artifactSha256}`)],
    ['Image', entry.imageDigest && code(entry.imageDigest)],
    ['Training code', code(entry.gitCommit)],
    ['Training data', code(entry.dataSnapshot)],
    ['Trained by', text(entry.trainedBy)],
    ['Gate', text(entry.gateResult)],
    ['Approved by', entry.approvedBy === undefined ? 'nobody had to' : text(entry.approvedBy)],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== undefined);
}
