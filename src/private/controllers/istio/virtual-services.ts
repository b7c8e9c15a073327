import { isAddress, isIstioLabel, isWildcardDomain } from './hosts';
import { badGateways, DESTINATION_RULE, eachHttp, eachMatch, VIRTUAL_SERVICE } from './http-routes';
import { ControllerRule, Violation } from '../controller-rule';

/** @see https://github.com/istio/istio/blob/master/pkg/config/validation/virtualservice.go */
export const virtualServices: ControllerRule[] = [
  {
    ruleId: 'istio/no-routes',
    kinds: [VIRTUAL_SERVICE],
    violations: ({ spec = {} }) => ['http', 'tls', 'tcp'].some((protocol) => spec[protocol]?.length > 0) ? [] : [{
      field: 'spec', problem: "must have 'http', 'tls' or 'tcp' routes", remedy: 'say where requests go',
    }],
  },
  {
    ruleId: 'istio/delegate',
    kinds: [VIRTUAL_SERVICE],
    violations: ({ spec = {} }) => spec.hosts?.length > 0 ? [] : ['gateways', 'tls', 'tcp'].filter((field) => spec[field]?.length > 0).map((field) => ({
      field: `spec.${field}`, problem: "must be left out without 'hosts', as others delegate http requests to it", remedy: "give it 'hosts'",
    })),
  },
  {
    ruleId: 'istio/malformed-host',
    kinds: [VIRTUAL_SERVICE],
    violations: ({ spec = {} }) => (spec.hosts ?? []).flatMap((host: string, i: number) => isWildcardDomain(host) || isAddress(host) ? [] : [{
      field: `spec.hosts[${i}]`, problem: "must be the name of a host, whose first part may be '*'", value: host, remedy: 'change the host',
    }]),
  },
  {
    ruleId: 'istio/every-host-in-the-mesh',
    kinds: [VIRTUAL_SERVICE],
    violations: ({ spec: { hosts = [], gateways = [] } = {} as any }) => hosts.flatMap((host: string, i: number) =>
      host !== '*' || (gateways.length > 0 && !gateways.includes('mesh')) ? [] : [{
        field: `spec.hosts[${i}]`, problem: "must not be '*' for callers in the mesh", value: host, remedy: "name the host, or only 'gateways' other than 'mesh'",
      }]),
  },
  {
    ruleId: 'istio/duplicate-host',
    kinds: [VIRTUAL_SERVICE],
    violations: ({ spec = {} }) => (spec.hosts ?? []).flatMap((host: string, i: number, hosts: string[]) =>
      hosts.slice(0, i).some((other) => overlap(host, other)) ? [{
        field: `spec.hosts[${i}]`, problem: 'must differ from those before it, and not be covered by them', value: host, remedy: 'remove one of them',
      }] : []),
  },
  {
    ruleId: 'istio/malformed-gateway',
    kinds: [VIRTUAL_SERVICE],
    violations: ({ spec = {} }) => badGateways(spec.gateways, 'spec.gateways'),
  },
  {
    ruleId: 'istio/export-to',
    kinds: [VIRTUAL_SERVICE, DESTINATION_RULE],
    violations: ({ spec: { exportTo = [], workloadSelector } = {} as any, metadata: { namespace = '.' } }) => {
      const names: string[] = exportTo.map((name: string) => name === '.' ? namespace : name);
      const isRight = names.every((name, i) => (['.', '*'].includes(name) || isIstioLabel(name)) && names.indexOf(name) === i);
      const isAlone = names.length < 2 || !(names.includes('*') || workloadSelector);
      return isRight && isAlone && !(workloadSelector && names.some((name) => name !== namespace)) ? [] : [{
        field: 'spec.exportTo',
        problem: workloadSelector ? "must be left out or '.' with 'workloadSelector'" : "must hold '*' alone, or different namespaces, of which '.' is its own",
        value: exportTo,
        remedy: 'say who may use it',
      }];
    },
  },
  {
    ruleId: 'istio/one-action',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachHttp(virtualService, ({ delegate, ...route }, field, isDelegate) => {
      const given = ['route', 'redirect', 'directResponse'].filter((action) => route[action] !== undefined && (action !== 'route' || route.route.length > 0 || delegate));
      const beside = ['fault', 'rewrite'].filter((extra) => route[extra] !== undefined && !delegate && (route.redirect || route.directResponse));
      if (delegate && !isDelegate) {
        return given.filter((action) => action !== 'directResponse').map((action) => ({ field: `${field}.${action}`, problem: "must be left out beside 'delegate'", remedy: 'keep one of them' }));
      }
      return given.length === 1 && beside.length === 0 ? [] : [{
        field, problem: "must have exactly one of 'route', 'redirect' and 'directResponse', and no 'fault' or 'rewrite' beside the last two", value: [...given, ...beside].join(' and '), remedy: 'make a route of each',
      }];
    }),
  },
  {
    ruleId: 'istio/two-ways-to-mirror',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachHttp(virtualService, ({ mirror, mirrors, delegate }, field) => mirror && mirrors?.length > 0 && !delegate ? [{
      field: `${field}.mirrors`, problem: "must be left out beside 'mirror'", remedy: 'keep one of them',
    }] : []),
  },
  {
    ruleId: 'istio/mirror-percentage',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachHttp(virtualService, ({ mirrorPercentage, mirrorPercent, mirrors = [] }, field) => [
      ...outOfPercent(mirrorPercentage?.value, `${field}.mirrorPercentage.value`),
      ...outOfPercent(mirrorPercent, `${field}.mirrorPercent`),
      ...mirrors.flatMap(({ percentage }: any, i: number) => outOfPercent(percentage?.value, `${field}.mirrors[${i}].percentage.value`)),
    ]),
  },
  {
    ruleId: 'istio/malformed-destination',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachDestination(virtualService, ({ host, subset, port }, field) => [
      ...host !== '*' && isWildcardDomain(host) ? [] : [{ field: `${field}.host`, problem: 'must be the name of a host', value: host, remedy: 'name a Service' }],
      ...!subset || isIstioLabel(subset) ? [] : [{ field: `${field}.subset`, problem: "must be at most 63 letters, digits and '-'", value: subset, remedy: 'name a subset of a DestinationRule' }],
      ...!port || (port.number >= 1 && port.number <= 65535) ? [] : [{ field: `${field}.port.number`, problem: 'must be from 1 to 65535', value: port.number ?? 0, remedy: 'change the port' }],
    ]),
  },
  {
    ruleId: 'istio/route-weights',
    kinds: [VIRTUAL_SERVICE],
    violations: ({ spec = {} }) => ['http', 'tls', 'tcp'].flatMap((protocol) => (spec[protocol] ?? []).flatMap(({ route = [] }: any, i: number) => {
      const weights: number[] = route.map(({ weight = 0 }: any) => weight);
      const field = `spec.${protocol}[${i}].route`;
      return [
        ...weights.flatMap((weight, j) => weight < 0 ? [{ field: `${field}[${j}].weight`, problem: 'must be at least 0', value: weight, remedy: 'change the weight' }] : []),
        ...weights.length > 1 && weights.reduce((sum, weight) => sum + weight, 0) === 0 ? [{
          field, problem: 'must have a destination with a weight above 0, as it has several', remedy: 'say how requests are shared out',
        }] : [],
      ];
    })),
  },
  {
    ruleId: 'istio/empty-match',
    kinds: [VIRTUAL_SERVICE],
    violations: (virtualService) => eachMatch(virtualService, (match, field) => [
      ...emptyMatch(match.uri, `${field}.uri`, ['regex']),
      ...['scheme', 'method', 'authority'].flatMap((part) => emptyMatch(match[part], `${field}.${part}`)),
      ...['headers', 'withoutHeaders', 'queryParams'].flatMap((map) => Object.entries(match[map] ?? {}).flatMap(([name, value]) => emptyMatch(value, `${field}.${map}.${name}`))),
    ]),
  },
];

