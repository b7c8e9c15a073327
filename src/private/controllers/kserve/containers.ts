import { Component, componentsOf, implementations, INFERENCE_SERVICE, modelsOf } from './inference-service';
import { ControllerRule, Violation } from '../controller-rule';

const LOG_MODES = ['all', 'request', 'response'];

/** Every container of a component with its place. */
function containersOf({ place, spec }: Component): { container: any; at: string }[] {
  const list = (field: string) => (spec[field] ?? []).map((container: any, i: number) => ({ container, at: `${place}.${field}[${i}]` }));
  const [model] = place === 'spec.predictor' ? modelsOf(spec) : [];
  return [...list('containers'), ...list('initContainers'), ...model ? [{ container: model.model, at: `${place}.${model.field}` }] : []];
}

function variables(component: Component, name: string, judge: (value: string) => boolean): { field: string; value: string }[] {
  return containersOf(component).flatMap(({ container, at }) => (container.env ?? [])
    .map((variable: any, i: number) => ({ ...variable, field: `${at}.env[${i}]` }))
    .filter((variable: any) => variable.name === name && judge(variable.value ?? ''))
    .map(({ field, value }: any) => ({ field, value })));
}

/** @see https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/inference_service_validation.go */
export const containers: ControllerRule[] = [
  {
    ruleId: 'kserve/refused-env',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => componentsOf(manifest).flatMap((component) => variables(component, 'PYTHONPATH', () => true)).map(({ field }) => ({
      field, problem: "must not be 'PYTHONPATH', which could load other code than that of the image", remedy: 'put the code where Python looks for it',
    })),
  },
  {
    ruleId: 'kserve/one-implementation',
    kinds: [INFERENCE_SERVICE],
    violations: ({ spec }) => {
      const count = implementations(spec.predictor ?? {});
      const others = ['transformer', 'explainer'].filter((name) => spec[name] && !(spec[name].containers?.length > 0) && !spec[name].art);
      const missing: Violation[] = others.map((name) => ({ field: `spec.${name}`, problem: 'must have a container', remedy: 'add one, or leave the component out' }));
      return count === 1 ? missing : [{
        field: 'spec.predictor', problem: `must have exactly one thing that answers, a model or a container 'kserve-container', and has ${count}`, remedy: 'keep one of them',
      }, ...missing];
    },
  },
  {
    ruleId: 'kserve/protocol',
    kinds: [INFERENCE_SERVICE],
    violations: ({ spec }) => {
      const [first] = spec.predictor?.containers ?? [];
      const protocol = modelsOf(spec.predictor ?? {}).length === 0 ? first?.env?.find(({ name }: any) => name === 'PROTOCOL') : undefined;
      return !protocol || ['v1', 'v2'].includes(protocol.value) ? [] : [{
        field: 'spec.predictor.containers[0].env', problem: "must say 'v1' or 'v2' as PROTOCOL", value: protocol.value ?? '', remedy: 'mend it, or leave it out for v1',
      }];
    },
  },
  {
    ruleId: 'kserve/logger-mode',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => componentsOf(manifest)
      .filter(({ spec }) => spec.logger && !LOG_MODES.includes(spec.logger.mode))
      .map(({ place, spec }) => ({
        field: `${place}.logger.mode`, problem: `must be ${LOG_MODES.join(', ')}`, value: spec.logger.mode ?? '', remedy: 'choose one of them',
      })),
  },
  {
    // accepted by KServe's webhook; the Deployment is refused when it is reconciled
    ruleId: 'kserve/filled-in-cpu-limit',
    kinds: [INFERENCE_SERVICE],
    violations: ({ spec }) => {
      const [server] = spec.predictor?.containers ?? [];
      const { requests, limits } = server?.resources ?? {};
      return cores(requests?.cpu) > 1 && limits?.cpu === undefined ? [{
        field: 'spec.predictor.containers[0].resources.limits.cpu',
        problem: `must be set, as KServe fills in the limit of its configuration (1 CPU as it is shipped), which is below the request (${requests.cpu})`,
        remedy: 'name the most that the load test needs',
      }] : [];
    },
  },
];

function cores(quantity: unknown): number {
  const text = `${quantity ?? 0}`;
  return text.endsWith('m') ? Number(text.slice(0, -1)) / 1000 : Number(text);
}
