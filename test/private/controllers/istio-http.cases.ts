import { refusal } from './refusals';
import { ErrorCase } from '../../support/error-case';

/** The http route of the accepted VirtualService with something beside it. */
function http(id: string, when: string, fields: object, sentence: string): ErrorCase {
  return refusal(id, when, ({ virtualService }) => Object.assign(virtualService.spec.http[0], fields), sentence, 'fraud/virtualService');
}

/** A VirtualService of its own, with one route that goes nowhere by weight. */
function route(id: string, when: string, fields: object, sentence: string): ErrorCase {
  return refusal(id, when, (manifests) => (manifests.policy = {
    apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'other' }, spec: { hosts: ['other'], http: [fields] },
  }), sentence, 'fraud/policy');
}

function policy(id: string, when: string, spec: object, sentence: string): ErrorCase {
  return refusal(id, when, (manifests) => (manifests.policy = { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'other' }, spec: { host: 'fraud', ...spec } }), sentence, 'fraud/policy');
}

const pool = (id: string, when: string, connectionPool: object, sentence: string) =>
  policy(id, when, { trafficPolicy: { connectionPool } }, sentence);
const balancer = (id: string, when: string, loadBalancer: object, sentence: string) =>
  policy(id, when, { trafficPolicy: { loadBalancer } }, sentence);
const client = (id: string, when: string, tls: object, sentence: string) => policy(id, when, { trafficPolicy: { tls } }, sentence);

