import { list, section } from '../markdown';
import { StackReportData } from '../report-data';

/** Choices that a reviewer should see. */
export function notesSection({ notes }: StackReportData): string | undefined {
  return section('Notes', list(notes));
}

/** What to do next. */
export function nextStepsSection({ nextSteps }: StackReportData): string | undefined {
  return section('Next steps', list(nextSteps));
}
