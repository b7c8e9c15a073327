import { AnalysisSettings, AnalysisTiming, initialDelayOf } from './analysis-settings';
import { GuardrailCheck, GuardrailSubject, IGuardrail } from './guardrail';
import { STABLE_HASH } from './guardrail-subject';
import { AfterPatience, NoData } from './no-data';
import { MetricsBackend } from '../core/metrics-backend';

/** Argo Rollouts asks again after an error, whatever the interval of the metric. */
const ERROR_RETRY_SECONDS = 10;

/** What the measurements of one analysis have in common. */
export interface Analysis {
  readonly backend: MetricsBackend;
  readonly subject: GuardrailSubject;
  readonly timing: AnalysisTiming;
  readonly options: AnalysisSettings;
}

/** The metrics of an AnalysisTemplate for one guardrail. */
export function toAnalysisMetrics(guardrail: IGuardrail, analysis: Analysis): any[] {
  const { options, subject } = analysis;
  const check = guardrail.check(subject);
  const timing = { ...analysis.timing, count: check.measurements ?? analysis.timing.count };
  const { count, interval } = timing;
  // what is not asked all the time is asked when there is something to see
  const initialDelay = check.measurements === undefined ? timing.initialDelay : initialDelayOf(options);
  const atMost = (wanted: number) => (count === undefined ? wanted : Math.min(wanted, count - 1));
  const patience = atMost(Math.floor(options.onEmpty.patience.toSeconds() / interval));
  const common = {
    interval: count === 1 && check.measurements === 1 ? undefined : `${interval}s`,
    initialDelay: initialDelay > 0 ? `${initialDelay}s` : undefined,
    count,
    consecutiveErrorLimit: Math.ceil(options.onUnreachable.patience.toSeconds() / ERROR_RETRY_SECONDS),
  };
  const abortsWithoutData = options.onEmpty.meaning === 'pause' && options.onEmpty.afterPatience === AfterPatience.ABORT;
  const metric = {
    name: guardrail.guardrailName,
    ...common,
    ...conditions(check, options.onEmpty),
    failureLimit: atMost(options.toleratedBreaches),
    // where missing data aborts, the metric beside this one says when
    inconclusiveLimit: options.onEmpty.afterPatience === AfterPatience.ABORT ? (count === undefined ? 2 * patience + 10 : count - 1) : patience,
    provider: providerOf(check, analysis),
  };
  return abortsWithoutData && check.condition !== undefined ? [metric, {
    name: dataMetricName(guardrail),
    ...common,
    successCondition: check.query ? 'result[0] > 0' : '!isNil(result)',
    failureLimit: patience,
    provider: check.query ? prometheus(analysis, `count((${judgedQuery(check, analysis)}) >= -Inf) or vector(0)`) : check.provider,
  }] : [metric];
}

/** Name of the metric that counts measurements without data. */
export function dataMetricName(guardrail: IGuardrail): string {
  return `${guardrail.guardrailName}-data`;
}

/**
 * Both conditions are guarded: one alone would call a measurement without data a failure, and `result[0]` of an empty vector is an error.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#handling-metric-results
 */
function conditions(check: GuardrailCheck, onEmpty: NoData): any {
  if (check.condition === undefined) {return {};}
  const { value, isThere, isMissing } = resultOf(check);
  const holds = `${value} ${check.condition}`;
  switch (onEmpty.meaning) {
    case 'pass': return { successCondition: `${isMissing} || ${holds}` };
    case 'fail': return { successCondition: `${isThere} && ${holds}` };
    default: return { successCondition: `${isThere} && ${holds}`, failureCondition: `${isThere} && !(${holds})` };
  }
}

/** Prometheus answers a list of numbers, other providers one value. */
function resultOf({ query, condition }: GuardrailCheck): { value: string; isThere: string; isMissing: string } {
  if (query) {
    return { value: 'result[0]', isThere: 'len(result) > 0 && !isNaN(result[0])', isMissing: 'len(result) == 0 || isNaN(result[0])' };
  }
  const isNumber = /[0-9]$/.test(condition!);
  return { value: isNumber ? 'asFloat(result)' : 'result', isThere: '!isNil(result)', isMissing: 'isNil(result)' };
}

function providerOf(check: GuardrailCheck, analysis: Analysis): any {
  return check.query ? prometheus(analysis, judgedQuery(check, analysis)) : check.provider;
}

/** The number, where enough requests stand behind it: those of the new version, and of the other where the two are compared. */
export function judgedQuery(check: GuardrailCheck, { options, subject }: Pick<Analysis, 'options' | 'subject'>): string {
  const { expr } = check.query!;
  if (check.needsTraffic === false || options.minimumRequests === 0) {return expr;}
  const compares = expr.includes(STABLE_HASH) || expr.includes(subject.stable.selector);
  const versions = compares ? [subject.canary, subject.stable] : [subject.canary];
  const enough = versions.map((version) => `((${subject.metrics.throughput(version).expr}) * ${options.window} >= ${options.minimumRequests})`);
  return [`(${expr})`, ...enough].join(' and on () ');
}

function prometheus({ backend, options }: Analysis, query: string): any {
  const headers = [
    ...Object.entries(backend.headers).map(([key, value]) => ({ key, value })),
    ...Object.keys(options.secretHeaders).map((key) => ({ key, value: `{{args.${headerArg(key)}}}` })),
  ];
  return { prometheus: { address: backend.url, query, timeout: 20, headers: headers.length > 0 ? headers : undefined } };
}

/** Name of the argument that holds the secret value of a header of the metrics backend. */
export function headerArg(header: string): string {
  return `prometheus-${header.toLowerCase()}`;
}
