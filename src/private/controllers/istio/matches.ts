import { isIstioLabel } from './hosts';
import { badGateways, eachHttp, eachMatch, VIRTUAL_SERVICE } from './http-routes';
import { isLabelKey, isLabelValue } from '../../kubernetes-names';
import { ControllerRule, Violation } from '../controller-rule';
import { isRe2 } from '../re2';

/**
 * Which requests an http route is for.
 *
 * @see https://github.com/istio/istio/blob/master/pkg/config/validation/virtualservice.go validateHTTPRouteMatchRequest
 */
export const matches: ControllerRule[] = [
  {
    ruleId: 'istio/header-name',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachMatch(virtualService, (match, field) => HEADER_MAPS.flatMap((map) => Object.keys(match[map] ?? {})
      .filter((name) => !isHeaderName(name) && !PSEUDO_HEADERS.includes(name) && !isClaim(name)).map((name) => ({
        field: `${field}.${map}`, problem: 'must have names of headers as keys', value: name, remedy: 'change the name',
      })))),
  },
  {
    ruleId: 'istio/claim-in-the-mesh',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => {
      const { gateways = [] } = virtualService.spec ?? {};
      return gateways.length > 0 && !gateways.includes('mesh') ? [] : eachMatch(virtualService, (match, field) => HEADER_MAPS.flatMap((map) =>
        Object.keys(match[map] ?? {}).filter(isClaim).map((name) => ({
          field: `${field}.${map}`, problem: 'must not ask for claims of tokens in the mesh, where nobody reads them', value: name, remedy: "name 'gateways' other than 'mesh'",
        }))));
    },
  },
  {
    ruleId: 'istio/malformed-regex',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => [
      ...eachMatch(virtualService, (match, field) => [
        ...['uri', 'scheme', 'method', 'authority'].flatMap((part) => badRegex(match[part]?.regex, `${field}.${part}.regex`)),
        ...[...HEADER_MAPS, 'queryParams'].flatMap((map) => Object.entries<any>(match[map] ?? {})
          // any value of the header
          .filter(([, value]) => !(map === 'withoutHeaders' && value?.regex === '*'))
          .flatMap(([name, value]) => badRegex(value?.regex, `${field}.${map}.${name}.regex`))),
      ]),
      ...eachHttp(virtualService, ({ corsPolicy, rewrite }, field) => [
        ...(corsPolicy?.allowOrigins ?? []).flatMap((origin: any, i: number) => badRegex(origin.regex, `${field}.corsPolicy.allowOrigins[${i}].regex`)),
        ...badRegex(rewrite?.uriRegexRewrite?.match, `${field}.rewrite.uriRegexRewrite.match`),
      ]),
    ],
  },
  {
    ruleId: 'istio/match-source',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachMatch(virtualService, ({ port = 0, sourceLabels = {}, sourceNamespace, gateways }, field) => [
      ...port >= 0 && port <= 65535 ? [] : [{ field: `${field}.port`, problem: 'must be from 1 to 65535', value: port, remedy: 'change the port' }],
      ...Object.entries<string>(sourceLabels).filter(([key, value]) => !isLabelKey(key) || !isLabelValue(value)).map(([key, value]) => ({
        field: `${field}.sourceLabels`, problem: 'must be labels that pods can have', value: `${key}: ${value}`, remedy: 'change the label',
      })),
      ...!sourceNamespace || isIstioLabel(sourceNamespace) ? [] : [{ field: `${field}.sourceNamespace`, problem: 'must be the name of a namespace', value: sourceNamespace, remedy: 'change the name' }],
      ...badGateways(gateways, `${field}.gateways`),
    ]),
  },
];

const HEADER_MAPS = ['headers', 'withoutHeaders'];
const PSEUDO_HEADERS = [':method', ':scheme', ':authority', ':path', ':status'];
const LONGEST_REGEX = 1024;

/** @see https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go validHeaderNameRegex */
export function isHeaderName(name: string): boolean {
  return /^[-!#$%&'*+.^_`|~A-Za-z0-9]+$/.test(name);
}

/** @see https://github.com/istio/istio/blob/master/pkg/jwt/routing.go ToRoutingClaim */
function isClaim(name: string): boolean {
  return /^@request\.auth\.claims(\.[^]|\[[^]+\]$)/i.test(name);
}

function badRegex(regex: string | undefined, field: string): Violation[] {
  return !regex || (Buffer.byteLength(regex) <= LONGEST_REGEX && isRe2(regex)) ? [] : [{
    field, problem: `must be a regular expression of RE2 of at most ${LONGEST_REGEX} bytes, which knows no look-around and no back-references`, value: regex, remedy: 'change the expression',
  }];
}
