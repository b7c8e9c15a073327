import { implementations, INFERENCE_SERVICE, modeOf, modelsOf, storageUriOf } from './inference-service';
import { ControllerRule } from '../controller-rule';

const FIXED = ['maxReplicas', 'scaleTarget', 'scaleMetric', 'autoScaling', 'workerSpec'];

function canariesOf({ spec }: any): any[] {
  return spec.canary ?? [];
}

/** @see https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/inference_service_validation.go validateCanarySpecs */
export const canary: ControllerRule[] = [
  {
    ruleId: 'kserve/canary-mode',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => canariesOf(manifest).length > 0 && modeOf(manifest) !== 'Standard' ? [{
      field: 'spec.canary', problem: "must not be set but in the mode 'Standard'", value: modeOf(manifest) ?? '', remedy: "use 'canaryTrafficPercent' in the mode 'Knative'",
    }] : [],
  },
  {
    ruleId: 'kserve/canary-of-baked-image',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => {
      const { predictor = {} } = manifest.spec;
      const baked = !predictor.model && storageUriOf(predictor) === undefined;
      return canariesOf(manifest).length > 0 && baked ? [{
        field: 'spec.canary',
        problem: 'must not stand beside a predictor whose model is part of its image',
        remedy: 'let a route share requests out between two InferenceServices, as KserveMode.standard({ stages }) does',
      }] : [];
    },
  },
  {
    ruleId: 'kserve/canary-name',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => {
      const names = canariesOf(manifest).map(({ predictor }) => predictor?.name);
      return names.flatMap((name, i) => !name || names.indexOf(name) !== i || name === manifest.spec.predictor.name ? [{
        field: `spec.canary[${i}].predictor.name`, problem: "must be set, and differ from the predictor's and from each other's", value: name ?? '', remedy: 'choose another name',
      }] : []);
    },
  },
  {
    ruleId: 'kserve/canary-percent',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => {
      const percents = canariesOf(manifest).map(({ trafficPercent = 0 }) => trafficPercent);
      const total = percents.reduce((sum, percent) => sum + percent, 0);
      return percents.some((percent) => percent < 0 || percent > 100) || total > 100 ? [{
        field: 'spec.canary', problem: `must have shares from 0 to 100 that are at most 100 together, and has ${percents.join(' + ')}`, remedy: 'lower them',
      }] : [];
    },
  },
  {
    ruleId: 'kserve/canary-predictor',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => canariesOf(manifest).flatMap(({ predictor = {} }, i) => {
      const field = `spec.canary[${i}].predictor`;
      const { minReplicas = 1, maxReplicas = 0, containerConcurrency = 0, logger } = predictor;
      const most = manifest.spec.predictor.minReplicas ?? 1;
      const fixed = FIXED.filter((name) => name === 'maxReplicas' ? maxReplicas > 0 : predictor[name] !== undefined && predictor[name] !== null);
      const protocol = modelsOf(predictor).length === 0 ? predictor.containers?.[0]?.env?.find(({ name }: any) => name === 'PROTOCOL') : undefined;
      return [
        ...fixed.map((name) => ({ field: `${field}.${name}`, problem: 'must not be set, as a canary has a fixed number of pods', remedy: 'leave it out' })),
        ...predictor.minReplicas !== undefined && minReplicas > most
          ? [{ field: `${field}.minReplicas`, problem: `must not be above that of the predictor (${most})`, value: minReplicas, remedy: 'lower it' }] : [],
        ...implementations(predictor) === 1 ? [] : [{ field, problem: 'must have exactly one thing that answers', remedy: 'keep one' }],
        ...minReplicas < 0 || maxReplicas < 0 || containerConcurrency < 0
          ? [{ field, problem: 'must not have numbers below 0', remedy: 'mend them' }] : [],
        ...logger && !['all', 'request', 'response'].includes(logger.mode) ? [{ field: `${field}.logger.mode`, problem: 'must be all, request, response', remedy: 'choose one' }] : [],
        ...protocol && !['v1', 'v2'].includes(protocol.value) ? [{ field: `${field}.containers[0].env`, problem: "must say 'v1' or 'v2' as PROTOCOL", remedy: 'mend it' }] : [],
      ];
    }),
  },
  {
    // accepted by KServe in whatever amount, and read by nobody
    ruleId: 'kserve/percent-ignored',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => modeOf(manifest) === 'Standard' && manifest.spec.predictor?.canaryTrafficPercent !== undefined ? [{
      field: 'spec.predictor.canaryTrafficPercent',
      problem: "is ignored in the mode 'Standard': every request would go to the new version",
      value: manifest.spec.predictor.canaryTrafficPercent,
      remedy: "let a route share requests out, as KserveMode.standard({ stages }) does, or use the mode 'Knative'",
    }] : [],
  },
];
