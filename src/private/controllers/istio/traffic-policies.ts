import { badDuration } from './durations';
import { DESTINATION_RULE } from './http-routes';
import { isLabelKey, isLabelValue } from '../../kubernetes-names';
import { goSeconds } from '../argo-rollouts/durations';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * How proxies call the pods of a Service. Localities, tunnels and certificates of ConfigMaps are left to Istio.
 *
 * @see https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go validateTrafficPolicy, validateSubset
 */
export const trafficPolicies: ControllerRule[] = [
  {
    ruleId: 'istio/empty-policy',
    kinds: [DESTINATION_RULE],
    violations: (rule) => eachPolicy(rule, (policy, field, isOfPort) => [
      ...(isOfPort ? PARTS_OF_PORT : PARTS).some((part) => policy[part] !== undefined && policy[part].length !== 0) ? [] : [{ field, problem: 'must say something', remedy: 'remove it' }],
      ...policy.tunnel && policy.proxyProtocol ? [{ field: `${field}.tunnel`, problem: "must be left out beside 'proxyProtocol'", remedy: 'keep one of them' }] : [],
      ...isOfPort && policy.port === undefined ? [{ field: `${field}.port`, problem: 'must be given', remedy: 'say which port' }] : [],
      ...policy.connectionPool && !policy.connectionPool.http && !policy.connectionPool.tcp ? [{ field: `${field}.connectionPool`, problem: "must have 'http' or 'tcp'", remedy: 'remove it' }] : [],
    ]),
  },
  {
    ruleId: 'istio/outlier-detection',
    kinds: [DESTINATION_RULE],
    violations: (rule) => eachPolicy(rule, ({ outlierDetection = {} }, field) => [
      ...['maxEjectionPercent', 'minHealthPercent'].filter((name) => outlierDetection[name] < 0 || outlierDetection[name] > 100).map((name) => ({
        field: `${field}.outlierDetection.${name}`, problem: 'must be from 0 to 100', value: outlierDetection[name], remedy: 'give a share of the pods',
      })),
      ...outlierDetection.consecutiveLocalOriginFailures > 0 && !outlierDetection.splitExternalLocalOriginErrors ? [{
        field: `${field}.outlierDetection.consecutiveLocalOriginFailures`, problem: "needs 'splitExternalLocalOriginErrors: true'", value: outlierDetection.consecutiveLocalOriginFailures, remedy: 'add it',
      }] : [],
    ]),
  },
  {
    ruleId: 'istio/connection-pool',
    kinds: [DESTINATION_RULE],
    violations: (rule) => eachPolicy(rule, ({ connectionPool: { http = {}, tcp = {} } = {} as any }, field) => [
      ...Object.entries<any>({ http, tcp }).flatMap(([protocol, settings]) => COUNTS[protocol].filter((name) => settings[name] < 0).map((name) => ({
        field: `${field}.connectionPool.${protocol}.${name}`, problem: 'must be at least 0', value: settings[name], remedy: 'change the number',
      }))),
      ...http.h2UpgradePolicy === 'UPGRADE' && http.useClientProtocol ? [{
        field: `${field}.connectionPool.http.useClientProtocol`, problem: "must be left out with 'h2UpgradePolicy: UPGRADE'", remedy: 'keep one of them',
      }] : [],
      ...http.http2KeepAlive ? ['interval', 'timeout'].filter((name) => http.http2KeepAlive[name] === undefined).map((name) => ({
        field: `${field}.connectionPool.http.http2KeepAlive.${name}`, problem: 'must be given', remedy: "add it, such as '10s'",
      })) : [],
    ]),
  },
  {
    ruleId: 'istio/load-balancer',
    kinds: [DESTINATION_RULE],
    violations: (rule) => eachPolicy(rule, ({ loadBalancer: { consistentHash = {}, warmup, ...settings } = {} as any }, field) => [
      ...badHash(consistentHash, `${field}.loadBalancer.consistentHash`),
      ...settings.localityLbSetting && settings.zoneAwareLbSetting ? [{ field: `${field}.loadBalancer.zoneAwareLbSetting`, problem: "must be left out beside 'localityLbSetting'", remedy: 'keep one of them' }] : [],
      ...warmup?.aggression <= 0 ? [{ field: `${field}.loadBalancer.warmup.aggression`, problem: 'must be above 0', value: warmup.aggression, remedy: 'change the number' }] : [],
    ]),
  },
  {
    ruleId: 'istio/client-certificate',
    kinds: [DESTINATION_RULE],
    violations: (rule) => eachPolicy(rule, ({ tls }, field) => tls ? badClient(tls, `${field}.tls`) : []),
  },
  {
    ruleId: 'istio/policy-duration',
    kinds: [DESTINATION_RULE],
    violations: (rule) => eachPolicy(rule, ({ outlierDetection, connectionPool, loadBalancer }, field) => [
      ...['baseEjectionTime', 'interval'].flatMap((name) => badDuration(outlierDetection?.[name], `${field}.outlierDetection.${name}`)),
      ...badDuration(connectionPool?.http?.idleTimeout, `${field}.connectionPool.http.idleTimeout`),
      ...['interval', 'timeout'].flatMap((name) => badDuration(connectionPool?.http?.http2KeepAlive?.[name], `${field}.connectionPool.http.http2KeepAlive.${name}`)),
      ...['connectTimeout', 'maxConnectionDuration'].flatMap((name) => badDuration(connectionPool?.tcp?.[name], `${field}.connectionPool.tcp.${name}`)),
      // none ends an idle connection
      ...isNone(connectionPool?.tcp?.idleTimeout) ? [] : badDuration(connectionPool?.tcp?.idleTimeout, `${field}.connectionPool.tcp.idleTimeout`),
      ...['time', 'interval'].flatMap((name) => badDuration(connectionPool?.tcp?.tcpKeepalive?.[name], `${field}.connectionPool.tcp.tcpKeepalive.${name}`)),
      ...badDuration(loadBalancer?.warmup?.duration, `${field}.loadBalancer.warmup.duration`),
    ]),
  },
  {
    ruleId: 'istio/subset-labels',
    kinds: [DESTINATION_RULE],
    violations: ({ spec = {} }) => (spec.subsets ?? []).flatMap(({ labels = {} }: any, i: number) => Object.entries<string>(labels)
      .filter(([key, value]) => !isLabelKey(key) || !isLabelValue(value))
      .map(([key, value]) => ({ field: `spec.subsets[${i}].labels`, problem: 'must be labels that pods can have', value: `${key}: ${value}`, remedy: 'change the label' }))),
  },
];

