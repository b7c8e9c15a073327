import { text } from './markdown';
import { StackReportData } from './report-data';
import { findingsSection } from './sections/findings';
import { graphSection } from './sections/graph';
import { leftOutSection } from './sections/left-out';
import { lineageSection } from './sections/lineage';
import { nextStepsSection, notesSection } from './sections/notes';
import { objectsSection } from './sections/objects';
import { resourcesSection } from './sections/resources';
import { rollbackSection } from './sections/rollback';
import { rolloutSection } from './sections/rollout';

/** The report as a reviewer reads it: what decides comes first. */
export function toMarkdown(data: StackReportData): string {
  const parts = [
    `# ${text(data.stack || 'App')}`,
    text(data.summary),
    graphSection(data),
    findingsSection(data),
    rolloutSection(data),
    rollbackSection(data),
    resourcesSection(data),
    lineageSection(data),
    objectsSection(data),
    leftOutSection(data),
    notesSection(data),
    nextStepsSection(data),
  ];
  return `${parts.filter((part) => part !== undefined).join('\n\n')}\n`;
}
