import { GuardrailCheck, GuardrailSubject } from './guardrail';
import { OutputLimits, ScoreDriftOptions } from './guardrail-options';
import { MetricQuery } from '../core/metric-query';
import { PredictionMetrics } from '../core/prediction-metrics';
import { ServingMetrics } from '../core/serving-metrics';
import { InputError, InputProblems } from '../private/input-error';

type Judge = (subject: GuardrailSubject) => GuardrailCheck;

/** One guardrail for each limit that is given. */
export function outputGuardrails(limits: OutputLimits): { name: string; judge: Judge }[] {
  const { min, max, outsideRatioAtMost = 0, nullRatioBelow, constantRatioBelow } = limits;
  checkLimits(limits);
  const hasRange = min !== undefined || max !== undefined;
  return [
    ...hasRange ? [{
      name: 'output-range',
      judge: ({ metrics, canary }: GuardrailSubject) => ({
        query: predictionsOf(metrics).outputOutsideRatio({ min, max }, canary), condition: `<= ${outsideRatioAtMost}`,
      }),
    }] : [],
    ...nullRatioBelow !== undefined ? [{
      name: 'output-nulls',
      judge: ({ metrics, canary }: GuardrailSubject) => ({ query: predictionsOf(metrics).outputNullRatio(canary), condition: `< ${nullRatioBelow}` }),
    }] : [],
    ...constantRatioBelow !== undefined ? [{
      name: 'output-constant',
      judge: ({ metrics, canary }: GuardrailSubject) => ({ query: predictionsOf(metrics).outputConcentration(canary), condition: `< ${constantRatioBelow}` }),
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

function checkLimits({ min, max, outsideRatioAtMost, nullRatioBelow, constantRatioBelow }: OutputLimits): void {
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
  if (constantRatioBelow !== undefined && !(constantRatioBelow > 0.5 && constantRatioBelow < 1)) {
    problems.add('rollout/malformed-constant-ratio',
      `'constantRatioBelow' must be above 0.5 and below 1, got ${constantRatioBelow}; up to one half, nobody can say from buckets which one is the fullest`);
  }
  problems.throwAll();
}
