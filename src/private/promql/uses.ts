import { Aggregation, Binary, Call, Expr, Selector, Text } from './ast';

/** What an expression needs from the metrics that it selects. */
export interface Needs {
  /** Labels that each metric must have, by name of the metric, or by selector where it names none. */
  readonly labelsOf: Map<string, Set<string>>;
  /** Labels that `without` and `ignoring` take away: harmless where a metric lacks them, a slip where every metric does. */
  readonly takenAway: Set<string>;
}

/** These keep the series that they choose, with all labels. */
export const CHOOSING = ['topk', 'bottomk', 'limitk', 'limit_ratio'];
/** These compare series and keep them as they are. */
export const SET_OPERATORS = ['and', 'or', 'unless'];

/** Follows labels from where they are asked for down to the metrics that must have them. */
export function needsOf(expr: Expr): Needs {
  const needs: Needs = { labelsOf: new Map(), takenAway: new Set() };
  collect(expr, [], needs);
  return needs;
}

function collect(expr: Expr, asked: string[], needs: Needs): void {
  switch (expr.kind) {
    case 'selector': return collectSelector(expr, asked, needs);
    case 'aggregation': return collectAggregation(expr, asked, needs);
    case 'call': return collectCall(expr, asked, needs);
    case 'binary': return collectBinary(expr, asked, needs);
    case 'wrapper': return collect(expr.inner, asked, needs);
    default: return;
  }
}

function collectSelector(selector: Selector, asked: string[], needs: Needs): void {
  const key = selector.metricName ?? selector.source;
  const labels = needs.labelsOf.get(key) ?? new Set();
  for (const label of [...selector.labels, ...asked]) {
    if (label !== '__name__') {labels.add(label);}
  }
  needs.labelsOf.set(key, labels);
}

function collectAggregation(expr: Aggregation, asked: string[], needs: Needs): void {
  const grouped = expr.grouping?.labels ?? [];
  const keeps = expr.grouping?.keeps ?? true;
  if (!keeps) {grouped.forEach((label) => needs.takenAway.add(label));}
  let below: string[];
  if (CHOOSING.includes(expr.operator)) {
    below = keeps ? [...asked, ...grouped] : asked;
  } else {
    below = keeps ? grouped : without(asked, grouped);
  }
  if (expr.operator === 'count_values') {below = without(below, textsOf(expr.args));}
  expr.args.forEach((arg) => collect(arg, below, needs));
}

function collectCall(expr: Call, asked: string[], needs: Needs): void {
  const [first, ...rest] = expr.args;
  switch (expr.functionName) {
    case 'label_replace': {
      const [target, , source] = textsOf(rest);
      return collect(first, [...without(asked, [target]), ...named([source])], needs);
    }
    case 'label_join': {
      const [target, , ...sources] = textsOf(rest);
      return collect(first, [...without(asked, [target]), ...named(sources)], needs);
    }
    case 'sort_by_label':
    case 'sort_by_label_desc':
      return collect(first, [...asked, ...textsOf(rest)], needs);
    case 'histogram_quantile':
      return rest.forEach((arg) => collectBuckets(arg, asked, needs));
    case 'histogram_quantiles':
      return collectBuckets(first, without(asked, textsOf(rest)), needs);
    case 'info':
      // The labels asked for may come from the info metric.
      collect(first, ['instance', 'job'], needs);
      return rest.forEach((arg) => collectInfo(arg as Selector, needs));
    case 'scalar':
    case 'absent':
    case 'absent_over_time':
      return collect(first, [], needs);
    default:
      return expr.args.forEach((arg) => collect(arg, asked, needs));
  }
}

/** Classic buckets are told apart by `le`; a native histogram has no such label. */
function collectBuckets(expr: Expr, asked: string[], needs: Needs): void {
  const own: Needs = { labelsOf: new Map(), takenAway: needs.takenAway };
  collect(expr, [...asked, 'le'], own);
  for (const [metricName, labels] of own.labelsOf) {
    if (!metricName.endsWith('_bucket')) {labels.delete('le');}
    needs.labelsOf.set(metricName, new Set([...needs.labelsOf.get(metricName) ?? [], ...labels]));
  }
}

/** The second argument of `info` names labels of `target_info` unless it names another metric. */
function collectInfo(expr: Selector, needs: Needs): void {
  collectSelector({ ...expr, metricName: expr.metricName ?? 'target_info' }, ['instance', 'job'], needs);
}

function collectBinary(expr: Binary, asked: string[], needs: Needs): void {
  const matched = expr.matching?.labels ?? [];
  const on = expr.matching?.keeps ?? false;
  if (!on) {matched.forEach((label) => needs.takenAway.add(label));}
  const joined = on ? matched : without(asked, matched);

  if (SET_OPERATORS.includes(expr.operator)) {
    const both = on ? [...asked, ...matched] : asked;
    collect(expr.left, both, needs);
    collect(expr.right, expr.operator === 'or' ? both : joined, needs);
  } else if (expr.many) {
    const many = [...joined, ...without(asked, expr.included)];
    const one = [...joined, ...expr.included];
    collect(expr.left, expr.many === 'left' ? many : one, needs);
    collect(expr.right, expr.many === 'left' ? one : many, needs);
  } else {
    collect(expr.left, joined, needs);
    collect(expr.right, joined, needs);
  }
}

function textsOf(args: Expr[]): string[] {
  return args.filter((arg): arg is Text => arg.kind === 'text').map((arg) => arg.value);
}

function named(labels: string[]): string[] {
  return labels.filter((label) => label !== undefined && label !== '');
}

function without(labels: string[], dropped: string[]): string[] {
  return labels.filter((label) => !dropped.includes(label));
}
