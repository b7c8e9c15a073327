import { Duration } from 'cdk8s';
import { AnalysisOptions } from './analysis-options';
import { GuardrailCheck, GuardrailSubject, IGuardrail } from './guardrail';
import { AfterPatience, NoData } from './no-data';
import { Unreachable } from './unreachable';
import { MetricsBackend } from '../core/metrics-backend';
import { InputError } from '../private/input-error';

/** Argo Rollouts asks again after an error, whatever the interval of the metric. */
const ERROR_RETRY_SECONDS = 10;

/** What the measurements of one stage have in common. */
export interface StageAnalysis {
  readonly backend: MetricsBackend;
  readonly subject: GuardrailSubject;
  readonly timing: StageTiming;
  readonly options: AnalysisSettings;
}

/** Options with their defaults, in the unit that Argo Rollouts reads. */
export interface AnalysisSettings {
  readonly interval: number;
  readonly window: number;
  readonly scrapeInterval: number;
  readonly toleratedBreaches: number;
  readonly minimumRequests: number;
  readonly onEmpty: NoData;
  readonly onUnreachable: Unreachable;
}

/** When a stage is measured, in seconds. */
export interface StageTiming {
  readonly initialDelay: number;
  readonly interval: number;
  readonly count: number;
}

export function settingsOf(options: AnalysisOptions = {}): AnalysisSettings {
  return {
    interval: options.interval?.toSeconds() ?? 60,
    window: options.window?.toSeconds() ?? 300,
    scrapeInterval: options.scrapeInterval?.toSeconds() ?? 30,
    toleratedBreaches: options.toleratedBreaches ?? 0,
    minimumRequests: options.minimumRequests ?? 20,
    onEmpty: options.onEmpty ?? NoData.pause({ upTo: Duration.minutes(10), then: AfterPatience.WAIT }),
    onUnreachable: options.onUnreachable ?? Unreachable.abortAfter(Duration.minutes(2)),
  };
}

/**
 * Measurements that fill a stage. The first one waits until the window holds nothing of the stage before and one scrape more.
 *
 * @throws if the stage ends before it can be measured
 */
export function timingOf(stage: Duration, settings: AnalysisSettings): StageTiming {
  const initialDelay = settings.window + settings.scrapeInterval;
  const count = Math.floor((stage.toSeconds() - initialDelay) / settings.interval) + 1;
  if (count < 1) {
    throw new InputError('rollout/stage-too-short',
      `a stage of ${stage.toSeconds()}s ends before it can be measured: window (${settings.window}s) and scrape interval (${settings.scrapeInterval}s) ` +
      `have to pass first; make the stage last at least ${initialDelay}s, or the window shorter`);
  }
  return { initialDelay, interval: settings.interval, count };
}

/** The metrics of an AnalysisTemplate for one guardrail. */
export function toAnalysisMetrics(guardrail: IGuardrail, analysis: StageAnalysis): any[] {
  const { options, timing } = analysis;
  const check = guardrail.check(analysis.subject);
  const query = withTraffic(check, analysis);
  const tolerated = Math.min(options.toleratedBreaches, timing.count - 1);
  const patience = Math.min(Math.floor(options.onEmpty.patience.toSeconds() / timing.interval), timing.count - 1);
  const common = {
    interval: `${timing.interval}s`,
    initialDelay: `${timing.initialDelay}s`,
    count: timing.count,
    consecutiveErrorLimit: Math.ceil(options.onUnreachable.patience.toSeconds() / ERROR_RETRY_SECONDS),
  };
  const metric = {
    name: guardrail.guardrailName,
    ...common,
    ...conditions(check.condition, options.onEmpty),
    failureLimit: tolerated,
    inconclusiveLimit: options.onEmpty.afterPatience === AfterPatience.ABORT ? timing.count - 1 : patience,
    provider: prometheus(analysis.backend, query),
  };
  const abortsWithoutData = options.onEmpty.meaning === 'pause' && options.onEmpty.afterPatience === AfterPatience.ABORT;
  return abortsWithoutData ? [metric, {
    name: `${guardrail.guardrailName}-data`,
    ...common,
    successCondition: 'result[0] > 0',
    failureLimit: patience,
    provider: prometheus(analysis.backend, `count(${query}) or vector(0)`),
  }] : [metric];
}

/**
 * Both conditions are guarded: one alone would call a measurement without data a failure, and `result[0]` of an empty vector is an error.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#handling-metric-results
 */
function conditions(condition: string, onEmpty: NoData): any {
  const holds = `result[0] ${condition}`;
  const isThere = 'len(result) > 0 && !isNaN(result[0])';
  switch (onEmpty.meaning) {
    case 'pass': return { successCondition: `len(result) == 0 || isNaN(result[0]) || ${holds}` };
    case 'fail': return { successCondition: `${isThere} && ${holds}` };
    default: return { successCondition: `${isThere} && ${holds}`, failureCondition: `${isThere} && !(${holds})` };
  }
}

/** The number, where enough requests stand behind it. */
function withTraffic(check: GuardrailCheck, { options, subject }: StageAnalysis): string {
  if (check.needsTraffic === false || options.minimumRequests === 0) {return check.query.expr;}
  const requests = subject.metrics.throughput(subject.canary);
  return `(${check.query.expr}) and on () ((${requests.expr}) * ${options.window} >= ${options.minimumRequests})`;
}

function prometheus(backend: MetricsBackend, query: string): any {
  const headers = Object.entries(backend.headers).map(([key, value]) => ({ key, value }));
  return { prometheus: { address: backend.url, query, timeout: 20, headers: headers.length > 0 ? headers : undefined } };
}
