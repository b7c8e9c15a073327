/** Kind of a value in PromQL. */
export enum ValueType {
  NUMBER = 'a number',
  SERIES = 'series',
  RANGE = 'a range of samples',
  TEXT = 'text',
}

/** What a function takes and gives. */
export interface Signature {
  readonly args: ValueType[];
  /** How many of the arguments at the end may be left out. */
  readonly optional: number;
  /** Whether the last argument may be repeated. */
  readonly repeats: boolean;
  readonly result: ValueType;
}

const TYPES: { [letter: string]: ValueType } = { n: ValueType.NUMBER, s: ValueType.SERIES, r: ValueType.RANGE, t: ValueType.TEXT };

/**
 * Functions by what they take and give: `n` a number, `s` series, `r` a range of samples, `t` text; what may be left out ends with `?`, what
 * may be repeated with `*`. Not listed: series to series, and `<aggregation>_over_time` of a range.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/functions/
 */
const SIGNATURES: { [signature: string]: string[] } = {
  '→n': ['end', 'pi', 'range', 'start', 'step', 'time'],
  'n→s': ['vector'],
  's→n': ['scalar'],
  'r→s': ['changes', 'delta', 'deriv', 'idelta', 'increase', 'irate', 'rate', 'resets'],
  'rn→s': ['predict_linear'],
  'rnn→s': ['double_exponential_smoothing'],
  'nr→s': ['quantile_over_time'],
  'ns→s': ['histogram_quantile'],
  'nns→s': ['histogram_fraction'],
  'stnn*→s': ['histogram_quantiles'],
  's?→s': ['days_in_month', 'day_of_month', 'day_of_week', 'day_of_year', 'hour', 'minute', 'month', 'year'],
  'sn→s': ['clamp_max', 'clamp_min'],
  'sn?→s': ['round'],
  'snn→s': ['clamp'],
  'ss?→s': ['info'],
  'st*→s': ['sort_by_label', 'sort_by_label_desc'],
  'sttt*→s': ['label_join'],
  'stttt→s': ['label_replace'],
};

const byName = new Map(Object.entries(SIGNATURES).flatMap(([written, names]) => names.map((name) => [name, signatureOf(written)] as const)));

/** What a function takes and gives. */
export function signatureOfFunction(functionName: string): Signature {
  return byName.get(functionName) ?? signatureOf(functionName.endsWith('_over_time') ? 'r→s' : 's→s');
}

function signatureOf(written: string): Signature {
  const [args, result] = written.split('→');
  return {
    args: [...args.replace(/[?*]/g, '')].map((letter) => TYPES[letter]),
    optional: /[?*]/.test(args) ? 1 : 0,
    repeats: args.endsWith('*'),
    result: TYPES[result],
  };
}
