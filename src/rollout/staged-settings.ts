import { judgedQuery } from './analysis-metrics';
import { AnalysisSettings, initialDelayOf } from './analysis-settings';
import { JudgedStage } from './canary-analysis';
import { GuardrailSubject, IGuardrail } from './guardrail';
import { StagedObject, StagedTarget } from './staged-serving';
import { MetricsBackend } from '../core/metrics-backend';

/** What the program is told. */
export interface StagedSettings {
  readonly target: StagedTarget;
  readonly namespace?: string;
  readonly guardrails: IGuardrail[];
  readonly stages: JudgedStage[];
  readonly subject: GuardrailSubject;
  readonly settings: AnalysisSettings;
  readonly backend: MetricsBackend;
  readonly readyWithin: number;
}

/** Settings of `mlops stage`, with the queries and conditions that an AnalysisTemplate would have. */
export function stagedSettings(staged: StagedSettings): any {
  const { target, namespace, guardrails, stages, subject, settings, backend, readyWithin } = staged;
  const placeOf = ({ objectName, ...kind }: StagedObject) => ({ ...kind, name: objectName, namespace });
  return {
    subject: target.subject,
    object: placeOf(target.object),
    shares: target.shares,
    ready: target.ready && placeOf(target.ready),
    readyWithin,
    isFirst: target.isFirst,
    guardrails: Object.fromEntries(guardrails.map((guardrail) => {
      const check = guardrail.check(subject);
      // what is not asked all the time is asked when there is something to see
      const seldom = check.measurements === undefined ? {} : { measurements: check.measurements, firstMeasurement: initialDelayOf(settings) };
      return [guardrail.guardrailName, { query: judgedQuery(check, { options: settings, subject }), condition: check.condition, ...seldom }];
    })),
    stages: stages.map(({ weight, duration, timing, guardrails: judges }) => ({
      weight, seconds: duration.toSeconds(), firstMeasurement: timing.initialDelay, guardrails: judges.map(({ guardrailName }) => guardrailName),
    })),
    policy: {
      interval: settings.interval,
      toleratedBreaches: settings.toleratedBreaches,
      onEmpty: settings.onEmpty.meaning,
      patience: settings.onEmpty.patience.toSeconds(),
      unreachable: settings.onUnreachable.patience.toSeconds(),
    },
    prometheus: {
      url: backend.url,
      headers: backend.headers,
      secretHeaders: Object.fromEntries(Object.keys(settings.secretHeaders).map((header) => [header, headerVariable(header)])),
    },
  };
}

/** Variable that holds the secret value of a header. */
export function headerVariable(header: string): string {
  return `PROMETHEUS_HEADER_${header.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
}
