import { Duration } from 'cdk8s';
import { GuardrailCheck, GuardrailSubject, IGuardrail } from './guardrail';
import { BusinessKpiGuardrailOptions, CustomGuardrailOptions, JobGuardrailOptions, OutputLimits, ScoreDriftOptions, WebGuardrailOptions } from './guardrail-options';
import { CONDITION, GUARDRAIL_NAME } from './guardrail-problems';
import { CANARY_HASH, STABLE_HASH } from './guardrail-subject';
import { checkJob, jobCheck } from './job-guardrail';
import { outputGuardrails, scoreDrift } from './output-guardrails';
import { difference, quotient } from './version-comparison';
import { checkWeb, webCheck } from './web-guardrail';
import { MetricQuery } from '../core/metric-query';
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
   * What the new version answers stays within limits: the range of its outputs, the share of missing ones, the share of equal ones, by themselves or
   * above those of the version that serves. One guardrail for each limit that is given, named `output-range`, `output-nulls` and `output-constant`.
   *
   * @param limits range and shares
   * @throws if no limit is given, or one makes no sense
   */
  public static outputWithin(limits: OutputLimits): Guardrail[] {
    return outputGuardrails(limits).map(({ name, judge }) => new Judged(name, judge));
  }

  /**
   * The outputs of the new version are distributed like those of the version that serves, at the same time: the largest difference of the shares up
   * to any bucket stays below a distance. Judged only where so many outputs stand behind it that chance does not explain the distance.
   *
   * @param distance between 0 and 1, such as 0.2
   * @param options how many outputs it takes
   * @throws if the distance is not between 0 and 1
   * @see https://en.wikipedia.org/wiki/Kolmogorov%E2%80%93Smirnov_test
   */
  public static scoreDriftBelow(distance: number, options: ScoreDriftOptions = {}): Guardrail {
    return new Judged('score-drift', scoreDrift(distance, options));
  }

  /**
   * A number that the business is run by, such as the share of orders that are approved.
   *
   * @param guardrailName unique within a rollout: lower-case letters, digits and `-`
   * @param query one series. `{{args.canary-hash}}` stands for the label `rollouts_pod_template_hash` of the new version
   * @param options condition, who exports it, whether it is compared
   * @throws if the name or the condition is malformed, or a number that is compared does not tell the versions apart
   */
  public static businessKpi(guardrailName: string, query: MetricQuery, options: BusinessKpiGuardrailOptions): Guardrail {
    const { condition, exportedBy, comparedWithStable = false } = options;
    requireNameAndCondition(guardrailName, condition);
    if (comparedWithStable && !query.expr.includes(CANARY_HASH)) {
      throw new InputError('rollout/kpi-of-both-versions',
        `the query of '${guardrailName}' must select one version by '${CANARY_HASH}' to be compared with the other, got '${query.expr}'`);
    }
    return new Judged(guardrailName, () => ({
      query: comparedWithStable ? quotient(query, MetricQuery.promql({ ...query, expr: query.expr.split(CANARY_HASH).join(STABLE_HASH) })) : query,
      condition,
      external: exportedBy,
    }));
  }

  /**
   * A job ends well, such as one that asks the new version the questions of a golden set. It runs once a stage, as a restricted pod in the namespace
   * of the rollout. A job that fails or takes too long sends the rollout back; one whose image cannot be pulled makes it wait for a person.
   *
   * Needs Argo Rollouts 1.10: older versions can take a job whose image cannot be pulled for one that ended well.
   *
   * @param guardrailName unique within a rollout: at most 20 lower-case letters, digits and `-`
   * @param options image, command, limits
   * @throws if the name is too long, a number makes no sense, or the job has no resources
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/job/
   */
  public static jobSucceeds(guardrailName: string, options: JobGuardrailOptions): Guardrail {
    requireName(guardrailName);
    checkJob(guardrailName, options);
    return new Judged(guardrailName, (subject) => jobCheck(options, subject));
  }

  /**
   * A web service answers a value that meets a condition. A status outside 200 to 299, a missing value and a time-out count as unreachable, `null` as
   * no data. The service has to answer JSON: Argo Rollouts takes a text that is none for success.
   *
   * @param guardrailName unique within a rollout: lower-case letters, digits and `-`
   * @param options address, value, condition
   * @throws if the address, the path or the condition is malformed, or a credential would stand in a manifest
   * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/web/
   */
  public static webReturns(guardrailName: string, options: WebGuardrailOptions): Guardrail {
    requireName(guardrailName);
    checkWeb(guardrailName, options);
    return new Judged(guardrailName, () => webCheck(guardrailName, options));
  }

  /**
   * A number of your own.
   *
   * @param guardrailName unique within a rollout: lower-case letters, digits and `-`
   * @param query one series. `{{args.canary-hash}}` and `{{args.stable-hash}}` stand for the label `rollouts_pod_template_hash` of the two versions
   * @param condition what must hold, as a comparison, such as `< 0.1`
   * @param options who exports it, whether it needs traffic
   * @throws if the name is malformed, or the condition is no comparison with a number
   */
  public static custom(guardrailName: string, query: MetricQuery, condition: string, options: CustomGuardrailOptions = {}): Guardrail {
    requireNameAndCondition(guardrailName, condition);
    return new Judged(guardrailName, () => ({ query, condition, ...options }));
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

function requireName(guardrailName: string): void {
  if (!GUARDRAIL_NAME.test(guardrailName)) {
    throw new InputError('rollout/malformed-guardrail-name',
      `'guardrailName' must be at most 42 lower-case letters, digits and '-', starting with a letter, got '${guardrailName}'`);
  }
}

function requireNameAndCondition(guardrailName: string, condition: string): void {
  requireName(guardrailName);
  if (!CONDITION.test(condition) || !/[0-9]$/.test(condition)) {
    throw new InputError('rollout/malformed-guardrail-condition', `'condition' of '${guardrailName}' must be a comparison such as '< 0.1', got '${condition}'`);
  }
}