export const cases: ErrorCase[] = [
  http('istio/header-name', 'a match of a header with a name that is none', { match: [{ headers: { 'a b': { exact: 'x' } } }] },
    "'spec.http[0].match[0].headers' must have names of headers as keys, got 'a b'; change the name"),
  http('istio/claim-in-the-mesh', 'a match of a claim where no gateway reads tokens', { match: [{ headers: { '@request.auth.claims.sub': { exact: 'x' } } }] },
    "'spec.http[0].match[0].headers' must not ask for claims of tokens in the mesh, where nobody reads them, got '@request.auth.claims.sub'; name 'gateways' other than 'mesh'"),
  http('istio/malformed-regex', 'an expression that looks ahead', { match: [{ uri: { regex: '/(?!admin)' } }] },
    "'spec.http[0].match[0].uri.regex' must be a regular expression of RE2 of at most 1024 bytes, which knows no look-around and no back-references, got '/(?!admin)'; change the expression"),
  http('istio/malformed-regex', 'pages by an expression that does not end', { corsPolicy: { allowOrigins: [{ regex: '(a' }] } },
    "'spec.http[0].corsPolicy.allowOrigins[0].regex' must be a regular expression of RE2 of at most 1024 bytes, which knows no look-around and no back-references, got '(a'; change the expression"),
  http('istio/match-source', 'requests to a port that is none', { match: [{ port: 65536 }] },
    "'spec.http[0].match[0].port' must be from 1 to 65535, got 65536; change the port"),
  http('istio/match-source', 'callers with a label that none has', { match: [{ sourceLabels: { app: 'a b' } }] },
    "'spec.http[0].match[0].sourceLabels' must be labels that pods can have, got 'app: a b'; change the label"),
  http('istio/match-source', 'callers of a namespace that is none', { match: [{ sourceNamespace: 'a_b' }] },
    "'spec.http[0].match[0].sourceNamespace' must be the name of a namespace, got 'a_b'; change the name"),
  http('istio/header-operation', 'a request with another path', { headers: { request: { set: { ':path': '/' } } } },
    "'spec.http[0].headers.request.set' must name headers, of which ':authority' is the only one with ':', got ':path'; change the name"),
  http('istio/header-operation', 'an answer with another host', { headers: { response: { add: { host: 'a' } } } },
    "'spec.http[0].headers.response.add' must name headers other than 'host' and those with ':', got 'host'; change the name"),
  http('istio/header-value', 'a value with half a variable', { headers: { request: { set: { 'x-share': '100%' } } } },
    "'spec.http[0].headers.request.set.x-share' must be printable, with '%%' for each '%' outside of '%VARIABLE%', got '100%'; change the value"),
  http('istio/authority-twice', 'a host that is set twice', { rewrite: { authority: 'a' }, headers: { request: { set: { host: 'b' } } } },
    "'spec.http[0].headers.request' and rewrite must give the host once, got 'a and b'; keep one of them"),
  http('istio/cors-origin', 'pages of nobody', { corsPolicy: { allowOrigins: [{ exact: '' }] } },
    "'spec.http[0].corsPolicy.allowOrigins[0]' must say which pages; give it 'exact', 'prefix' or 'regex'"),
  http('istio/cors-method', 'pages with a method that nobody knows', { corsPolicy: { allowMethods: ['get'] } },
    "'spec.http[0].corsPolicy.allowMethods[0]' must be one of GET, HEAD, POST, PUT, PATCH, DELETE, CONNECT, OPTIONS, TRACE, *, got 'get'; use one of them"),
  http('istio/cors-header', 'pages with a header that is none', { corsPolicy: { allowHeaders: ['a b'] } },
    "'spec.http[0].corsPolicy.allowHeaders[0]' must be the name of a header, or '*', got 'a b'; change the name"),
  http('istio/cors-age', 'an answer to pages for a part of a second', { corsPolicy: { maxAge: '1.5s' } },
    "'spec.http[0].corsPolicy.maxAge' must be whole seconds, such as '24h' or '600s', got '1.5s'; round it"),
  http('istio/retry-attempts', 'attempts below zero', { retries: { attempts: -1 } },
    "'spec.http[0].retries.attempts' must be at least 0, got -1; change the number"),
  http('istio/retry-attempts', 'a cause for no attempt', { retries: { attempts: 0, retryOn: '5xx' } },
    "'spec.http[0].retries.retryOn' must be left out where 'attempts' is 0, which retries nothing; raise 'attempts', or remove it"),
  http('istio/retry-on', 'causes with a space between', { retries: { attempts: 2, retryOn: '5xx, reset' } },
    "'spec.http[0].retries.retryOn' must be status codes or 5xx, gateway-error, reset, reset-before-request, connect-failure, retriable-4xx, refused-stream, retriable-status-codes, retriable-headers, "
    + "envoy-ratelimited, http3-post-connect-failure, cancelled, deadline-exceeded, internal, resource-exhausted, unavailable, separated by commas without spaces, got ' reset'; change it"),
  http('istio/malformed-duration', 'a timeout without unit', { timeout: '30' },
    "'spec.http[0].timeout' must be whole milliseconds, at least one, such as '1.5s' or '2m', got '30'; change the time"),
  http('istio/fault', 'a fault of nothing', { fault: {} },
    "'spec.http[0].fault' must have 'abort' or 'delay'; say what goes wrong"),
  http('istio/fault', 'more than all requests', { fault: { abort: { httpStatus: 500, percentage: { value: 101 } } } },
    "'spec.http[0].fault.abort.percentage.value' must be 0, or from 0.0001 to 100, got 101; give a share of the requests"),
  http('istio/fault', 'a failure with a status that is none', { fault: { abort: { httpStatus: 99 } } },
    "'spec.http[0].fault.abort.httpStatus' must be from 200 to 600, got 99; change the status"),
  http('istio/fault', 'a status that gRPC does not know', { fault: { abort: { grpcStatus: 'AWAY' } } },
    "'spec.http[0].fault.abort.grpcStatus' must be the name of a status of gRPC, such as 'UNAVAILABLE', got 'AWAY'; change the status"),
  http('istio/fault', 'a delay that Istio cannot do', { fault: { delay: { exponentialDelay: '1s' } } },
    "'spec.http[0].fault.delay.exponentialDelay' must be left out, as Istio cannot do it; use 'httpStatus' or 'fixedDelay'"),
  route('istio/redirect', 'a redirect to nowhere', { redirect: {} },
    "'spec.http[0].redirect' must say where to; give it a 'uri', 'authority', 'scheme' or 'port'"),
  route('istio/redirect', 'a redirect to two places', { redirect: { uri: '/a', prefixRewrite: '/b' } },
    "'spec.http[0].redirect' must have one of 'uri' and 'prefixRewrite'; keep one of them"),
  route('istio/redirect', 'a redirect of a beginning that nobody matches', { redirect: { prefixRewrite: '/b' }, match: [{ uri: { exact: '/a' } }] },
    "'spec.http[0].redirect.prefixRewrite' needs 'prefix' in each match of a uri; match by prefix, or redirect to a 'uri'"),
  route('istio/redirect', 'a redirect that says that all is well', { redirect: { uri: '/a', redirectCode: 200 } },
    "'spec.http[0].redirect.redirectCode' must be from 300 to 399, got 200; change the code"),
  route('istio/redirect', 'a redirect to another protocol', { redirect: { scheme: 'ftp' } },
    "'spec.http[0].redirect.scheme' must be http or https, got 'ftp'; use one of them"),
  route('istio/redirect', 'a redirect to a port that is none', { redirect: { port: 65536 } },
    "'spec.http[0].redirect.port' must be at most 65535, got 65536; change the port"),
  route('istio/direct-response', 'an answer with a status that is none', { directResponse: { status: 100 } },
    "'spec.http[0].directResponse.status' must be from 200 to 600, got 100; change the status"),
  route('istio/direct-response', 'an answer that is too long', { directResponse: { status: 200, body: { string: 'a'.repeat(1024 * 1024 + 1) } } },
    "'spec.http[0].directResponse.body' must be at most 1 MiB; let a server answer"),
  http('istio/rewrite', 'a rewrite of nothing', { rewrite: {} },
    "'spec.http[0].rewrite' must have 'authority', 'uri', or 'match' and 'rewrite' of 'uriRegexRewrite', and not both of the last two, got {}; say what changes"),
  refusal('istio/export-to', 'routes for everybody and for one', ({ virtualService }) => (virtualService.spec.exportTo = ['*', 'ml']),
    "'spec.exportTo' must hold '*' alone, or different namespaces, of which '.' is its own, got [\"*\",\"ml\"]; say who may use it", 'fraud/virtualService'),
  policy('istio/export-to', 'a rule of pods for other namespaces', { workloadSelector: { matchLabels: { app: 'fraud' } }, exportTo: ['other'] },
    "'spec.exportTo' must be left out or '.' with 'workloadSelector', got [\"other\"]; say who may use it"),
  policy('istio/empty-policy', 'a policy that says nothing', { trafficPolicy: {} },
    "'spec.trafficPolicy' must say something; remove it"),
  policy('istio/empty-policy', 'two ways into a tunnel', { trafficPolicy: { tunnel: { targetHost: 'a.example.com', targetPort: 80 }, proxyProtocol: {} } },
    "'spec.trafficPolicy.tunnel' must be left out beside 'proxyProtocol'; keep one of them"),
  policy('istio/empty-policy', 'a policy of no port', { trafficPolicy: { portLevelSettings: [{ tls: { mode: 'DISABLE' } }] } },
    "'spec.trafficPolicy.portLevelSettings[0].port' must be given; say which port"),
  pool('istio/empty-policy', 'connections of no protocol', {},
    "'spec.trafficPolicy.connectionPool' must have 'http' or 'tcp'; remove it"),
  policy('istio/outlier-detection', 'more than all pods', { trafficPolicy: { outlierDetection: { maxEjectionPercent: 101 } } },
    "'spec.trafficPolicy.outlierDetection.maxEjectionPercent' must be from 0 to 100, got 101; give a share of the pods"),
  policy('istio/outlier-detection', 'failures that nobody counts', { trafficPolicy: { outlierDetection: { consecutiveLocalOriginFailures: 5 } } },
    "'spec.trafficPolicy.outlierDetection.consecutiveLocalOriginFailures' needs 'splitExternalLocalOriginErrors: true', got 5; add it"),
  pool('istio/connection-pool', 'less than no retries', { http: { maxRetries: -1 } },
    "'spec.trafficPolicy.connectionPool.http.maxRetries' must be at least 0, got -1; change the number"),
  pool('istio/connection-pool', 'two ways to choose the protocol', { http: { h2UpgradePolicy: 'UPGRADE', useClientProtocol: true } },
    "'spec.trafficPolicy.connectionPool.http.useClientProtocol' must be left out with 'h2UpgradePolicy: UPGRADE'; keep one of them"),
  pool('istio/connection-pool', 'signs of life without end', { http: { http2KeepAlive: { interval: '10s' } } },
    "'spec.trafficPolicy.connectionPool.http.http2KeepAlive.timeout' must be given; add it, such as '10s'"),
  balancer('istio/load-balancer', 'a cookie without name', { consistentHash: { httpCookie: { name: '', ttl: '0s' } } },
    "'spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.name' must be given; name the cookie"),
  balancer('istio/load-balancer', 'two attributes of one name', { consistentHash: { httpCookie: { name: 'a', ttl: '0s', attributes: [{ name: 'b' }, { name: 'b' }] } } },
    "'spec.trafficPolicy.loadBalancer.consistentHash.httpCookie.attributes[1].name' must be given, and differ from those before it, got 'b'; rename the attribute"),
  balancer('istio/load-balancer', 'two sizes of a ring', { consistentHash: { useSourceIp: true, minimumRingSize: 5, ringHash: { minimumRingSize: 5 } } },
    "'spec.trafficPolicy.loadBalancer.consistentHash.minimumRingSize' must be left out beside 'maglev' or 'ringHash', got 5; use 'ringHash'"),
  balancer('istio/load-balancer', 'a table of a size that can be divided', { consistentHash: { useSourceIp: true, maglev: { tableSize: 9 } } },
    "'spec.trafficPolicy.loadBalancer.consistentHash.maglev.tableSize' must be a prime number below 5000011, got 9; use 65537"),
  balancer('istio/load-balancer', 'two ways to stay in a zone', { simple: 'ROUND_ROBIN', localityLbSetting: { enabled: true }, zoneAwareLbSetting: { enabled: true } },
    "'spec.trafficPolicy.loadBalancer.zoneAwareLbSetting' must be left out beside 'localityLbSetting'; keep one of them"),
  balancer('istio/load-balancer', 'a warmup that does not begin', { simple: 'ROUND_ROBIN', warmup: { duration: '30s', aggression: 0 } },
    "'spec.trafficPolicy.loadBalancer.warmup.aggression' must be above 0, got 0; change the number"),
  client('istio/client-certificate', 'a server that is verified and not', { mode: 'SIMPLE', insecureSkipVerify: true, caCertificates: 'a' },
    "'spec.trafficPolicy.tls.insecureSkipVerify' must be left out beside what a server is verified by, got true; remove it"),
  client('istio/client-certificate', 'two certificates of a caller', { mode: 'SIMPLE', credentialName: 'a', caCertificates: 'b' },
    "'spec.trafficPolicy.tls.credentialName' must be the only source of certificates, got 'a'; keep one of them"),
  client('istio/client-certificate', 'a caller without certificate', { mode: 'MUTUAL' },
    "'spec.trafficPolicy.tls' must have a certificate and its key with MUTUAL; give 'credentialName', or both of them"),
  policy('istio/policy-duration', 'a time that is none', { trafficPolicy: { outlierDetection: { interval: '10' } } },
    "'spec.trafficPolicy.outlierDetection.interval' must be whole milliseconds, at least one, such as '1.5s' or '2m', got '10'; change the time"),
  policy('istio/subset-labels', 'a subset by a label that no pod has', { subsets: [{ name: 'a', labels: { app: 'a b' } }] },
    "'spec.subsets[0].labels' must be labels that pods can have, got 'app: a b'; change the label"),
];
