import { eachHttp, VIRTUAL_SERVICE } from './http-routes';
import { isHeaderName } from './matches';
import { goSeconds } from '../argo-rollouts/durations';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * Which pages of other hosts may call.
 *
 * @see https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go validateCORSPolicy
 */
export const crossOrigin: ControllerRule[] = [
  {
    ruleId: 'istio/cors-origin',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachPolicy(virtualService, ({ allowOrigins = [] }, field) => allowOrigins.flatMap((origin: any, i: number) =>
      ['exact', 'prefix', 'regex'].some((way) => origin[way]) ? [] : [{
        field: `${field}.allowOrigins[${i}]`, problem: 'must say which pages', remedy: "give it 'exact', 'prefix' or 'regex'",
      }])),
  },
  {
    ruleId: 'istio/cors-method',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachPolicy(virtualService, ({ allowMethods = [] }, field) => allowMethods.flatMap((method: string, i: number) =>
      METHODS.includes(method) ? [] : [{ field: `${field}.allowMethods[${i}]`, problem: `must be one of ${METHODS.join(', ')}`, value: method, remedy: 'use one of them' }])),
  },
  {
    ruleId: 'istio/cors-header',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachPolicy(virtualService, (policy, field) => ['allowHeaders', 'exposeHeaders'].flatMap((list) =>
      (policy[list] ?? []).flatMap((name: string, i: number) => isHeaderName(name) ? [] : [{
        field: `${field}.${list}[${i}]`, problem: "must be the name of a header, or '*'", value: name, remedy: 'change the name',
      }]))),
  },
  {
    ruleId: 'istio/cors-age',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachPolicy(virtualService, ({ maxAge = '1s' }, field) => (goSeconds(maxAge) ?? 1) % 1 !== 0 ? [{
      field: `${field}.maxAge`, problem: "must be whole seconds, such as '24h' or '600s'", value: maxAge, remedy: 'round it',
    }] : []),
  },
];

function eachPolicy(virtualService: any, check: (policy: any, field: string) => Violation[]): Violation[] {
  return eachHttp(virtualService, ({ corsPolicy }, field) => corsPolicy ? check(corsPolicy, `${field}.corsPolicy`) : []);
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'];
