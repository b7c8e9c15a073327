import { FindingSeverity } from '../../core/findings';
import { groupKindOf } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

/** What runs by the clock does not pile up: one at a time, late ones are skipped, each one ends. */
export class UnboundedCronJob implements IPolicyRule {
  public readonly ruleId = 'operations/unbounded-cron-job';
  public readonly severity = FindingSeverity.WARNING;

  public check(manifest: any): PolicyFinding[] {
    const missing = missingIn(manifest);
    return missing.length === 0 ? [] : [{
      message: `${manifest.kind} '${manifest.metadata?.name}' has no ${missing.join(', no ')}`,
      remedy: 'bound it, so that a run that hangs or is late does not meet the next one',
    }];
  }
}

function missingIn(manifest: any): string[] {
  const spec = manifest.spec ?? {};
  const job = spec.jobTemplate?.spec ?? {};
  const alone = ['Forbid', 'Replace'].includes(spec.concurrencyPolicy);
  switch (groupKindOf(manifest)) {
    case 'batch/CronJob':
      return namesOfMissing({
        'concurrencyPolicy Forbid': alone,
        'startingDeadlineSeconds': spec.startingDeadlineSeconds !== undefined,
        'activeDeadlineSeconds': job.activeDeadlineSeconds !== undefined || job.template?.spec?.activeDeadlineSeconds !== undefined,
        'backoffLimit': job.backoffLimit !== undefined,
      });
    case 'argoproj.io/CronWorkflow':
      return namesOfMissing({
        'concurrencyPolicy Forbid': alone,
        'startingDeadlineSeconds': spec.startingDeadlineSeconds !== undefined,
        'activeDeadlineSeconds': spec.workflowSpec?.activeDeadlineSeconds !== undefined,
      });
    default:
      return [];
  }
}

function namesOfMissing(present: { [name: string]: boolean }): string[] {
  return Object.keys(present).filter((name) => !present[name]);
}
