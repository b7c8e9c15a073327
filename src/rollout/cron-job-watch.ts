/** A CronJob by the numbers of kube-state-metrics. */
export interface WatchedCronJob {
  readonly cronJob: string;
  readonly namespace?: string;
}

/** Second since 1970 at which a run last ended well. One that never did is as old as itself. */
export function lastGood(job: WatchedCronJob): string {
  return `(${of(job, 'kube_cronjob_status_last_successful_time')} or ${of(job, 'kube_cronjob_created')})`;
}

/** Whether the last run ended badly: counted only when none runs, as the last one began after the last good one ended. */
export function endedBadly(job: WatchedCronJob): string {
  return `(${of(job, 'kube_cronjob_status_last_schedule_time')} > ${lastGood(job)}) and on () (${of(job, 'kube_cronjob_status_active')} == 0)`;
}

function of({ cronJob, namespace }: WatchedCronJob, metric: string): string {
  const inNamespace = namespace === undefined ? '' : `namespace="${namespace}",`;
  return `max(${metric}{${inNamespace}cronjob="${cronJob}"})`;
}
