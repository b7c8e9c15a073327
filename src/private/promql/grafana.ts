/**
 * Variables that only Grafana knows, and a duration or number in their place.
 *
 * @see https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
 */
const STAND_INS: { [name: string]: string } = {
  __rate_interval_ms: '300000',
  __rate_interval: '5m',
  __interval_ms: '60000',
  __interval: '1m',
  __range_ms: '3600000',
  __range_s: '3600',
  __range: '1h',
};

const VARIABLE = /\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g;

/** Whether only Grafana can evaluate the expression. */
export function hasGrafanaVariables(expr: string): boolean {
  return standIn(expr) !== expr;
}

/** The expression with stand-ins, padded so that positions stay what they were. */
export function standIn(expr: string): string {
  return replaceVariables(expr, (name, written) => STAND_INS[name].padEnd(written.length));
}

/** The expression with a window of its own, as rules and analyses need it. */
export function withWindow(expr: string, window: string): string {
  return replaceVariables(expr, (name) => (name.endsWith('ms') || name.endsWith('_s') ? STAND_INS[name] : window));
}

function replaceVariables(expr: string, replacement: (name: string, written: string) => string): string {
  if (!expr.includes('$')) {return expr;}
  return expr.replace(VARIABLE, (written: string, braced?: string, plain?: string) => {
    const name = (braced ?? plain)!;
    return name in STAND_INS ? replacement(name, written) : written;
  });
}
