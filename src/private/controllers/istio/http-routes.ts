import { isDomain, isIstioLabel } from './hosts';
import { Violation } from '../controller-rule';

export const VIRTUAL_SERVICE = 'networking.istio.io/VirtualService';
export const DESTINATION_RULE = 'networking.istio.io/DestinationRule';

/** What each http route of a VirtualService violates. Without hosts, others delegate requests to it. */
export function eachHttp({ spec = {} }: any, check: (route: any, field: string, isDelegate: boolean) => Violation[]): Violation[] {
  return (spec.http ?? []).flatMap((route: any, i: number) => check(route, `spec.http[${i}]`, !(spec.hosts?.length > 0)));
}

/** What each match of an http route violates. */
export function eachMatch(virtualService: any, check: (match: any, field: string) => Violation[]): Violation[] {
  return eachHttp(virtualService, ({ match = [] }, field) => match.flatMap((one: any, i: number) => check(one, `${field}.match[${i}]`)));
}

/** Names of Gateways that are none. Istio looks at no other after one without a namespace. */
export function badGateways(gateways: string[] = [], field: string): Violation[] {
  const last = gateways.findIndex((gateway) => !gateway.includes('/'));
  return gateways.slice(0, last < 0 ? undefined : last + 1).flatMap((gateway, i) => {
    const [namespace, name, ...rest] = gateway.split('/');
    const isRight = name === undefined ? isDomain(gateway) : isIstioLabel(namespace) && isIstioLabel([name, ...rest].join('/'));
    return isRight ? [] : [{ field: `${field}[${i}]`, problem: "must look like 'namespace/name', or be 'mesh'", value: gateway, remedy: 'name a Gateway' }];
  });
}
