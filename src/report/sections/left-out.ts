import { section, table, text } from '../markdown';
import { StackReportData } from '../report-data';

/** What the stack does without. */
export function leftOutSection({ leftOut }: StackReportData): string | undefined {
  return section('What was left out', table(['Piece', 'Add it when'], leftOut.map(({ piece, addWhen }) => [text(piece), text(addWhen)])));
}
