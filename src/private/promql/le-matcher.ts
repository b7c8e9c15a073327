/**
 * Matches one bucket however its bound is written: exporters write `1`, `1.0` or `1e+06`, and Prometheus 3 rewrites them when it scrapes.
 *
 * @see https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values
 */
export function leMatcher(bound: number): string {
  const plain = plainDecimal(bound);
  const spellings = [plain, ...(Number.isInteger(bound) ? [`${plain}.0`] : []), ...scientific(bound)];
  return spellings.length === 1 ? `le="${spellings[0]}"` : `le=~"${spellings.map(escape).join('|')}"`;
}

function plainDecimal(bound: number): string {
  return /e/.test(String(bound)) ? bound.toFixed(20).replace(/\.?0+$/, '') : String(bound);
}

/** As Go's shortest form writes it: an exponent of two digits from 1e+06 on and below 1e-04. */
function scientific(bound: number): string[] {
  const [digits, exponent] = bound.toExponential().split('e');
  const power = Number(exponent);
  if (bound === 0 || (power >= -4 && power < 6)) {return [];}
  return [`${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`];
}

/** The backslash is doubled, because the pattern stands in a string of PromQL. */
function escape(spelling: string): string {
  return spelling.replace(/[.+]/g, '\\\\$&');
}
