import { GuardrailCheck, GuardrailSubject } from './guardrail';
import { OutputLimits, ScoreDriftOptions } from './guardrail-options';
import { difference } from './version-comparison';
import { MetricQuery } from '../core/metric-query';
import { PredictionMetrics } from '../core/prediction-metrics';
import { MetricScope } from '../core/request-metrics';
import { ServingMetrics } from '../core/serving-metrics';
import { InputError, InputProblems } from '../private/input-error';

type Judge = (subject: GuardrailSubject) => GuardrailCheck;

interface Share {
  readonly name: string;
  readonly condition: string;
  readonly of: (predictions: PredictionMetrics, scope: MetricScope) => MetricQuery;
}

/** One guardrail for each limit that is given. */
export function outputGuardrails(limits: OutputLimits): { name: string; judge: Judge }[] {
  checkLimits(limits);
  return sharesOf(limits).map(({ name, condition, of }) => (limits.comparedWithStable ? {
    name: `${name}-compared`,
    judge: ({ metrics, canary, stable }) => {
      const predictions = predictionsOf(metrics);
      return { query: difference(of(predictions, canary), of(predictions, stable)), condition };
    },
  } : {
    name,
    judge: ({ metrics, canary }) => ({ query: of(predictionsOf(metrics), canary), condition }),
  }));
}

function sharesOf({ min, max, outsideRatioAtMost = 0, nullRatioBelow, constantRatioBelow }: OutputLimits): Share[] {
  const hasRange = min !== undefined || max !== undefined;
  return [
    ...hasRange ? [{
      name: 'output-range',
      condition: `<= ${outsideRatioAtMost}`,
      of: (predictions: PredictionMetrics, scope: MetricScope) => predictions.outputOutsideRatio({ min, max }, scope),
    }] : [],
    ...nullRatioBelow !== undefined ? [{
      name: 'output-nulls',
      condition: `< ${nullRatioBelow}`,
      of: (predictions: PredictionMetrics, scope: MetricScope) => predictions.outputNullRatio(scope),
    }] : [],
    ...constantRatioBelow !== undefined ? [{
      name: 'output-constant',
      condition: `< ${constantRatioBelow}`,
      of: (predictions: PredictionMetrics, scope: MetricScope) => predictions.outputConcentration(scope),
    }] : [],
  ];
}

/**
 * Chance alone exceeds a distance d between two samples of n and m in one of a thousand cases when n * m / (n + m) is ln(2000) / 2 divided by the
 * square of d; with fewer, good versions would be sent back.
 *
 * @see https://en.wikipedia.org/wiki/Kolmogorov%E2%80%93Smirnov_test#Two-sample_Kolmogorov%E2%80%93Smirnov_test
 */
export function scoreDrift(distance: number, options: ScoreDriftOptions): Judge {
  if (!(distance > 0 && distance < 1)) {
    throw new InputError('rollout/malformed-distance', `'distance' must be between 0 and 1, got ${distance}; it is the largest difference of two shares`);
  }
  const enough = options.minimumOutputs ?? Math.ceil(Math.log(2000) / 2 / distance ** 2);
  return ({ metrics, canary, stable }) => {
    const predictions = predictionsOf(metrics);
    const [drift, outputs] = [predictions.outputDistance(canary, stable), predictions.outputsCompared(canary, stable)];
    return {
      query: MetricQuery.promql({ expr: `${drift.expr} and on () (${outputs.expr} >= ${enough})`, title: drift.title, unit: drift.unit }),
      condition: `< ${distance}`,
      // it counts outputs itself
      needsTraffic: false,
    };
  };
}

function predictionsOf(metrics: ServingMetrics): PredictionMetrics {
  if (!metrics.predictions) {
    throw new InputError('rollout/no-prediction-metrics',
      'outputs cannot be judged: neither the server nor an exporter beside it tells them; use ServingMetrics.withPredictions() or a PredictionExporter');
  }
  return metrics.predictions;
}

function checkLimits({ min, max, outsideRatioAtMost, nullRatioBelow, constantRatioBelow, comparedWithStable = false }: OutputLimits): void {
  const problems = new InputProblems();
  if (min === undefined && max === undefined && nullRatioBelow === undefined && constantRatioBelow === undefined) {
    problems.add('rollout/no-output-limit', "'limits' must hold at least one of 'min', 'max', 'nullRatioBelow' and 'constantRatioBelow', got none");
  }
  if (min !== undefined && max !== undefined && min >= max) {
    problems.add('rollout/empty-output-range', `'min' must lie below 'max', got ${min} and ${max}`);
  }
  if (outsideRatioAtMost !== undefined && !(outsideRatioAtMost >= 0 && outsideRatioAtMost < 1)) {
    problems.add('rollout/malformed-outside-ratio', `'outsideRatioAtMost' must be at least 0 and below 1, got ${outsideRatioAtMost}`);
  }
  if (nullRatioBelow !== undefined && !(nullRatioBelow > 0 && nullRatioBelow < 1)) {
    problems.add('rollout/malformed-null-ratio', `'nullRatioBelow' must be between 0 and 1, got ${nullRatioBelow}`);
  }
  if (constantRatioBelow !== undefined && comparedWithStable && !(constantRatioBelow > 0 && constantRatioBelow < 1)) {
    problems.add('rollout/malformed-constant-excess', `'constantRatioBelow' must be between 0 and 1 where it is compared with stable, got ${constantRatioBelow}`);
  }
  if (constantRatioBelow !== undefined && !comparedWithStable && !(constantRatioBelow > 0.5 && constantRatioBelow < 1)) {
    problems.add('rollout/malformed-constant-ratio',
      `'constantRatioBelow' must be above 0.5 and below 1, got ${constantRatioBelow}; up to one half, nobody can say from buckets which one is the fullest`);
  }
  problems.throwAll();
}
