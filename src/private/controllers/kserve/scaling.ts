import { autoscalerOf, Component, componentsOf, INFERENCE_SERVICE, modeOf } from './inference-service';
import { ControllerRule, Violation } from '../controller-rule';

const CLASSES = ['hpa', 'external', 'keda', 'none'];
const KNATIVE_HPA = 'hpa.autoscaling.knative.dev';

/** Who scales, as KServe decides which rules hold. */
function scalerOf(manifest: any): 'hpa' | 'keda' | 'kpa' | undefined {
  if (modeOf(manifest) !== 'Standard') {
    return manifest.metadata.annotations?.['autoscaling.knative.dev/class'] === KNATIVE_HPA ? 'hpa' : 'kpa';
  }
  return (['hpa', 'keda'] as const).find((name) => name === autoscalerOf(manifest));
}

function each(manifest: any, judge: (component: Component) => Violation[]): Violation[] {
  return componentsOf(manifest).flatMap(judge);
}

/** @see https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/inference_service_validation.go validateAutoScalingCompExtension */
export const scaling: ControllerRule[] = [
  {
    ruleId: 'kserve/autoscaler-class',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => {
      const given = autoscalerOf(manifest);
      return given === undefined || CLASSES.includes(given) ? [] : [{
        field: 'metadata.annotations', problem: `must name an autoscaler that KServe knows (${CLASSES.join(', ')})`, value: given, remedy: "mend 'serving.kserve.io/autoscalerClass'",
      }];
    },
  },
  {
    ruleId: 'kserve/replica-range',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => each(manifest, ({ place, spec: { minReplicas = 1, maxReplicas = 0 } }) => {
      const fits = minReplicas >= 0 && maxReplicas >= 0 && (maxReplicas === 0 || minReplicas <= maxReplicas);
      return fits ? [] : [{
        field: `${place}.minReplicas`, problem: `must not be below 0 or above 'maxReplicas' (${maxReplicas})`, value: minReplicas, remedy: 'mend the range',
      }];
    }),
  },
  {
    ruleId: 'kserve/negative-concurrency',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => each(manifest, ({ place, spec: { containerConcurrency = 0 } }) => containerConcurrency >= 0 ? [] : [{
      field: `${place}.containerConcurrency`, problem: 'must not be below 0', value: containerConcurrency, remedy: 'leave it out for no limit',
    }]),
  },
  {
    ruleId: 'kserve/scale-metric',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => each(manifest, ({ place, spec: { scaleMetric } }) => {
      const metrics = { hpa: ['cpu', 'memory'], kpa: ['concurrency', 'rps'], keda: [] as string[] };
      const scaler = scalerOf(manifest);
      if (!scaler || scaleMetric === undefined || metrics[scaler].includes(scaleMetric)) {return [];}
      return [{
        field: `${place}.scaleMetric`,
        problem: scaler === 'keda' ? 'is refused together with KEDA' : `must be ${metrics[scaler].join(' or ')}, which is what scales here`,
        value: scaleMetric,
        remedy: scaler === 'keda' ? "say it in 'autoScaling.metrics'" : 'choose one of them, or another mode',
      }];
    }),
  },
  {
    ruleId: 'kserve/scale-target',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => each(manifest, ({ place, spec: { scaleMetric, scaleTarget: target } }) => {
      const scaler = scalerOf(manifest);
      const metric = scaleMetric ?? (scaler === 'kpa' ? 'concurrency' : 'cpu');
      const wrong = target !== undefined && (
        (scaler === 'hpa' && (target > 100 || ((metric === 'cpu' || metric === 'memory') && target < 1))) || (scaler === 'kpa' && metric === 'rps' && target < 1));
      return wrong ? [{
        field: `${place}.scaleTarget`, problem: `must be ${scaler === 'hpa' ? 'from 1 to 100' : 'at least 1'} for '${metric}'`, value: target, remedy: 'mend it',
      }] : [];
    }),
  },
  {
    ruleId: 'kserve/rolling-in-knative-mode',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => each(manifest, ({ place, spec }) => scalerOf(manifest) === 'kpa' && spec.deploymentStrategy ? [{
      field: `${place}.deploymentStrategy`, problem: "must not be set but in the mode 'Standard', since Knative rolls by revisions", remedy: 'leave it out, or change the mode',
    }] : []),
  },
  {
    ruleId: 'kserve/autoscaling-metrics',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => each(manifest, ({ place, spec: { autoScaling } }) => (autoScaling?.metrics ?? []).flatMap((metric: any, i: number) => {
      const problem = scalerOf(manifest) === 'hpa' ? hpaProblem(metric) : scalerOf(manifest) === 'keda' ? kedaProblem(metric) : undefined;
      return problem ? [{ field: `${place}.autoScaling.metrics[${i}]`, problem, remedy: 'mend it, or choose another autoscaler' }] : [];
    })),
  },
];

function hpaProblem({ type, resource }: any): string | undefined {
  if (type !== 'Resource') {return "must be of type 'Resource' for a HorizontalPodAutoscaler";}
  return resource ? undefined : "must have 'resource'";
}

function kedaProblem({ type, resource, external, podmetric }: any): string | undefined {
  if (type === 'Resource') {return resource ? resourceProblem(resource) : "must have 'resource'";}
  const source = type === 'External' ? external : podmetric;
  if (!source) {return `must have '${type === 'External' ? 'external' : 'podmetric'}'`;}
  if (!source.metric?.query) {return "must have a 'metric.query'";}
  if (source.target?.value === undefined) {return "must have a 'target.value'";}
  return targetProblem(source.target);
}

function resourceProblem({ name, target }: any): string | undefined {
  if (name === 'cpu' && target.type !== 'Utilization') {return "must have a target of type 'Utilization' for CPU";}
  if (name === 'memory' && !['AverageValue', 'Utilization'].includes(target.type)) {return "must have a target of type 'AverageValue' or 'Utilization' for memory";}
  return targetProblem(target);
}

function targetProblem({ type, averageUtilization, averageValue, value }: any): string | undefined {
  if (type === 'Utilization') {
    return averageUtilization >= 1 && averageUtilization <= 100 ? undefined : "must have a 'target.averageUtilization' from 1 to 100";
  }
  if (type === 'AverageValue' && averageValue === undefined) {return "must have a 'target.averageValue'";}
  return type === 'Value' && value === undefined ? "must have a 'target.value'" : undefined;
}
