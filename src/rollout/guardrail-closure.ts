import { Construct } from 'constructs';
import { GuardrailSubject, IGuardrail } from './guardrail';
import { ExternalMetrics } from '../core/external-metrics';
import { Findings, FindingSeverity } from '../core/findings';
import { MetricClosure } from '../core/metric-closure';
import { MODEL_LABEL, TARGET_LABEL_KEYS } from '../private/series-labels';

/** A guardrail on a number that nobody exports would wait for it at every stage. */
export function reportUnanswered(construct: Construct, guardrails: IGuardrail[], subject: GuardrailSubject): void {
  Findings.of(construct).addSource({
    findings: () => guardrails.flatMap((guardrail) => {
      const { query, external = [] } = guardrail.check(subject);
      const closure = MetricClosure.of({
        scraped: [{ metrics: subject.metrics.exported, podTargetLabels: TARGET_LABEL_KEYS, addedLabels: [MODEL_LABEL] }],
        external: [ExternalMetrics.kubernetes(), ...external],
      });
      return (query ? closure.gapsOf(query) : []).map(({ ruleId, message, remedy }) => ({
        ruleId, severity: FindingSeverity.ERROR, message: `guardrail '${guardrail.guardrailName}': ${message}`, remedy, path: construct.node.path,
      }));
    }),
  });
}
