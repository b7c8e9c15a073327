import { section } from '../markdown';
import { toFlowchart } from '../mermaid';
import { StackReportData } from '../report-data';

/** Who talks to whom. */
export function graphSection({ traffic, lineage }: StackReportData): string | undefined {
  return section('What talks to what', traffic.length === 0 ? [] : ['```mermaid', ...toFlowchart(traffic, lineage.map(({ model }) => model)), '```']);
}
