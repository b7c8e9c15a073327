import { Duration } from 'cdk8s';
import { AnalysisOptions } from './analysis-options';
import { AfterPatience, NoData } from './no-data';
import { Unreachable } from './unreachable';
import { SecretRef } from '../core/secret-ref';
import { InputError, InputProblems } from '../private/input-error';
import { wholeSeconds } from '../private/whole-units';

/** Options with their defaults, in the unit that Argo Rollouts reads. */
export interface AnalysisSettings {
  readonly interval: number;
  readonly window: number;
  readonly scrapeInterval: number;
  readonly toleratedBreaches: number;
  readonly minimumRequests: number;
  readonly onEmpty: NoData;
  readonly onUnreachable: Unreachable;
  readonly secretHeaders: { [header: string]: SecretRef };
  readonly measurementRetention?: number;
}

/** When it is measured, in seconds. Without a count until somebody ends it. */
export interface AnalysisTiming {
  readonly initialDelay: number;
  readonly interval: number;
  readonly count?: number;
}

export function settingsOf(options: AnalysisOptions = {}): AnalysisSettings {
  return {
    interval: secondsOf(options.interval) ?? 60,
    window: secondsOf(options.window) ?? 300,
    scrapeInterval: secondsOf(options.scrapeInterval) ?? 30,
    toleratedBreaches: options.toleratedBreaches ?? 0,
    minimumRequests: options.minimumRequests ?? 20,
    onEmpty: options.onEmpty ?? NoData.pause({ upTo: Duration.minutes(10), then: AfterPatience.WAIT }),
    onUnreachable: options.onUnreachable ?? Unreachable.abortAfter(Duration.minutes(2)),
    secretHeaders: options.secretHeaders ?? {},
    measurementRetention: options.measurementRetention,
  };
}

function secondsOf(duration: Duration | undefined): number | undefined {
  return duration && wholeSeconds(duration).toSeconds();
}

/** Adds what is wrong with the numbers of an analysis; Argo Rollouts refuses some of it when it is too late. */
export function checkSettings(problems: InputProblems, settings: AnalysisSettings): void {
  const { interval, window, scrapeInterval, toleratedBreaches, minimumRequests, measurementRetention } = settings;
  if (interval < 1) {
    problems.add('rollout/malformed-interval', `'interval' must be at least a second, got ${interval}s`);
  }
  if (window < 2 * scrapeInterval) {
    problems.add('rollout/window-below-scrapes',
      `'window' (${window}s) must hold at least two scrapes of ${scrapeInterval}s, as a rate is taken between two of them; make it longer, best four scrapes long`);
  }
  if (!Number.isInteger(toleratedBreaches) || toleratedBreaches < 0) {
    problems.add('rollout/malformed-tolerance', `'toleratedBreaches' must be a whole number of at least 0, got ${toleratedBreaches}`);
  }
  if (!(minimumRequests >= 0)) {
    problems.add('rollout/malformed-minimum-requests', `'minimumRequests' must be at least 0, got ${minimumRequests}; 0 judges whatever there is`);
  }
  if (measurementRetention !== undefined && (!Number.isInteger(measurementRetention) || measurementRetention < 1)) {
    problems.add('rollout/malformed-retention', `'measurementRetention' must be a whole number of at least 1, got ${measurementRetention}`);
  }
}

/** The first measurement waits until the window holds nothing of the stage before, and one scrape more. */
export function initialDelayOf(settings: AnalysisSettings): number {
  return settings.window + settings.scrapeInterval;
}

/**
 * Measurements that fill a stage.
 *
 * @throws if the stage ends before it can be measured
 */
export function timingOf(stage: Duration, settings: AnalysisSettings): Required<AnalysisTiming> {
  const initialDelay = initialDelayOf(settings);
  const count = Math.floor((stage.toSeconds() - initialDelay) / settings.interval) + 1;
  if (!(count >= 1)) {
    throw new InputError('rollout/stage-too-short',
      `a stage of ${stage.toSeconds()}s ends before it can be measured: window (${settings.window}s) and scrape interval (${settings.scrapeInterval}s) ` +
      `have to pass first; make the stage last at least ${initialDelay}s, or the window shorter`);
  }
  return { initialDelay, interval: settings.interval, count };
}

/**
 * Measurements of a stage that follows another one: they go on without a break, since a breach is one whatever the share of the requests was when it
 * began. The last of them see nothing of the stage before.
 *
 * @throws if the stage ends before a window of its own can be measured
 */
export function laterTimingOf(stage: Duration, settings: AnalysisSettings): Required<AnalysisTiming> {
  const { interval } = timingOf(stage, settings);
  return { initialDelay: 0, interval, count: Math.floor(stage.toSeconds() / interval) + 1 };
}

/** Measurements until somebody ends them. */
export function endlessTiming(settings: AnalysisSettings): AnalysisTiming {
  return { initialDelay: initialDelayOf(settings), interval: settings.interval };
}
