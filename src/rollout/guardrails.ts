import { Duration } from 'cdk8s';
import { GuardrailCheck, GuardrailSubject, IGuardrail } from './guardrail';
import { MetricQuery, MetricUnit } from '../core/metric-query';
import { Slo } from '../core/slo';
import { InputError } from '../private/input-error';

/** What a new version must meet at every stage: the menu. */
export abstract class Guardrail implements IGuardrail {
  /**
   * A share of the requests to the new version stays below a latency.
   *
   * @param percentile share of the requests, in percent, such as 99
   * @param below latency that they stay below
   */
  public static latencyBelow(percentile: number, below: Duration): Guardrail {
    return new Judged(`latency-p${nameOf(percentile)}`, ({ metrics, canary }) => ({
      query: metrics.latency(percentile, canary), condition: `< ${below.toMilliseconds() / 1000}`,
    }));
  }

  /**
   * The latency of the new version stays within a multiple of that of the version that serves, at the same time.
   *
   * @param percentile share of the requests, in percent, such as 99
   * @param atMost such as 1.2 for a fifth more
   */
  public static latencyComparedWithStable(percentile: number, atMost: number): Guardrail {
    requireFactor(atMost);
    return new Judged(`latency-p${nameOf(percentile)}-compared`, ({ metrics, canary, stable }) => ({
      query: quotient(metrics.latency(percentile, canary), metrics.latency(percentile, stable)), condition: `<= ${atMost}`,
    }));
  }

  /**
   * The share of failed requests stays below a ratio.
   *
   * @param ratio between 0 and 1, such as 0.01
   */
  public static errorRatioBelow(ratio: number): Guardrail {
    requireRatio(ratio);
    return new Judged('error-ratio', ({ metrics, canary }) => ({ query: metrics.errorRatio(canary), condition: `< ${ratio}` }));
  }

  /**
   * The share of failed requests exceeds that of the version that serves by no more than a ratio, at the same time.
   *
   * @param ratio between 0 and 1, such as 0.005
   */
  public static errorRatioComparedWithStable(ratio: number): Guardrail {
    requireRatio(ratio);
    return new Judged('error-ratio-compared', ({ metrics, canary, stable }) => ({
      query: difference(metrics.errorRatio(canary), metrics.errorRatio(stable)), condition: `<= ${ratio}`,
    }));
  }

  /**
   * The new version answers at least so many requests each second: traffic reaches it.
   *
   * @param requestsPerSecond above zero
   */
  public static throughputAbove(requestsPerSecond: number): Guardrail {
    return new Judged('throughput', ({ metrics, canary }) => ({
      query: metrics.throughput(canary), condition: `> ${requestsPerSecond}`, needsTraffic: false,
    }));
  }

  /**
   * A number of your own.
   *
   * @param guardrailName unique within a rollout: lower-case letters, digits and `-`
   * @param query one series. `{{args.canary-hash}}` and `{{args.stable-hash}}` stand for the label `rollouts_pod_template_hash` of the two versions
   * @param condition what must hold, as a comparison, such as `< 0.1`
   * @throws if the name is malformed, or the condition is no comparison with a number
   */
  public static custom(guardrailName: string, query: MetricQuery, condition: string): Guardrail {
    if (!/^[a-z]([-a-z0-9]{0,40}[a-z0-9])?$/.test(guardrailName)) {
      throw new InputError('rollout/malformed-guardrail-name',
        `'guardrailName' must be at most 42 lower-case letters, digits and '-', starting with a letter, got '${guardrailName}'`);
    }
    if (!/^(<|<=|>|>=|==|!=) -?[0-9]+([.][0-9]+)?$/.test(condition)) {
      throw new InputError('rollout/malformed-guardrail-condition', `'condition' of '${guardrailName}' must be a comparison such as '< 0.1', got '${condition}'`);
    }
    return new Judged(guardrailName, () => ({ query, condition }));
  }

  /**
   * What a model promises its callers, promised of the new version.
   *
   * @param slo objectives of the model
   */
  public static fromSlo(slo: Slo): Guardrail[] {
    return [Guardrail.latencyBelow(slo.latency.percentile, slo.latency.below), Guardrail.errorRatioBelow(slo.errorRatioBelow)];
  }

  /** Unique within a rollout. */
  public abstract readonly guardrailName: string;

  /**
   * Describe this guardrail for one deployment.
   *
   * @param subject what may be asked
   */
  public abstract check(subject: GuardrailSubject): GuardrailCheck;
}

class Judged extends Guardrail {
  public constructor(public readonly guardrailName: string, private readonly judge: (subject: GuardrailSubject) => GuardrailCheck) {
    super();
  }

  public check(subject: GuardrailSubject): GuardrailCheck {
    return this.judge(subject);
  }
}

/** Two aggregates of all pods have no labels, so they meet without a word. */
function quotient(canary: MetricQuery, stable: MetricQuery): MetricQuery {
  return MetricQuery.promql({ expr: `(${canary.expr}) / ((${stable.expr}) > 0)`, title: `${canary.title}, in times of the stable version's`, unit: MetricUnit.NONE });
}

function difference(canary: MetricQuery, stable: MetricQuery): MetricQuery {
  return MetricQuery.promql({ expr: `(${canary.expr}) - (${stable.expr})`, title: `${canary.title}, above the stable version's`, unit: canary.unit });
}

function nameOf(percentile: number): string {
  return `${percentile}`.replace('.', '-');
}

function requireRatio(ratio: number): void {
  if (!(ratio > 0 && ratio < 1)) {
    throw new InputError('rollout/malformed-ratio', `'ratio' must be between 0 and 1, got ${ratio}`);
  }
}

function requireFactor(atMost: number): void {
  if (!(atMost > 0)) {
    throw new InputError('rollout/malformed-factor', `'atMost' must be above zero, got ${atMost}; 1.2 allows a fifth more than the stable version`);
  }
}
