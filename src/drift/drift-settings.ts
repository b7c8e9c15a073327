import { Duration } from 'cdk8s';
import { DriftColumn, DriftCronJobProps } from './drift-cron-job-props';
import { DriftMethod } from './drift-method';
import { DriftRetraining } from './response';
import { TimedRuns } from '../private/stale-age';

/** The model has drifted if more than this share of its features has. */
export function driftShareOf({ driftShare = 0.3 }: DriftCronJobProps): number {
  return driftShare;
}

/** When checks run. */
export function driftRunsOf({ schedule = '0 * * * *', deadline = Duration.minutes(45) }: DriftCronJobProps): TimedRuns {
  return { schedule, startWithin: Duration.minutes(10), deadline };
}

/** What `mlops drift` reads with `--settings`; its shape is `runtime/schemas/drift-settings.schema.json`. */
export function settingsOf(props: DriftCronJobProps, columns: DriftColumn[]): string {
  return json({
    minimumSamples: props.minimumSamples ?? 10_000,
    sampleCap: props.sampleCap ?? 1_000_000,
    driftShare: driftShareOf(props),
    missingShare: props.missingShare ?? 0.1,
    otherColumns: 'ignore',
    columns: Object.fromEntries(columns.map(({ name, type, method = DriftMethod.psi() }) =>
      [name, { type, method: method.methodName, threshold: method.threshold.value }])),
  });
}

/** What `mlops retrain` reads with `--settings`. */
export function retrainingOf({ trigger, coolDown, maximumPerWeek, evidence }: DriftRetraining, lease: string): string {
  return json({
    enabled: evidence !== undefined,
    evidence,
    coolDownSeconds: coolDown.toSeconds(),
    maximumPerWeek,
    lease,
    trigger: { ...trigger, server: trigger.server && { ...trigger.server, peer: undefined } },
  });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
