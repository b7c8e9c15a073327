import { STATUS_CODES } from 'http';
import { badDuration } from './durations';
import { eachHttp, VIRTUAL_SERVICE } from './http-routes';
import { ControllerRule } from '../controller-rule';

/**
 * How long a request may take, and how often it is sent.
 *
 * @see https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go validateHTTPRetry
 */
export const retriesAndTimeouts: ControllerRule[] = [
  {
    ruleId: 'istio/retry-attempts',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachHttp(virtualService, ({ retries = {} }, field) => {
      const { attempts = 0 } = retries;
      const idle = ['perTryTimeout', 'retryOn', 'retryRemoteLocalities'].filter((name) => retries[name] !== undefined && retries[name] !== '');
      return [
        ...attempts < 0 ? [{ field: `${field}.retries.attempts`, problem: 'must be at least 0', value: attempts, remedy: 'change the number' }] : [],
        ...attempts === 0 ? idle.map((name) => ({ field: `${field}.retries.${name}`, problem: "must be left out where 'attempts' is 0, which retries nothing", remedy: "raise 'attempts', or remove it" })) : [],
      ];
    }),
  },
  {
    ruleId: 'istio/retry-on',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachHttp(virtualService, ({ retries }, field) => (retries?.retryOn ? retries.retryOn.split(',') : [])
      .filter((cause: string) => !CAUSES.includes(cause) && !isStatus(cause)).map((cause: string) => ({
        field: `${field}.retries.retryOn`, problem: `must be status codes or ${CAUSES.join(', ')}, separated by commas without spaces`, value: cause, remedy: 'change it',
      }))),
  },
  {
    ruleId: 'istio/malformed-duration',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachHttp(virtualService, ({ timeout, retries, corsPolicy, fault }, field) => [
      ...badDuration(timeout, `${field}.timeout`),
      ...badDuration(retries?.perTryTimeout, `${field}.retries.perTryTimeout`),
      ...badDuration(retries?.backoff, `${field}.retries.backoff`),
      ...badDuration(corsPolicy?.maxAge, `${field}.corsPolicy.maxAge`),
      ...badDuration(fault?.delay?.fixedDelay, `${field}.fault.delay.fixedDelay`),
    ]),
  },
];

const CAUSES = [
  '5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure', 'retriable-4xx', 'refused-stream', 'retriable-status-codes', 'retriable-headers',
  'envoy-ratelimited', 'http3-post-connect-failure', 'cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable',
];

/** Go's list of status codes is Node's without 509. */
function isStatus(cause: string): boolean {
  return /^[+-]?\d+$/.test(cause) && Number(cause) !== 509 && STATUS_CODES[Number(cause)] !== undefined;
}
