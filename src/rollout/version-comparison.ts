import { MetricQuery, MetricUnit } from '../core/metric-query';

/** How many times the number of the version that serves. Two aggregates of all pods have no labels, so they meet without a word. */
export function quotient(canary: MetricQuery, stable: MetricQuery): MetricQuery {
  return MetricQuery.promql({ expr: `(${canary.expr}) / ((${stable.expr}) > 0)`, title: `${canary.title}, in times of the stable version's`, unit: MetricUnit.NONE });
}

/** How much above the number of the version that serves. */
export function difference(canary: MetricQuery, stable: MetricQuery): MetricQuery {
  return MetricQuery.promql({ expr: `(${canary.expr}) - (${stable.expr})`, title: `${canary.title}, above the stable version's`, unit: canary.unit });
}
