import { badSelector } from './hosts';
import { DESTINATION_RULE } from './http-routes';
import { ControllerRule, Violation } from '../controller-rule';

const AUTHORIZATION = 'security.istio.io/AuthorizationPolicy';
const REQUESTS = 'security.istio.io/RequestAuthentication';
const PEERS = 'security.istio.io/PeerAuthentication';

/** @see https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go ValidateAuthorizationPolicy, ValidateRequestAuthentication, ValidatePeerAuthentication */
export const security: ControllerRule[] = [
  {
    ruleId: 'istio/one-target',
    kinds: [AUTHORIZATION, REQUESTS],
    violations: ({ spec = {} }) => [spec.selector, spec.targetRef, spec.targetRefs?.length > 0].filter(Boolean).length < 2 ? [] : [{
      field: 'spec', problem: "must have one of 'selector' and 'targetRefs'", remedy: 'keep one of them',
    }],
  },
  {
    ruleId: 'istio/wildcard-selector',
    kinds: [AUTHORIZATION, REQUESTS, PEERS, DESTINATION_RULE],
    violations: ({ spec = {} }) => ['selector', 'workloadSelector'].flatMap((name) => badSelector(spec[name]?.matchLabels, `spec.${name}.matchLabels`)),
  },
  {
    ruleId: 'istio/policy-without-rules',
    kinds: [AUTHORIZATION],
    violations: ({ spec = {} }) => ['DENY', 'CUSTOM'].includes(spec.action) && !(spec.rules?.length > 0) ? [{
      field: 'spec.rules', problem: `must hold at least one with ${spec.action}, else it would never apply`, remedy: "add '{}' for every request",
    }] : [],
  },
  {
    ruleId: 'istio/policy-provider',
    kinds: [AUTHORIZATION],
    violations: ({ spec = {} }) => (spec.action === 'CUSTOM' && spec.rules?.length > 0 && !spec.provider?.name) || (spec.action !== 'CUSTOM' && spec.provider) ? [{
      field: 'spec.provider', problem: 'must be given with CUSTOM, and only then', value: spec.provider, remedy: 'name the one who decides',
    }] : [],
  },
  {
    ruleId: 'istio/empty-source',
    kinds: [AUTHORIZATION],
    violations: (policy) => eachRule(policy, ({ from = [] }, field) => from.flatMap(({ source }: any, i: number) => isEmpty(source) ? [{
      field: `${field}.from[${i}].source`, problem: 'must say who calls', remedy: "leave 'from' out for everybody",
    }] : [])),
  },
  {
    ruleId: 'istio/source-of-two-kinds',
    kinds: [AUTHORIZATION],
    violations: (policy) => eachRule(policy, ({ from = [] }, field) => from.flatMap(({ source = {} }: any, i: number) =>
      has(source, 'serviceAccounts', 'notServiceAccounts') && has(source, 'principals', 'notPrincipals', 'namespaces', 'notNamespaces') ? [{
        field: `${field}.from[${i}].source`, problem: "must not combine 'serviceAccounts' with 'principals' or 'namespaces'", remedy: "write 'namespace/serviceAccount'",
      }] : [])),
  },
  {
    ruleId: 'istio/custom-source',
    kinds: [AUTHORIZATION],
    violations: (policy) => policy.spec?.action !== 'CUSTOM' ? [] : eachRule(policy, ({ from = [], when = [] }, field) => [
      ...from.flatMap(({ source = {} }: any, i: number) => IDENTITIES.filter((name) => has(source, name)).map((name) => ({
        field: `${field}.from[${i}].source.${name}`, problem: 'must be left out with CUSTOM', value: source[name], remedy: 'leave the question to the one who decides',
      }))),
      ...when.flatMap(({ key = '' }: any, i: number) => IDENTITY_KEYS.includes(key) || key.startsWith('request.auth.') ? [{
        field: `${field}.when[${i}].key`, problem: 'must not be about who calls with CUSTOM', value: key, remedy: 'leave the question to the one who decides',
      }] : []),
    ]),
  },
  {
    ruleId: 'istio/empty-operation',
    kinds: [AUTHORIZATION],
    violations: (policy) => eachRule(policy, ({ to = [] }, field) => to.flatMap(({ operation }: any, i: number) => isEmpty(operation) ? [{
      field: `${field}.to[${i}].operation`, problem: 'must say what is called', remedy: "leave 'to' out for everything",
    }] : [])),
  },
  {
    ruleId: 'istio/operation-port',
    kinds: [AUTHORIZATION],
    violations: (policy) => eachRule(policy, ({ to = [] }, field) => to.flatMap(({ operation = {} }: any, i: number) => ['ports', 'notPorts'].flatMap((which) =>
      (operation[which] ?? []).filter((port: string) => !/^\d+$/.test(port) || Number(port) > 65535).map((port: string) => ({
        field: `${field}.to[${i}].operation.${which}`, problem: 'must hold ports from 0 to 65535', value: port, remedy: 'change the port',
      }))))),
  },
  {
    ruleId: 'istio/empty-condition',
    kinds: [AUTHORIZATION],
    violations: (policy) => eachRule(policy, ({ when = [] }, field) => when.flatMap(({ key, ...lists }: any, i: number) => key && has(lists, 'values', 'notValues') ? [] : [{
      field: `${field}.when[${i}]`, problem: "must have a 'key' and 'values' or 'notValues'", value: key, remedy: 'complete it',
    }])),
  },
  {
    ruleId: 'istio/issuer-missing',
    kinds: [REQUESTS],
    violations: ({ spec = {} }) => (spec.jwtRules ?? []).flatMap(({ issuer, jwksUri }: any, i: number) => issuer || jwksUri ? [] : [{
      field: `spec.jwtRules[${i}].issuer`, problem: 'must be given', remedy: 'say who makes the tokens',
    }]),
  },
  {
    ruleId: 'istio/port-without-selector',
    kinds: [PEERS],
    violations: ({ spec = {} }) => !isEmptyMap(spec.portLevelMtls) && isEmptyMap(spec.selector?.matchLabels) ? [{
      field: 'spec.portLevelMtls', problem: "needs 'selector', as ports belong to pods", remedy: 'select the pods',
    }] : [],
  },
  {
    ruleId: 'istio/peer-port',
    kinds: [PEERS],
    violations: ({ spec = {} }) => Object.keys(spec.portLevelMtls ?? {}).filter((port) => Number(port) < 1 || Number(port) > 65535).map((port) => ({
      field: 'spec.portLevelMtls', problem: 'must have ports from 1 to 65535', value: port, remedy: 'change the port',
    })),
  },
];

const IDENTITIES = ['namespaces', 'serviceAccounts', 'trustDomains', 'principals', 'requestPrincipals']
  .flatMap((name) => [name, `not${name[0].toUpperCase()}${name.slice(1)}`]);
const IDENTITY_KEYS = ['source.namespace', 'source.serviceAccount', 'source.trustDomain', 'source.principal'];

function eachRule({ spec = {} }: any, check: (rule: any, field: string) => Violation[]): Violation[] {
  return (spec.rules ?? []).flatMap((rule: any, i: number) => check(rule, `spec.rules[${i}]`));
}

function has(source: any, ...fields: string[]): boolean {
  return fields.some((field) => source[field]?.length > 0);
}

function isEmptyMap(map: object | undefined): boolean {
  return Object.keys(map ?? {}).length === 0;
}

function isEmpty(value: any): boolean {
  return Object.values(value ?? {}).every((list: any) => list.length === 0);
}
