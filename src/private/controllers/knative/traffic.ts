import { DNS_LABEL, KNATIVE_SERVICE } from './knative-service';
import { ControllerRule, Violation } from '../controller-rule';

/** What a Service without shares gets from Knative's webhook. */
const DEFAULT = [{ percent: 100, latestRevision: true }];

function targetsOf({ spec }: any): any[] {
  return spec.traffic?.length > 0 ? spec.traffic : DEFAULT;
}

/** @see https://github.com/knative/serving/blob/knative-v1.21.1/pkg/apis/serving/v1/route_validation.go */
export const traffic: ControllerRule[] = [
  {
    ruleId: 'knative/shares',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => {
      const percents = targetsOf(manifest).map(({ percent = 0 }) => percent);
      const total = percents.reduce((sum, percent) => sum + percent, 0);
      return total === 100 && percents.every((percent) => percent >= 0 && percent <= 100) ? [] : [{
        field: 'spec.traffic', problem: `must have shares from 0 to 100 that are 100 together, and has ${percents.join(' + ')}`, remedy: 'mend the shares',
      }];
    },
  },
  {
    ruleId: 'knative/tags',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => {
      const tags = targetsOf(manifest).map(({ tag }) => tag);
      return tags.flatMap((tag, i) => tag && (!DNS_LABEL.test(tag) || tags.indexOf(tag) !== i) ? [{
        field: `spec.traffic[${i}].tag`, problem: 'must be a name that stands once', value: tag, remedy: 'choose another tag',
      }] : []);
    },
  },
  {
    ruleId: 'knative/targets',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => targetsOf(manifest).flatMap((target, i) => {
      const problem = targetProblem(target);
      return problem ? [{ field: `spec.traffic[${i}]`, ...problem }] : [];
    }),
  },
];

function targetProblem({ revisionName = '', latestRevision, configurationName, url }: any): Omit<Violation, 'field'> | undefined {
  if (configurationName) {return { problem: "must not have a 'configurationName', as a Service has one configuration", value: configurationName, remedy: 'leave it out' };}
  if (url) {return { problem: "must not have a 'url', which Knative sets", value: url, remedy: 'leave it out' };}
  if (latestRevision !== undefined && latestRevision !== null && (revisionName !== '') === latestRevision) {
    return { problem: "must have either 'latestRevision: true' or a 'revisionName'", remedy: 'say one of them' };
  }
  return revisionName === '' || /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)$/.test(revisionName) ? undefined
    : { problem: "must have the name of a revision as 'revisionName'", value: revisionName, remedy: 'mend it' };
}
