import { code, section, table, text } from '../markdown';
import { StackReportData } from '../report-data';

/** Which objects the stack makes. */
export function objectsSection({ objects, objectNames }: StackReportData): string | undefined {
  return section('Objects', table(['Kind', 'Number', 'Names'],
    Object.keys(objects).map((kind) => [text(kind), `${objects[kind]}`, objectNames[kind].map(code).join('<br>')])));
}
