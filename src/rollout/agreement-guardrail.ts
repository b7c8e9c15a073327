import { GuardrailCheck, IGuardrail } from './guardrail';
import { ExportedMetric, MetricType } from '../core/exported-metric';
import { ExternalMetrics } from '../core/external-metrics';
import { MetricQuery, MetricUnit } from '../core/metric-query';

/** Labels of the group in the Pushgateway. */
const GROUP = ['job', 'model', 'shadow'];

/** Older numbers are of a comparison that did not come again: a day, and half of one for a job that is late. */
const FRESH_SECONDS = 36 * 3600;

/** The share of answers that agree, as `mlops compare` pushed it after its last comparison. No number where that is too old. */
export class AgreementGuardrail implements IGuardrail {
  public readonly guardrailName = 'agreement';

  public constructor(private readonly live: string, private readonly shadow: string, private readonly atLeast: number) {}

  public check(): GuardrailCheck {
    const group = `{job="mlops-compare",model="${this.live}",shadow="${this.shadow}"}`;
    return {
      query: MetricQuery.promql({
        expr: `max(shadow_agreement_ratio${group}) and on () (time() - max(push_time_seconds${group}) < ${FRESH_SECONDS})`,
        title: 'answers that agree',
        unit: MetricUnit.RATIO,
      }),
      condition: `>= ${this.atLeast}`,
      needsTraffic: false,
      external: [ExternalMetrics.declare([gauge('shadow_agreement_ratio', MetricUnit.RATIO), gauge('push_time_seconds', MetricUnit.SECONDS)])],
      measurements: 1,
    };
  }
}

function gauge(name: string, unit: MetricUnit): ExportedMetric {
  return { name, type: MetricType.GAUGE, unit, labels: GROUP };
}
