import { annotationsOf, KNATIVE_SERVICE, podOf } from './knative-service';
import { ControllerRule } from '../controller-rule';

const PREFIX = 'autoscaling.knative.dev/';
const KPA = 'kpa.autoscaling.knative.dev';
const HPA = 'hpa.autoscaling.knative.dev';

/** What stands in each annotation, as a number or not at all; undefined where the annotation is right. */
const WHOLE = /^[+-]?[0-9]+$/;
const NUMBER = /^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$/;
const UNITS: { [unit: string]: number } = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

type Judge = (value: string, all: { [key: string]: string }) => string | undefined;

const JUDGES: { [key: string]: Judge } = {
  'class': (value) => value.endsWith('.autoscaling.knative.dev') && ![KPA, HPA].includes(value) ? `${KPA} or ${HPA}` : undefined,
  'metric': (value, all) => metricProblem(value, all[`${PREFIX}class`] ?? KPA),
  'min-scale': (value) => within(value, 0, 2 ** 31 - 1),
  'max-scale': (value, all) => {
    const [max, min] = [Number(value), Number(all[`${PREFIX}min-scale`] ?? 0)];
    return within(value, 0, 2 ** 31 - 1) ?? (max !== 0 && max < min ? `0 or not below min-scale (${min})` : undefined);
  },
  'initial-scale': (value) => WHOLE.test(value) && Number(value) > 0 ? undefined : 'a whole number of at least 1, as long as the cluster allows no 0',
  'target': (value) => NUMBER.test(value) && Number(value) >= 0.01 ? undefined : 'a number of at least 0.01',
  'target-utilization-percentage': (value) => NUMBER.test(value) && Number(value) >= 1 && Number(value) <= 100 ? undefined : 'from 1 to 100',
  'window': (value) => duration(value, 6, 3600),
  'scale-down-delay': (value) => duration(value, 0, 3600),
};

/** @see https://github.com/knative/serving/blob/knative-v1.21.1/pkg/apis/autoscaling/annotation_validation.go */
export const scaling: ControllerRule[] = [
  {
    ruleId: 'knative/scaling-annotation',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => {
      const all = annotationsOf(manifest);
      return Object.keys(JUDGES).filter((key) => all[PREFIX + key] !== undefined).flatMap((key) => {
        const problem = JUDGES[key](all[PREFIX + key], all);
        return problem ? [{ field: 'spec.template.metadata.annotations', problem: `must have as '${PREFIX}${key}' ${problem}`, value: all[PREFIX + key], remedy: 'mend it' }] : [];
      });
    },
  },
  {
    ruleId: 'knative/concurrency',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => {
      const { containerConcurrency: limit = 0 } = podOf(manifest);
      return limit >= 0 && limit <= 1000 ? [] : [{ field: 'spec.template.spec.containerConcurrency', problem: 'must be from 0 to 1000', value: limit, remedy: 'mend it' }];
    },
  },
  {
    ruleId: 'knative/timeout',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => {
      const { timeoutSeconds: timeout = 0 } = podOf(manifest);
      return timeout >= 0 && timeout <= 600 ? [] : [{
        field: 'spec.template.spec.timeoutSeconds', problem: 'must be from 0 to 600, unless the cluster allows more', value: timeout, remedy: 'lower it',
      }];
    },
  },
  {
    ruleId: 'knative/progress-deadline',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => {
      const given = annotationsOf(manifest)['serving.knative.dev/progress-deadline'];
      return !given || duration(given, 0, Number.MAX_SAFE_INTEGER) === undefined ? [] : [{
        field: 'spec.template.metadata.annotations', problem: "must have as 'serving.knative.dev/progress-deadline' a time in whole seconds", value: given, remedy: 'mend it',
      }];
    },
  },
];

function metricProblem(metric: string, scaler: string): string | undefined {
  if (scaler === KPA) {return ['concurrency', 'rps'].includes(metric) ? undefined : 'concurrency or rps';}
  return scaler === HPA && metric === '' ? 'the name of a metric' : undefined;
}

function within(value: string, least: number, most: number): string | undefined {
  return WHOLE.test(value) && Number(value) >= least && Number(value) <= most ? undefined : `a whole number from ${least} to ${most}`;
}

/** As Go writes times: `90s`, `1h30m`. */
function duration(value: string, least: number, most: number): string | undefined {
  const parts = [...value.matchAll(/([0-9]+(?:[.][0-9]+)?)(ns|us|ms|s|m|h)/g)];
  const understood = parts.map(([part]) => part).join('') === value && value !== '';
  const seconds = value === '0' ? 0 : parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit], 0);
  if (!understood && value !== '0') {return 'a time such as 90s';}
  return Number.isInteger(seconds) && seconds >= least && seconds <= most ? undefined : `a time in whole seconds from ${least}s to ${most}s`;
}
