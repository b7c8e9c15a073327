import { DNS_LABEL, KNATIVE_SERVICE, templateOf } from './knative-service';
import { ControllerRule } from '../controller-rule';

/** @see https://github.com/knative/serving/blob/knative-v1.21.1/pkg/apis/serving/v1/revision_validation.go */
export const names: ControllerRule[] = [
  {
    ruleId: 'knative/malformed-name',
    kinds: [KNATIVE_SERVICE],
    violations: ({ metadata: { name } }) => DNS_LABEL.test(name) ? [] : [{
      field: 'metadata.name', problem: "must be at most 63 lower-case letters, digits and '-', starting with a letter", value: name, remedy: 'choose another name',
    }],
  },
  {
    ruleId: 'knative/revision-name',
    kinds: [KNATIVE_SERVICE],
    violations: (manifest) => {
      const name = templateOf(manifest).metadata?.name;
      const prefix = `${manifest.metadata.name}-`;
      return name === undefined || name === '' || (DNS_LABEL.test(name) && name.startsWith(prefix)) ? [] : [{
        field: 'spec.template.metadata.name', problem: `must be a name that begins with '${prefix}'`, value: name, remedy: 'leave it out, or mend it',
      }];
    },
  },
  {
    ruleId: 'knative/scaling-of-service',
    kinds: [KNATIVE_SERVICE],
    violations: ({ metadata: { annotations = {} } }) => Object.keys(annotations).filter((key) => key.startsWith('autoscaling.knative.dev')).map((key) => ({
      field: 'metadata.annotations', problem: "must not hold annotations of 'autoscaling.knative.dev', which count for revisions", value: key, remedy: "move it to 'spec.template.metadata.annotations'",
    })),
  },
];
