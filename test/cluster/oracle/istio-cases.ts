import * as fc from 'fast-check';
import { answerOfHttp, corsOfHttp, headersOfHttp, matchOfHttp, retriesOfHttp, trafficPolicy } from './istio-http-cases';
import { odd, often } from './odd';
import { Pick, pickFrom } from './worlds';

/** One manifest of Istio, and the family of rules that it is about. */
export interface IstioCase {
  readonly manifest: any;
  readonly family: string;
}

type Maker = (pick: Pick) => any;

const HOSTS = ['fraud', 'fraud.ml.svc.cluster.local', '*.example.com', 'api.example.com', '*', '10.0.0.1', 'bad_host', 'a..b', '', 'fraud.example.com', 'a.1'];

/** Manifests of the kinds that the library makes, one choice in three of which is odd. */
const MAKERS: { [family: string]: Maker[] } = {
  'istio: virtual services': [virtualService, virtualService, virtualService, delegate],
  'istio: matches': [matchOfHttp],
  'istio: headers': [headersOfHttp],
  'istio: cross origin': [corsOfHttp],
  'istio: retries and timeouts': [retriesOfHttp],
  'istio: faults and answers': [answerOfHttp],
  'istio: traffic policies': [trafficPolicy],
  'istio: gateways': [gateway, destinationRule],
  'istio: security': [authorizationPolicy, requestAuthentication, peerAuthentication],
};

export const istioCases: fc.Arbitrary<IstioCase> = fc.gen().map((gen) => {
  const pick = pickFrom(gen);
  const family = pick(...Object.keys(MAKERS));
  return { family, manifest: JSON.parse(JSON.stringify(pick(...MAKERS[family])(pick))) };
});

function virtualService(pick: Pick): any {
  const destination = () => ({ host: odd(pick, 'fraud', ...HOSTS), ...odd<any>(pick, {}, { subset: pick('v1', 'v_1', '') }, { port: { number: pick(80, 0, 65536) } }) });
  const text = () => often<any>(pick, { exact: 'a' }, { prefix: '' }, { prefix: 'a' }, { regex: '' }, { regex: '.*' }, { exact: '' });
  const weighted = () => ({ destination: destination(), ...odd<any>(pick, { weight: pick(50, 100, 1) }, { weight: 0 }, { weight: -1 }, {}) });
  const http = () => ({
    ...odd<any>(pick, { route: [weighted(), weighted()] }, { route: [weighted()] }, { redirect: { uri: '/a' } }, { directResponse: { status: 403 } }, {}, { route: [] }, { route: [weighted()], redirect: { uri: '/a' } },
      { route: [{ destination: destination(), weight: 0 }, { destination: destination(), weight: 0 }] }, { redirect: { uri: '/a' }, rewrite: { uri: '/b' } }, { delegate: { name: 'a', namespace: 'b' } }),
    ...odd<any>(pick, {}, { mirror: destination(), mirrorPercentage: { value: pick(0, 10.5, 100, 101, -1) } },
      { mirrors: [{ destination: destination(), percentage: { value: pick(5, 101) } }] },
      { mirror: destination(), mirrors: [{ destination: destination() }] }),
    ...odd<any>(pick, {}, { match: [{ uri: text() }] }, { match: [{ method: text(), headers: { a: text() } }] },
      { match: [{ queryParams: { a: text() } }, { authority: text() }] },
      { fault: { abort: { httpStatus: 500, percentage: { value: 5 } } } }),
  });
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'fraud', namespace: 'ml' },
    spec: {
      hosts: often(pick, ['fraud'], [pick(...HOSTS)], [pick(...HOSTS), pick(...HOSTS)], ['*'], ['fraud', 'fraud'], []),
      ...odd<any>(pick, {}, { gateways: [often(pick, 'istio-system/outside', 'mesh', 'outside', 'a/b/c', '/a', 'A_b')] }, { gateways: ['mesh', 'istio-system/outside'] }),
      ...odd<any>(pick, {}, { exportTo: pick(['.'], ['*'], ['*', 'ml'], ['.', 'ml'], ['.', 'a'], ['a_b'], ['~']) }),
      ...odd<any>(pick, { http: [http()] }, { http: [http(), http()] }, {}, { http: [] },
        { tcp: [{ route: [weighted()] }] }, { tcp: [{ route: [weighted(), weighted()] }] }),
    },
  };
}

/** A VirtualService without hosts, to which others delegate. */
function delegate(pick: Pick): any {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'fraud', namespace: 'ml' },
    spec: { ...pick<any>({}, { gateways: ['mesh'] }, { tcp: [{ route: [{ destination: { host: 'fraud' } }] }] }), http: [{ route: [{ destination: { host: 'fraud' } }] }] },
  };
}

