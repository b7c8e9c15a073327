import { goSeconds } from './durations';
import { canaryOf, hasRouter, ROLLOUT } from './kinds';
import { ControllerRule, Violation } from '../controller-rule';

/** @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation.go ValidateRolloutStrategyCanary */
export const steps: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/step-of-two',
    kinds: [ROLLOUT],
    violations: (rollout) => eachStep(rollout, (step, field) => {
      const kinds = ['setWeight', 'pause', 'experiment', 'analysis'].filter((kind) => step[kind] !== undefined);
      return kinds.length > 1 ? [{ field, problem: 'must do one thing', value: kinds.join(' and '), remedy: 'make a step of each' }] : [];
    }),
  },
  {
    ruleId: 'argo-rollouts/empty-step',
    kinds: [ROLLOUT],
    violations: (rollout) => eachStep(rollout, (step, field) => KINDS.some((kind) => step[kind] !== undefined) ? [] : [{
      field, problem: `must do one of ${KINDS.join(', ')}`, remedy: 'remove it, or say what it does',
    }]),
  },
  {
    ruleId: 'argo-rollouts/weight-out-of-range',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const most = canaryOf(rollout)?.trafficRouting?.maxTrafficWeight ?? 100;
      return eachStep(rollout, ({ setWeight }, field) => setWeight === undefined || (setWeight >= 0 && setWeight <= most) ? [] : [{
        field: `${field}.setWeight`, problem: `must be from 0 to ${most}`, value: setWeight, remedy: 'give a share of the requests',
      }]);
    },
  },
  {
    ruleId: 'argo-rollouts/malformed-pause',
    kinds: [ROLLOUT],
    violations: (rollout) => eachStep(rollout, ({ pause }, field) => pause?.duration === undefined || pauseSeconds(pause.duration) > -1 ? [] : [{
      field: `${field}.pause.duration`, problem: "must be seconds, or a time such as '30m'", value: pause.duration, remedy: 'leave it out to wait for somebody',
    }]),
  },
  {
    ruleId: 'argo-rollouts/scale-without-router',
    kinds: [ROLLOUT],
    violations: (rollout) => eachStep(rollout, ({ setCanaryScale: scale }, field) => scale === undefined || canaryOf(rollout).trafficRouting ? [] : [{
      field: `${field}.setCanaryScale`, problem: "needs 'trafficRouting': without a router, the number of pods is the weight", remedy: "use 'setWeight'",
    }]),
  },
  {
    ruleId: 'argo-rollouts/experiment-weight',
    kinds: [ROLLOUT],
    violations: (rollout) => hasRouter(canaryOf(rollout), 'alb', 'smi', 'istio', 'plugins') ? [] : eachStep(rollout, ({ experiment }, field) =>
      (experiment?.templates ?? []).flatMap(({ weight }: any, i: number) => weight === undefined ? [] : [{
        field: `${field}.experiment.templates[${i}].weight`, problem: 'needs SMI, ALB, Istio or a plugin as the router', value: weight, remedy: 'remove it',
      }])),
  },
  {
    ruleId: 'argo-rollouts/malformed-field-path',
    kinds: [ROLLOUT],
    violations: (rollout) => eachStep(rollout, ({ analysis, experiment }, field) => [
      ...badFieldPaths(analysis?.args, `${field}.analysis`),
      ...(experiment?.analyses ?? []).flatMap(({ args }: any, i: number) => badFieldPaths(args, `${field}.experiment.analyses[${i}]`)),
    ]),
  },
];

const KINDS = ['setWeight', 'pause', 'experiment', 'analysis', 'setCanaryScale', 'setHeaderRoute', 'setMirrorRoute', 'plugin'];

/** What each step of a canary violates. */
export function eachStep(rollout: any, check: (step: any, field: string) => Violation[]): Violation[] {
  const all: any[] = canaryOf(rollout)?.steps ?? [];
  return all.flatMap((step, i) => check(step, `spec.strategy.canary.steps[${i}]`));
}

const LONGEST = 2 ** 31;

/** Whole seconds, toward zero; less than 0 for what is no time, or more than the controller can count. */
function pauseSeconds(duration: unknown): number {
  if (typeof duration === 'number') {return duration;}
  const text = String(duration);
  const seconds = /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) < LONGEST ? Number(text) : goSeconds(text) ?? -1;
  return seconds < LONGEST ? Math.trunc(seconds) : -1;
}

function badFieldPaths(args: any[] = [], field: string): Violation[] {
  return args.flatMap(({ valueFrom }, i) => {
    const path = valueFrom?.fieldRef?.fieldPath;
    return path === undefined || isMetadataPath(path) ? [] : [{
      field: `${field}.args[${i}].valueFrom.fieldRef.fieldPath`,
      problem: "must be 'metadata.name', 'metadata.namespace', 'metadata.uid', 'metadata.labels' or 'metadata.annotations', the last two also with a key in ['…']",
      value: path,
      remedy: 'change the path',
    }];
  });
}

/**
 * Whether Kubernetes can read a path of metadata; paths of other fields are read when the analysis runs.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/fieldpath/fieldpath.go ExtractFieldPathAsString
 */
export function isMetadataPath(path: string): boolean {
  if (!path.startsWith('metadata')) {return true;}
  const [, map, key] = /^(.+?)\['(.*)'\]$/s.exec(path) ?? [];
  if (map !== undefined) {
    return (map === 'metadata.labels' && QUALIFIED_NAME.test(key)) || (map === 'metadata.annotations' && QUALIFIED_NAME.test(key.toLowerCase()));
  }
  return ['annotations', 'labels', 'name', 'namespace', 'uid'].some((field) => path === `metadata.${field}`);
}

const QUALIFIED_NAME = /^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
