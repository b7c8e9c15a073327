/**
 * How fast an error budget burns when somebody has to look, and over which two windows that is measured.
 *
 * @see https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts
 */
export interface BurnRateTier {
  /** Whether somebody is woken up. */
  readonly pages: boolean;
  /** How many times faster than the budget allows. */
  readonly factor: number;
  readonly longWindowHours: number;
  /** A twelfth of the long one, so that the alert ends soon after the trouble does. */
  readonly shortWindowHours: number;
}

/** Shares of the budget that the workbook lets burn before an alert, and over how long. */
const TIERS = [
  { pages: true, budgetShare: 0.02, hours: 1 },
  { pages: true, budgetShare: 0.05, hours: 6 },
  { pages: false, budgetShare: 0.1, hours: 72 },
];

/** The shortest objective whose slow tier still means "faster than the budget allows" with windows this long. */
export const SHORTEST_WINDOW_DAYS = 7;

/** The tiers for a budget that is counted over a time: 14.4, 6 and 1 for 30 days, fastest first. */
export function burnRateTiers(windowDays: number): BurnRateTier[] {
  return TIERS.map(({ pages, budgetShare, hours }) => ({
    pages,
    // below 1 the alert would fire while the budget is being kept
    factor: Math.max(1, rounded(budgetShare * windowDays * 24 / hours)),
    longWindowHours: hours,
    shortWindowHours: hours / 12,
  }));
}

/** Without the dust of binary fractions, so that it can stand in a manifest and a message. */
export function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
