import { Aggregation, Binary, Call, Expr, Text } from './ast';
import { CHOOSING, SET_OPERATORS } from './uses';

/** Labels of series; `undefined` where they cannot be known. */
export type Labels = Set<string> | undefined;

/**
 * The labels that the result of an expression can have.
 *
 * @param labelsOf labels of a metric, as far as they are known
 */
export function resultLabels(expr: Expr, labelsOf: (metricName: string) => Labels): Labels {
  const of = (inner: Expr) => resultLabels(inner, labelsOf);
  switch (expr.kind) {
    case 'selector': return expr.metricName === undefined ? undefined : labelsOf(expr.metricName);
    case 'wrapper': return of(expr.inner);
    case 'aggregation': return ofAggregation(expr, of);
    case 'call': return ofCall(expr, of);
    case 'binary': return ofBinary(expr, of);
    default: return new Set();
  }
}

type Of = (expr: Expr) => Labels;

function ofAggregation(expr: Aggregation, of: Of): Labels {
  const below = of(expr.args.at(-1)!);
  if (CHOOSING.includes(expr.operator)) {return below;}
  const { keeps, labels } = expr.grouping ?? { keeps: true, labels: [] };
  const kept = keeps ? new Set(labels.filter((label) => !below || below.has(label))) : minus(below, labels);
  return expr.operator === 'count_values' ? plus(kept, textsOf(expr.args)) : kept;
}

function ofCall(expr: Call, of: Of): Labels {
  const [first, ...rest] = expr.args;
  switch (expr.functionName) {
    case 'label_replace':
    case 'label_join':
      return plus(of(first), textsOf(rest).slice(0, 1));
    case 'histogram_quantile':
      return minus(of(rest[0]), ['le']);
    case 'histogram_quantiles':
      return plus(minus(of(first), ['le']), textsOf(rest));
    case 'absent':
    case 'absent_over_time':
    case 'info':
      // The labels that stand in the filters, or those of the info metric.
      return undefined;
    case 'scalar':
    case 'vector':
      return new Set();
    default:
      return expr.args.map(of).reduce(unionOf, new Set());
  }
}

function ofBinary(expr: Binary, of: Of): Labels {
  const [left, right] = [of(expr.left), of(expr.right)];
  if (expr.operator === 'or') {return unionOf(left, right);}
  if (SET_OPERATORS.includes(expr.operator)) {return left;}
  if (isNumber(expr.left)) {return right;}
  if (isNumber(expr.right)) {return left;}
  if (expr.many === 'left') {return plus(left, expr.included);}
  if (expr.many === 'right') {return plus(right, expr.included);}
  if (!expr.matching) {return left;}
  return expr.matching.keeps ? new Set(expr.matching.labels) : minus(left, expr.matching.labels);
}

/** Whether there is one number instead of series. */
function isNumber(expr: Expr): boolean {
  switch (expr.kind) {
    case 'constant': return true;
    case 'wrapper': return isNumber(expr.inner);
    case 'call': return ['scalar', 'time', 'pi'].includes(expr.functionName);
    case 'binary': return isNumber(expr.left) && isNumber(expr.right);
    default: return false;
  }
}

function textsOf(args: Expr[]): string[] {
  return args.filter((arg): arg is Text => arg.kind === 'text').map((arg) => arg.value);
}

function minus(labels: Labels, dropped: string[]): Labels {
  return labels && new Set([...labels].filter((label) => !dropped.includes(label)));
}

function plus(labels: Labels, added: string[]): Labels {
  return labels && new Set([...labels, ...added]);
}

/** The labels of two results together. */
export function unionOf(one: Labels, other: Labels): Labels {
  return one && other && new Set([...one, ...other]);
}
