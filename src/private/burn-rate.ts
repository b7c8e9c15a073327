import { Duration } from 'cdk8s';

/**
 * The fastest alert on a budget: 2 % of it within an hour.
 *
 * @see https://sre.google/workbook/alerting-on-slos/#recommended_time_windows_and_burn_rates_f (table 5-8)
 */
export const FASTEST_BURN = { budgetShare: 0.02, range: Duration.hours(1) };

/**
 * How many times faster than allowed a budget burns when a share of it burns within a range: 14.4, 6 and 1 for the workbook's tiers and 30
 * days. The same share of a smaller budget is a lower rate; a rate below 1 is within the promise, so it is never the limit.
 */
export function burnRate(burn: { budgetShare: number; range: Duration }, window: Duration): number {
  return rounded(Math.max(1, burn.budgetShare * milliseconds(window) / milliseconds(burn.range)));
}

/** Without the noise of binary fractions, which would stand in every rule and message. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

function milliseconds(duration: Duration): number {
  return duration.toMilliseconds({ integral: false });
}
