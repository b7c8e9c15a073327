import { Duration } from 'cdk8s';
import { AlertSeverity } from './alert-rule';
import { burnRate, FASTEST_BURN, rounded } from '../private/burn-rate';

/** How fast a budget may burn before somebody is told. */
export interface BurnRateWindow {
  /** End of the alert's name. */
  readonly suffix: string;
  readonly severity: AlertSeverity;
  /** Range that has to burn too fast. */
  readonly long: Duration;
  /** Range that has to burn too fast still, so that the alert ends when the incident does. */
  readonly short: Duration;
  /** Share of the budget that burns in the long range when the alert fires. */
  readonly budgetShare: number;
}

/**
 * Windows and budget shares of the workbook.
 *
 * @see https://sre.google/workbook/alerting-on-slos/#recommended_time_windows_and_burn_rates_f (table 5-8)
 */
export const BURN_RATE_WINDOWS: BurnRateWindow[] = [
  { suffix: 'Fast', severity: AlertSeverity.PAGE, long: FASTEST_BURN.range, short: Duration.minutes(5), budgetShare: FASTEST_BURN.budgetShare },
  { suffix: '', severity: AlertSeverity.PAGE, long: Duration.hours(6), short: Duration.minutes(30), budgetShare: 0.05 },
  { suffix: 'Slow', severity: AlertSeverity.TICKET, long: Duration.days(3), short: Duration.hours(6), budgetShare: 0.1 },
];

/** How many times faster than allowed the budget burns when the alert fires: 14.4, 6 and 1 for 30 days. */
export function burnRateOf(window: BurnRateWindow, sloWindow: Duration): number {
  return burnRate({ budgetShare: window.budgetShare, range: window.long }, sloWindow);
}

/** Without the noise of binary fractions, which would stand in every rule. */
export const round = rounded;
