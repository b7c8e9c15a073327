import { combinedArguments, completeUses, givenArguments } from './analysis-uses';
import { goSeconds } from './durations';
import { CLUSTER_TEMPLATE, intOf, ROLLOUT, TEMPLATE } from './kinds';
import { placeholdersIn, resolved } from './placeholders';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * What each metric must be by itself, else the analysis fails when it begins, and the rollout with it. A template is judged alone; what its arguments
 * decide is judged where a rollout gives them.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/utils/analysis/factory.go ValidateMetric
 */
export const analysisMetrics: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/negative-limit',
    kinds: [TEMPLATE, CLUSTER_TEMPLATE, ROLLOUT],
    violations: eachMetric((metric) => [
      ...['consecutiveSuccessLimit', 'inconclusiveLimit', 'consecutiveErrorLimit'].filter((field) => intOf(metric[field]) < 0)
        .map((field) => ({ field, problem: 'must be at least 0', value: metric[field], remedy: 'change the limit' })),
      ...intOf(metric.failureLimit) < -1 ? [{ field: 'failureLimit', problem: 'must be at least 0, or -1 for no limit', value: metric.failureLimit, remedy: 'change the limit' }] : [],
    ]),
  },
  {
    ruleId: 'argo-rollouts/metric-without-limits',
    kinds: [TEMPLATE, CLUSTER_TEMPLATE, ROLLOUT],
    violations: eachMetric(({ failureLimit, consecutiveSuccessLimit: wins }) => intOf(failureLimit) === -1 && isKnown(wins) && intOf(wins) === 0 ? [{
      field: 'failureLimit', problem: "must not be -1 where 'consecutiveSuccessLimit' is 0: nothing could decide", value: failureLimit, remedy: 'give one of the limits',
    }] : []),
  },
  {
    ruleId: 'argo-rollouts/limits-beyond-count',
    kinds: [TEMPLATE, CLUSTER_TEMPLATE, ROLLOUT],
    violations: eachMetric((metric) => {
      const { failureLimit, consecutiveSuccessLimit, inconclusiveLimit } = metric;
      const count = intOf(metric.count);
      if (count <= 0) {return [];}
      const decided = Math.max(intOf(failureLimit), 0) + intOf(consecutiveSuccessLimit);
      return [
        ...decided > count ? [{
          field: 'count', problem: `must be at least 'failureLimit' and 'consecutiveSuccessLimit' together (${decided})`, value: metric.count, remedy: 'measure more often, or lower the limits',
        }] : [],
        ...intOf(inconclusiveLimit) > count ? [{
          field: 'count', problem: `must be at least 'inconclusiveLimit' (${intOf(inconclusiveLimit)})`, value: metric.count, remedy: 'measure more often, or lower the limit',
        }] : [],
      ];
    }),
  },
  {
    ruleId: 'argo-rollouts/count-without-interval',
    kinds: [TEMPLATE, CLUSTER_TEMPLATE, ROLLOUT],
    violations: eachMetric(({ count, interval }) => intOf(count) > 1 && !interval ? [{
      field: 'interval', problem: `must be given with a count above 1 (${count})`, remedy: "add it, such as '1m'",
    }] : []),
  },
  {
    ruleId: 'argo-rollouts/malformed-interval',
    kinds: [TEMPLATE, CLUSTER_TEMPLATE, ROLLOUT],
    violations: eachMetric((metric) => ['interval', 'initialDelay']
      .filter((field) => metric[field] && isKnown(metric[field]) && goSeconds(metric[field]) === undefined)
      .map((field) => ({ field, problem: "must be a time such as '1m' or '90s'", value: metric[field], remedy: 'add the unit' }))),
  },
  {
    ruleId: 'argo-rollouts/one-provider',
    kinds: [TEMPLATE, CLUSTER_TEMPLATE],
    violations: eachMetric(({ provider = {} }) => {
      const { plugin = {}, ...others } = provider;
      const given = [...Object.keys(others), ...Object.keys(plugin)];
      return given.length === 1 ? [] : [{ field: 'provider', problem: 'must have exactly one', value: given.join(' and '), remedy: 'make a metric of each' }];
    }),
  },
  {
    ruleId: 'argo-rollouts/duplicate-metric-of-template',
    kinds: [TEMPLATE, CLUSTER_TEMPLATE],
    violations: ({ spec }) => {
      const names: string[] = (spec.metrics ?? []).map(({ name }: any) => name);
      return names.flatMap((name, i) => names.indexOf(name) === i ? [] : [{
        field: `spec.metrics[${i}].name`, problem: 'must differ from those before it', value: name, remedy: 'rename one of them',
      }]);
    },
  },
];

/** Whether a value is as it will be: it holds no placeholder. */
function isKnown(value: unknown): boolean {
  return placeholdersIn(value).length === 0;
}

function eachMetric(check: (metric: any) => Violation[]): ControllerRule['violations'] {
  return (manifest, lookup) => manifest.kind === 'Rollout'
    ? completeUses(manifest, lookup).flatMap((use) => {
      const given = new Map(givenArguments(use).map((argument) => [argument.name, argument]));
      const known = new Map(combinedArguments(use).map((argument) => given.get(argument.name) ?? argument)
        .flatMap(({ name, value }) => value === undefined ? [] : [[`args.${name}`, value]]));
      return use.templates.flatMap((template) => metricsOf(template).filter((metric) => !isKnown(metric)).flatMap((metric) => {
        const before = check(metric);
        return check(resolved(metric, known)).filter((violation) => !before.some(({ field }) => field === violation.field)).map((violation) => ({
          ...violation,
          field: `${use.field}.args`,
          problem: `make the '${violation.field}' of the metric '${metric.name}' of '${template.metadata.name}' one that ${violation.problem}`,
        }));
      }));
    })
    : metricsOf(manifest).flatMap((metric, i) => check(metric).map((violation) => ({ ...violation, field: `spec.metrics[${i}].${violation.field}` })));
}

function metricsOf({ spec }: any): any[] {
  return spec?.metrics ?? [];
}