function eachDestination(virtualService: any, check: (destination: any, field: string) => Violation[]): Violation[] {
  const { spec = {} } = virtualService;
  const named = (list: any[] = [], field: string) => list.flatMap(({ destination }, i) => destination ? check(destination, `${field}[${i}].destination`) : []);
  return [
    ...['http', 'tls', 'tcp'].flatMap((protocol) => (spec[protocol] ?? []).flatMap(({ route }: any, i: number) => named(route, `spec.${protocol}[${i}].route`))),
    ...eachHttp(virtualService, ({ mirror, mirrors }, field) => [...mirror ? check(mirror, `${field}.mirror`) : [], ...named(mirrors, `${field}.mirrors`)]),
  ];
}

function outOfPercent(value: number | undefined, field: string): Violation[] {
  return value === undefined || (value >= 0 && value <= 100) ? [] : [{ field, problem: 'must be from 0 to 100', value, remedy: 'give a share of the requests' }];
}

function emptyMatch(match: any, field: string, ways = ['prefix', 'regex']): Violation[] {
  return ways.filter((way) => match?.[way] === '').map((way) => ({ field: `${field}.${way}`, problem: 'must not be empty', remedy: 'remove it, or say what to match' }));
}

/** @see https://github.com/istio/istio/blob/master/pkg/config/host/name.go Matches */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((host) => ({ host, isWild: host.startsWith('*'), end: host.replace(/^\*/, '') }));
  if (a.isWild && b.isWild) {return a.end.endsWith(b.end) || b.end.endsWith(a.end);}
  if (a.isWild) {return b.host.endsWith(a.end);}
  return b.isWild ? a.host.endsWith(b.end) : a.host === b.host;
}