const PARTS_OF_PORT = ['outlierDetection', 'connectionPool', 'loadBalancer', 'tls'];
const PARTS = [...PARTS_OF_PORT, 'portLevelSettings', 'tunnel', 'proxyProtocol', 'retryBudget'];
const COUNTS: { [protocol: string]: string[] } = {
  http: ['http1MaxPendingRequests', 'http2MaxRequests', 'maxRequestsPerConnection', 'maxRetries', 'maxConcurrentStreams'],
  tcp: ['maxConnections'],
};
const LARGEST_TABLE = 5_000_011;

/** Of the rule, of its subsets, and of single ports. A policy of a subset says nothing where it is left out. */
function eachPolicy({ spec = {} }: any, check: (policy: any, field: string, isOfPort: boolean) => Violation[]): Violation[] {
  const all = (policy: any, field: string) => policy === undefined ? [] : [
    ...check(policy, field, false),
    ...(policy.portLevelSettings ?? []).flatMap((one: any, i: number) => check(one, `${field}.portLevelSettings[${i}]`, true)),
  ];
  return [...all(spec.trafficPolicy, 'spec.trafficPolicy'), ...(spec.subsets ?? []).flatMap((subset: any, i: number) => all(subset.trafficPolicy, `spec.subsets[${i}].trafficPolicy`))];
}

function badHash({ httpCookie, maglev, ringHash, minimumRingSize }: any, field: string): Violation[] {
  const names: string[] = (httpCookie?.attributes ?? []).map(({ name = '' }: any) => name);
  return [
    ...httpCookie && !httpCookie.name ? [{ field: `${field}.httpCookie.name`, problem: 'must be given', remedy: 'name the cookie' }] : [],
    ...names.flatMap((name, i) => name === '' || names.indexOf(name) < i ? [{
      field: `${field}.httpCookie.attributes[${i}].name`, problem: 'must be given, and differ from those before it', value: name, remedy: 'rename the attribute',
    }] : []),
    ...minimumRingSize && (maglev || ringHash) ? [{ field: `${field}.minimumRingSize`, problem: "must be left out beside 'maglev' or 'ringHash'", value: minimumRingSize, remedy: "use 'ringHash'" }] : [],
    ...maglev && !(maglev.tableSize < LARGEST_TABLE && isPrime(maglev.tableSize)) ? [{
      field: `${field}.maglev.tableSize`, problem: `must be a prime number below ${LARGEST_TABLE}`, value: maglev.tableSize, remedy: 'use 65537',
    }] : [],
  ];
}

/** @see https://github.com/istio/istio/blob/master/pkg/config/validation/agent/validation.go ValidateTLS */
function badClient(tls: any, field: string): Violation[] {
  const { mode = 'DISABLE', credentialName, clientCertificate, privateKey, caCertificates, caCrl, subjectAltNames, insecureSkipVerify } = tls;
  const isOurs = ['SIMPLE', 'MUTUAL'].includes(mode);
  const unasked = isOurs && insecureSkipVerify && (caCertificates || subjectAltNames?.length > 0 || (mode === 'SIMPLE' && credentialName));
  const beside = isOurs && credentialName && (clientCertificate || caCertificates || privateKey || caCrl);
  return [
    ...unasked ? [{ field: `${field}.insecureSkipVerify`, problem: 'must be left out beside what a server is verified by', value: insecureSkipVerify, remedy: 'remove it' }] : [],
    ...beside ? [{ field: `${field}.credentialName`, problem: 'must be the only source of certificates', value: credentialName, remedy: 'keep one of them' }] : [],
    ...mode === 'MUTUAL' && !credentialName && !(clientCertificate && privateKey) ? [{ field, problem: 'must have a certificate and its key with MUTUAL', remedy: "give 'credentialName', or both of them" }] : [],
  ];
}

function isNone(timeout: string | undefined): boolean {
  return Math.abs(goSeconds(timeout ?? '') ?? 1) < 0.001;
}

function isPrime(number: number): boolean {
  if (number >= 1 && number < 4) {return true;}
  const odd = Array.from({ length: Math.max(0, Math.floor((Math.sqrt(number) - 1) / 2)) }, (_, i) => 2 * i + 3);
  return number % 2 === 1 && odd.every((factor) => number % factor !== 0);
}
