import { Expr } from './ast';
import { standIn } from './grafana';
import { parsePromql } from './parse';
import { shapeOf, withoutComments } from './shape';
import { requireNumber } from './types';
import { Needs, needsOf } from './uses';

/** An expression, read. */
export interface PromqlAnalysis {
  readonly expr: Expr;
  readonly needs: Needs;
}

/** More shapes than a library of questions has; an app whose metrics are named after its models must not fill the memory. */
const SHAPES = 2000;

const byShape = new Map<string, PromqlAnalysis>();

/**
 * Reads an expression and what it needs; cheap for one that differs from an earlier one in nothing but the values that it filters for.
 *
 * @throws PromqlSyntaxError
 */
export function analysePromql(expr: string): PromqlAnalysis {
  const text = withoutComments(standIn(expr));
  const shape = shapeOf(text);
  const known = byShape.get(shape);
  if (known) {return known;}
  const expression = parsePromql(text);
  requireNumber(expression);
  const analysis = { expr: expression, needs: needsOf(expression) };
  // A selector without a metric is known by its text, values included.
  if (![...analysis.needs.labelsOf.keys()].some((name) => name.startsWith('{'))) {remember(shape, analysis);}
  return analysis;
}

function remember(shape: string, analysis: PromqlAnalysis): void {
  if (byShape.size >= SHAPES) {byShape.clear();}
  byShape.set(shape, analysis);
}
