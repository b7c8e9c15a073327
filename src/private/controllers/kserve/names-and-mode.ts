import { INFERENCE_SERVICE, modelsOf, modeOf } from './inference-service';
import { ControllerRule } from '../controller-rule';

/** @see https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/inference_service_validation.go */
export const namesAndMode: ControllerRule[] = [
  {
    ruleId: 'kserve/malformed-name',
    kinds: [INFERENCE_SERVICE],
    violations: ({ metadata: { name } }) => /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name) ? [] : [{
      field: 'metadata.name', problem: "must be lower-case letters, digits and '-', starting with a letter", value: name, remedy: 'choose another name',
    }],
  },
  {
    // accepted by KServe, which asks the configuration of the cluster then: it is shipped with another default than its documentation has
    ruleId: 'kserve/mode-not-said',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => modeOf(manifest) ? [] : [{
      field: 'metadata.annotations',
      problem: "must say the mode in 'serving.kserve.io/deploymentMode', or each cluster decides by itself",
      remedy: "write 'Standard' or 'Knative'",
    }],
  },
  {
    ruleId: 'kserve/name-in-model',
    kinds: [INFERENCE_SERVICE],
    violations: ({ spec }) => modelsOf(spec.predictor ?? {}).filter(({ model }) => model.name).map(({ field, model }) => ({
      field: `spec.predictor.${field}.name`, problem: 'must not be set, as KServe names that container itself', value: model.name, remedy: 'leave it out',
    })),
  },
];
