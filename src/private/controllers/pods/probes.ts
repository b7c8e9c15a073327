import { eachContainer, isPortName, isPortNumber, podOf } from './pod-shapes';
import { ROLLOUT } from '../argo-rollouts/kinds';
import { ControllerRule, Violation } from '../controller-rule';

/** @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go validateProbe, validateHandler */
export const probes: ControllerRule[] = [
  {
    ruleId: 'kubernetes/one-handler',
    kinds: [ROLLOUT],
    violations: (rollout) => eachHandler(rollout, (handler, field) => {
      const given = HANDLERS.filter((kind) => handler[kind] !== undefined);
      return given.length === 1 ? [] : [{ field, problem: `must have exactly one of ${HANDLERS.join(', ')}`, value: given.join(' and '), remedy: 'say how to ask' }];
    }),
  },
  {
    ruleId: 'kubernetes/handler',
    kinds: [ROLLOUT],
    violations: (rollout) => {
      const { terminationGracePeriodSeconds = 30 } = podOf(rollout);
      return eachHandler(rollout, ({ exec, httpGet, tcpSocket, grpc, sleep }, field) => [
        ...exec && !(exec.command?.length > 0) ? [{ field: `${field}.exec.command`, problem: 'must be given', remedy: 'say what to run' }] : [],
        ...httpGet ? badPort(httpGet.port, `${field}.httpGet.port`) : [],
        ...httpGet?.scheme && !['HTTP', 'HTTPS'].includes(httpGet.scheme) ? [{ field: `${field}.httpGet.scheme`, problem: 'must be HTTP or HTTPS', value: httpGet.scheme, remedy: 'use one of them' }] : [],
        ...tcpSocket ? badPort(tcpSocket.port, `${field}.tcpSocket.port`) : [],
        ...grpc ? badPort(grpc.port, `${field}.grpc.port`) : [],
        ...sleep && (sleep.seconds < 1 || sleep.seconds > terminationGracePeriodSeconds) ? [{
          field: `${field}.sleep.seconds`, problem: `must be from 1 to 'terminationGracePeriodSeconds' (${terminationGracePeriodSeconds})`, value: sleep.seconds, remedy: 'change one of them',
        }] : [],
      ]);
    },
  },
  {
    ruleId: 'kubernetes/probe-numbers',
    kinds: [ROLLOUT],
    violations: (rollout) => eachProbe(rollout, (probe, field, kind) => [
      ...['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'].filter((name) => probe[name] < 0)
        .map((name) => ({ field: `${field}.${name}`, problem: 'must be at least 0', value: probe[name], remedy: 'change the number' })),
      ...kind !== 'readinessProbe' && ![undefined, 0, 1].includes(probe.successThreshold) && probe.successThreshold >= 0 ? [{
        field: `${field}.successThreshold`, problem: 'must be 1', value: probe.successThreshold, remedy: 'remove it',
      }] : [],
      ...probe.terminationGracePeriodSeconds !== undefined && (kind === 'readinessProbe' || probe.terminationGracePeriodSeconds <= 0) ? [{
        field: `${field}.terminationGracePeriodSeconds`,
        problem: kind === 'readinessProbe' ? 'must be left out, as a pod that is not ready is not ended' : 'must be at least 1',
        value: probe.terminationGracePeriodSeconds,
        remedy: 'remove it',
      }] : [],
    ]),
  },
  {
    ruleId: 'kubernetes/probe-of-init-container',
    kinds: [ROLLOUT],
    violations: (rollout) => eachContainer(rollout, (container, field, isInit) => !isInit || container.restartPolicy === 'Always' ? [] :
      [...PROBES, 'lifecycle'].filter((kind) => container[kind] !== undefined).map((kind) => ({
        field: `${field}.${kind}`, problem: "must be left out, as the container ends before it is asked; only one with 'restartPolicy: Always' may have it", remedy: 'remove it',
      }))),
  },
];

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'];
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

function eachProbe(rollout: any, check: (probe: any, field: string, kind: string) => Violation[]): Violation[] {
  return eachContainer(rollout, (container, field) => PROBES.filter((kind) => container[kind] !== undefined)
    .flatMap((kind) => check(container[kind], `${field}.${kind}`, kind)));
}

function eachHandler(rollout: any, check: (handler: any, field: string) => Violation[]): Violation[] {
  return [
    ...eachProbe(rollout, check),
    ...eachContainer(rollout, ({ lifecycle = {} }, field) => ['postStart', 'preStop'].filter((kind) => lifecycle[kind] !== undefined)
      .flatMap((kind) => check(lifecycle[kind], `${field}.lifecycle.${kind}`))),
  ];
}

function badPort(port: unknown, field: string): Violation[] {
  return isPortNumber(port) || (typeof port === 'string' && isPortName(port)) ? [] : [{ field, problem: 'must be from 1 to 65535, or the name of a port', value: port, remedy: 'change the port' }];
}
