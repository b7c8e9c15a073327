import { Aggregation, Binary, Call, Expr, Form, Located, Selector, Wrapper } from './ast';
import { signatureOfFunction, ValueType } from './functions';
import { PromqlSyntaxError } from './syntax-error';
import { SET_OPERATORS } from './uses';

const { NUMBER, SERIES, RANGE, TEXT } = ValueType;
const COMPARISONS = ['==', '!=', '>', '<', '>=', '<='];
const PARAMETERS: { [operator: string]: ValueType } = {
  topk: NUMBER, bottomk: NUMBER, quantile: NUMBER, limitk: NUMBER, limit_ratio: NUMBER, count_values: TEXT,
};

/**
 * Refuses what Prometheus' grammar reads and Prometheus refuses: `rate(a)` without a range, `topk(a)` without a number, `1 == 1`.
 *
 * @throws PromqlSyntaxError
 */
export function requireNumber(expr: Expr): void {
  const type = typeOf(expr);
  if (type === RANGE || type === TEXT) {
    throw new PromqlSyntaxError(`${type} where a number or series belong`, expr.at);
  }
}

function typeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'selector': return ofSelector(expr);
    case 'wrapper': return ofWrapper(expr);
    case 'aggregation': return ofAggregation(expr);
    case 'call': return ofCall(expr);
    case 'binary': return ofBinary(expr);
    case 'text': return TEXT;
    case 'constant': return NUMBER;
  }
}

function ofSelector(expr: Selector): ValueType {
  if (expr.matchesEmpty) {refuse(expr, 'a selector that selects everything');}
  return SERIES;
}

function ofWrapper(expr: Wrapper): ValueType {
  const type = typeOf(expr.inner);
  switch (expr.form) {
    case Form.RANGE:
      if (isComputed(expr.inner)) {refuse(expr, 'a range of what is computed, which is a subquery and written with a colon, such as [5m:],');}
      return RANGE;
    case Form.SUBQUERY:
      if (type !== SERIES) {refuse(expr, `a subquery of ${type}`);}
      return RANGE;
    case Form.MOVED:
      if (isComputed(expr.inner)) {refuse(expr, "'offset' or '@' behind what is computed; it belongs behind the selector,");}
      return type;
    case Form.SIGN:
      if (type === RANGE || type === TEXT) {refuse(expr, `a sign before ${type}`);}
      return type;
    default:
      return type;
  }
}

/** An operation is left out, because the grammar binds a range or an offset to all of it instead of to its last operand. */
function isComputed(expr: Expr): boolean {
  return expr.kind !== 'selector' && expr.kind !== 'binary' && !(expr.kind === 'wrapper' && expr.form !== Form.PARENTHESES);
}

function ofAggregation(expr: Aggregation): ValueType {
  const parameter = PARAMETERS[expr.operator];
  const expected = parameter ? [parameter, SERIES] : [SERIES];
  requireCount(expr, expr.operator, expr.args.length, expected.length, expected.length);
  expr.args.forEach((arg, i) => requireType(arg, expected[i], expr.operator));
  return SERIES;
}

function ofCall(expr: Call): ValueType {
  const { args, optional, repeats, result } = signatureOfFunction(expr.functionName);
  requireCount(expr, expr.functionName, expr.args.length, args.length - optional, repeats ? Infinity : args.length);
  if (expr.functionName === 'info' && expr.args[1]) {
    requireType(expr.args[0], SERIES, 'info');
    if (expr.args[1].kind !== 'selector' || !expr.args[1].source.startsWith('{')) {refuse(expr.args[1], 'something else where info() takes labels in braces');}
    return result;
  }
  expr.args.forEach((arg, i) => requireType(arg, args[Math.min(i, args.length - 1)], expr.functionName));
  return result;
}

function ofBinary(expr: Binary): ValueType {
  const { operator, matching } = expr;
  const types = [expr.left, expr.right].map((side) => {
    const type = typeOf(side);
    if (type === RANGE || type === TEXT) {refuse(side, `${type} beside '${operator}'`);}
    return type;
  });
  const isComparison = COMPARISONS.includes(operator);
  const isSet = SET_OPERATORS.includes(operator);
  const ofNumbers = types.every((type) => type === NUMBER);
  if (expr.bool && !isComparison) {refuse(expr, `'bool' behind '${operator}', which compares nothing,`);}
  if (ofNumbers && isComparison && !expr.bool) {refuse(expr, `two numbers compared without 'bool' behind '${operator}'`);}
  if (types.includes(NUMBER)) {
    if (isSet) {refuse(expr, `a number beside '${operator}'`);}
    if (matching && matching.labels.length > 0) {refuse(expr, `labels to join a number by, beside '${operator}',`);}
  }
  if (isSet && expr.many) {refuse(expr, `'group_${expr.many}' beside '${operator}', which joins many to many,`);}
  const twice = matching?.keeps ? expr.included.find((label) => matching.labels.includes(label)) : undefined;
  if (twice !== undefined) {refuse(expr, `the label '${twice}' both joined on and copied`);}
  return ofNumbers ? NUMBER : SERIES;
}

function requireType(arg: Expr, expected: ValueType, callee: string): void {
  const type = typeOf(arg);
  if (type !== expected) {refuse(arg, `${type} where ${callee}() takes ${expected}`);}
}

function requireCount(expr: Expr, callee: string, count: number, least: number, most: number): void {
  if (count >= least && count <= most) {return;}
  const takes = most === Infinity ? `at least ${least}` : least === most ? `${least}` : `${least} or ${most}`;
  refuse(expr, `${count} argument${count === 1 ? '' : 's'} where ${callee}() takes ${takes}`);
}

function refuse(part: Located, problem: string): never {
  throw new PromqlSyntaxError(problem, part.at);
}