function gateway(pick: Pick): any {
  const server = (name: string) => ({
    hosts: odd(pick, ['fraud.example.com'], [pick(...HOSTS)], [], [`ml/${pick(...HOSTS)}`], ['*/fraud.example.com'], ['./a.example.com'], ['a_b/a.example.com']),
    ...pick<any>({
      port: { number: odd(pick, 443, 0, 65536), name: odd(pick, name, 'https', ''), protocol: odd(pick, 'HTTPS', 'TLS', 'https', 'QUIC', 'HTTP') },
      tls: odd<any>(pick, { mode: 'SIMPLE', credentialName: 'fraud-tls' }, undefined, { mode: 'SIMPLE' }, { mode: 'MUTUAL' }, { mode: 'MUTUAL', credentialName: 'a' }, { mode: 'ISTIO_MUTUAL' }, { mode: 'ISTIO_MUTUAL', credentialName: 'a' },
        { mode: 'SIMPLE', serverCertificate: 'a', privateKey: 'b' }, { mode: 'SIMPLE', serverCertificate: 'a', privateKey: 'b', credentialName: 'c' }, { mode: 'MUTUAL', serverCertificate: 'a', privateKey: 'b' },
        { mode: 'PASSTHROUGH' }, { mode: 'SIMPLE', tlsCertificates: [{ serverCertificate: 'a', privateKey: 'b' }] }),
    }, {
      port: { number: 80, name: odd(pick, `${name}-plain`, 'http'), protocol: odd(pick, 'HTTP', 'HTTP2', 'TCP', 'GRPC') },
      tls: odd<any>(pick, undefined, { httpsRedirect: true }, { mode: 'SIMPLE', credentialName: 'a' }),
    }),
  });
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: odd(pick, 'outside', 'outside.ml', 'a-b'), namespace: 'ml' },
    spec: { selector: { istio: 'ingressgateway' }, servers: pick(...Array(5).fill([server('https')]), [server('https'), server('https')], [server('https'), server('other')], often(pick, [server('https')], [])) },
  };
}

function destinationRule(pick: Pick): any {
  const names = ['stable', 'canary', 'v_1', 'stable'];
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'fraud', namespace: 'ml' },
    spec: {
      host: odd(pick, 'fraud', ...HOSTS),
      subsets: [{ name: odd(pick, 'stable', ...names), labels: { app: 'fraud' } }, { name: odd(pick, 'canary', ...names), labels: { app: 'fraud' } }],
      ...odd<any>(pick, {}, { trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } }),
    },
  };
}

function target(pick: Pick): any {
  const selector = { matchLabels: odd<any>(pick, { app: 'fraud' }, { app: '*' }, { 'a*': 'b' }, {}) };
  return odd<any>(pick, { selector }, {}, { targetRefs: [{ kind: 'Service', name: 'fraud' }] }, { selector, targetRefs: [{ kind: 'Service', name: 'fraud' }] }, { selector, targetRefs: [] });
}

function authorizationPolicy(pick: Pick): any {
  const source = () => odd<any>(pick, { principals: ['cluster.local/ns/a/sa/b'] }, { namespaces: ['a'] }, {}, undefined, { principals: [] }, { serviceAccounts: ['a/b'] }, { serviceAccounts: ['a/b'], namespaces: ['a'] }, { ipBlocks: ['10.0.0.0/8'] });
  const operation = () => odd<any>(pick, { ports: ['8080'], paths: ['/predict'] }, { methods: ['GET'] }, {}, undefined, { ports: ['http'] }, { ports: ['65536'] }, { notPorts: ['0'] });
  const rule = () => ({
    ...odd<any>(pick, { from: [{ source: source() }] }, {}),
    ...odd<any>(pick, { to: [{ operation: operation() }] }, {}),
    ...often<any>(pick, {}, { when: [{ key: pick('request.headers[a]', 'source.namespace', ''), ...pick<any>({ values: ['b'] }, { notValues: ['b'] }, {}) }] }),
  });
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'fraud', namespace: 'ml' },
    spec: {
      ...target(pick),
      ...often<any>(pick, { action: pick('ALLOW', 'DENY') }, {}, { action: 'CUSTOM', provider: { name: 'opa' } }, { action: 'CUSTOM', provider: { name: 'opa' }, rules: [{ to: [{ operation: { paths: ['/a'] } }] }] }, { action: 'CUSTOM' }, { provider: { name: 'opa' } }),
      ...odd<any>(pick, { rules: [rule()] }, { rules: [rule()] }, {}, { rules: [] }, { rules: [rule(), rule()] }, { rules: [{}] }),
    },
  };
}

function requestAuthentication(pick: Pick): any {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'RequestAuthentication',
    metadata: { name: 'fraud', namespace: 'ml' },
    spec: { ...target(pick), jwtRules: [often<any>(pick, { issuer: 'https://issuer.example.com', jwksUri: 'https://issuer.example.com/keys' }, {}, { issuer: 'me' }, { jwksUri: 'https://issuer.example.com/keys' })] },
  };
}

function peerAuthentication(pick: Pick): any {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'fraud', namespace: 'ml' },
    spec: {
      ...odd<any>(pick, { selector: { matchLabels: odd<any>(pick, { app: 'fraud' }, { app: '*' }) } }, {}),
      mtls: { mode: 'STRICT' },
      ...odd<any>(pick, { portLevelMtls: { [odd(pick, '9090', '0', '65536')]: { mode: 'PERMISSIVE' } } }, {}),
    },
  };
}
