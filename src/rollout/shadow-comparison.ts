import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { AgreementGuardrail } from './agreement-guardrail';
import { settingsOf, timingOf } from './analysis-settings';
import { toAnalysisSpec, VERSION_ARGS } from './analysis-spec';
import { GuardrailSubject, IGuardrail } from './guardrail';
import { reportUnanswered } from './guardrail-closure';
import { checkGuardrails } from './guardrail-problems';
import { Guardrail } from './guardrails';
import { ShadowOptions } from './shadow-options';
import { PlatformProfile } from '../core/platform-profile';
import { ServingMetrics } from '../core/serving-metrics';
import { Slo } from '../core/slo';
import { InputProblems } from '../private/input-error';
import { AnalysisTemplate } from '../private/l1/argoproj-rollouts';
import { promDuration } from '../private/prom-duration';
import { MODEL_LABEL } from '../private/series-labels';

/** Who is compared with whom. */
export interface Comparison {
  readonly options: ShadowOptions;
  /** Name under which the shadow's series are watched. */
  readonly shadow: string;
  readonly namespace: string;
  readonly metrics: ServingMetrics;
  readonly slo: Slo;
  readonly platform: PlatformProfile;
}

/** One look at both takes as long as one stage of a canary. */
const DURATION = Duration.minutes(30);

/** What the shadow is asked, with the live model in place of the stable version. */
export function subjectOfShadow({ options, shadow, namespace, metrics }: Comparison): GuardrailSubject {
  const window = promDuration(Duration.seconds(settingsOf(options.analysis).window));
  const of = (model: string) => ({ selector: `${namespace === '' ? '' : `namespace="${namespace}",`}${MODEL_LABEL}="${model}"`, window });
  return { metrics, canary: of(shadow), stable: of(options.live.modelName) };
}

/** The guardrails that were chosen, or those that every shadow should meet, and the agreement of answers where it is known to Prometheus. */
export function guardrailsOf({ options, shadow, metrics, slo }: Comparison): IGuardrail[] {
  const { live, agreement } = options;
  return [
    ...options.guardrails ?? [
      Guardrail.latencyComparedWithStable(slo.latency.percentile, 1.2),
      Guardrail.errorRatioComparedWithStable(0.005),
      ...metrics.predictions ? [Guardrail.scoreDriftBelow(0.2)] : [],
    ],
    ...agreement?.pushgatewayUrl === undefined ? [] : [new AgreementGuardrail(live.modelName, shadow, agreement.atLeast ?? 0.99)],
  ];
}

/** Adds what is wrong with them. */
export function findComparisonProblems(problems: InputProblems, comparison: Comparison): void {
  checkGuardrails(problems, { guardrails: guardrailsOf(comparison), dryRun: [], subject: subjectOfShadow(comparison), endless: false });
}

/** An AnalysisTemplate that needs no arguments: whoever makes an AnalysisRun of it has the verdict. */
export function declareComparison(scope: Construct, comparison: Comparison): ApiObject {
  const { options, platform } = comparison;
  const settings = settingsOf(options.analysis);
  const subject = subjectOfShadow(comparison);
  const guardrails = guardrailsOf(comparison);
  reportUnanswered(scope, guardrails, subject);
  const analysis = { backend: platform.metrics, subject, timing: timingOf(DURATION, settings), options: settings };
  const spec = toAnalysisSpec(scope, { guardrails, dryRun: [], args: {}, analysis });
  // the two are told apart by the names of their models, not by what a rollout passes
  const args = spec.args.filter(({ name }: any) => VERSION_ARGS.every((version) => version.name !== name));
  return new AnalysisTemplate(scope, 'Comparison', { spec: { ...spec, args: args.length > 0 ? args : undefined } });
}
