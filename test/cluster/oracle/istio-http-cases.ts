import { often } from './odd';
import { Pick } from './worlds';

/** Usual ones first. */
type Values = [string, ...string[]];

const REGEXES: Values = ['.*', 'v[12]+', '(?i)fraud', '(?:a|b){2,3}$', '\\d{1,4}', '[[:alpha:]-]+', '\\p{Greek}\\pL', '(?P<a>x)(?P<b>y)',
  '(?!a)', '(?<=a)b', '(a', 'a)', 'a**', '*a', '[z-a]', '(a)\\1', 'a{1001}', '(a{100}){11}', '\\p{Nobody}', '[a', '[[:nobody:]]', '(?P<a>x)(?P<a>y)', 'a{3,2}', '\\', '\\y', '', '*'];
const DURATIONS: Values = ['1s', '1.5s', '250ms', '2m', '1h30m', '0s', '0.5ms', '1.5ms', '-1s', '5', '', '1d', '1500us', '.5s'];
const HEADERS: Values = ['x-model', 'X_Model', ':path', ':authority', 'a b', '', 'host', ':nobody', '@request.auth.claims.sub', '@request.auth.claims[sub]', '@request.auth.claims', 'ä'];
const VALUES: Values = ['a', '100%%', '%REQ(:path)%', '%REQ(["a", "b"])%', '%START_TIME%', '100%', '%a', '%REQ([a])%', 'a\u0001b', '%REQ(a) b%', '%REQ(["a" "b"])%', '%REQ(a\\)%', 'a\tb', ''];
const METHODS: Values = ['GET', 'POST', '*', 'get', 'BREW'];

/** A VirtualService with one http route that is right but for what is given. */
function around(http: any, spec: any = {}): any {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'fraud', namespace: 'ml' },
    spec: { hosts: ['fraud'], ...spec, http: [{ route: [{ destination: { host: 'fraud' } }], ...http }] },
  };
}

const text = (pick: Pick) => pick<any>({ exact: 'a' }, { prefix: 'a' }, { exact: '' }, {}, { regex: often(pick, ...REGEXES) });
const share = (pick: Pick) => ({ percentage: { value: often(pick, 5, 0, 100, 0.0001, 0.00001, 101, -1) } });

export function matchOfHttp(pick: Pick): any {
  const inMesh = pick(true, true, false);
  const headers = () => ({ [often(pick, 'x-model', ...HEADERS)]: text(pick) });
  return around({
    match: [{
      ...pick<any>({}, { headers: headers() }, { withoutHeaders: pick<any>(headers(), { a: { regex: '*' } }) }, { uri: text(pick) }, { queryParams: { a: text(pick) } }, { method: text(pick) }),
      ...often<any>(pick, {}, { port: pick(8080, 65536, 0) }, { sourceLabels: { [pick('app', 'a b', 'a/b')]: pick('fraud', 'a b', '') } }, { sourceNamespace: pick('ml', 'a_b') },
        { gateways: pick(['mesh'], ['a/b_c'], ['mesh', 'a/b_c'], ['a/b', 'a/b_c']) }),
    }],
    ...often<any>(pick, {}, { rewrite: { uriRegexRewrite: { match: often(pick, ...REGEXES), rewrite: '/b' } } }),
  }, inMesh ? {} : { hosts: ['fraud.example.com'], gateways: pick(['istio-ingress/public'], ['istio-ingress/public', 'mesh']) });
}

export function headersOfHttp(pick: Pick): any {
  const one = () => ({
    [pick('request', 'response')]: pick<any>({ set: { [often(pick, 'x-model', ...HEADERS)]: often(pick, ...VALUES) } }, { add: { [often(pick, 'x-model', ...HEADERS)]: often(pick, ...VALUES) } },
      { remove: [often(pick, 'x-model', ...HEADERS)] }),
  });
  return around({
    ...pick<any>({ headers: one() }, { route: [{ destination: { host: 'fraud' }, headers: one() }] }, { headers: one(), route: [{ destination: { host: 'fraud' }, headers: one() }] }),
    ...often<any>(pick, {}, { headers: { request: { set: { host: pick('a', '') }, add: { ':authority': 'b' } } } }, { rewrite: { authority: 'a' }, headers: { request: { set: { Host: 'b' } } } }),
  });
}

export function corsOfHttp(pick: Pick): any {
  return around({
    corsPolicy: {
      allowOrigins: [often<any>(pick, { exact: 'https://a.example.com' }, { prefix: 'https://' }, { exact: '' }, {}, { regex: often(pick, ...REGEXES) })],
      allowMethods: [often(pick, ...METHODS), often(pick, ...METHODS)],
      [pick('allowHeaders', 'exposeHeaders')]: [often(pick, 'x-model', '*', ...HEADERS)],
      ...pick<any>({}, { maxAge: often(pick, '24h', '600s', '1.5s', '1.0s', '100ms', ...DURATIONS) }),
    },
  });
}

export function retriesOfHttp(pick: Pick): any {
  return around({
    ...pick<any>({}, { timeout: often(pick, ...DURATIONS) }),
    retries: {
      ...often<any>(pick, { attempts: pick(1, 3) }, { attempts: 0 }, { attempts: -1 }, {}),
      ...pick<any>({}, { perTryTimeout: often(pick, ...DURATIONS) }),
      ...pick<any>({}, { backoff: often(pick, ...DURATIONS) }),
      ...pick<any>({}, { retryOn: often(pick, '5xx', 'connect-failure,503', '5xx, reset', '509', '+503', 'always', '5xx,', '418', '') }),
    },
  });
}

export function answerOfHttp(pick: Pick): any {
  return pick<() => any>(
    () => around({
      fault: often<any>(pick, { abort: { httpStatus: often(pick, 503, 199, 600, 601), ...share(pick) } },
        { delay: { fixedDelay: often(pick, ...DURATIONS), ...share(pick) } }, {},
        { abort: { grpcStatus: pick('UNAVAILABLE', 'AWAY') } }, { abort: { http2Error: 'a' } }, { abort: {} }, { delay: { exponentialDelay: '1s' } }),
    }),
  () => around({
    route: undefined,
    redirect: often<any>(pick, { uri: '/b' }, {}, { uri: '/b', prefixRewrite: '/a' }, { prefixRewrite: '/a' }, { scheme: pick('https', 'ftp') }, { port: pick(443, 65536) }, { derivePort: 'FROM_REQUEST_PORT' },
      { authority: 'a', redirectCode: pick(308, 200, 399, 400) }),
    match: pick<any>([], [{ uri: { prefix: '/b' } }], [{ uri: { exact: '/b' } }], [{ method: { exact: 'GET' } }]),
  }),
  () => around({ route: undefined, directResponse: { status: often(pick, 200, 503, 199, 600, 601), ...often<any>(pick, {}, { body: { string: 'a' } }, { body: { bytes: 'YQ==' } }) } }),
  () => around({
    rewrite: often<any>(pick, { uri: '/a' }, { authority: 'a' }, {}, { uri: '/a', uriRegexRewrite: { match: 'a', rewrite: 'b' } }, { uriRegexRewrite: { match: 'a', rewrite: 'b' } }, { uriRegexRewrite: { match: 'a' } }, { uri: '' }),
  }),
  )();
}

/** A DestinationRule whose proxies are told how to call. */
export function trafficPolicy(pick: Pick): any {
  const time = () => often(pick, ...DURATIONS);
  const parts = () => pick<any>(
    { outlierDetection: { interval: time(), baseEjectionTime: '1m', maxEjectionPercent: often(pick, 50, 0, 100, 101, -1), ...often<any>(pick, {}, { consecutiveLocalOriginFailures: 5, ...pick<any>({}, { splitExternalLocalOriginErrors: true }) }) } },
    {
      connectionPool: often<any>(pick, { http: { maxRetries: often(pick, 3, -1, 0), idleTimeout: time() } }, { tcp: { maxConnections: often(pick, 10, -1), connectTimeout: time(), idleTimeout: pick('0s', '0.5ms', '1.5ms', '1h', '-1s') } }, {}, { http: {} },
        { http: { h2UpgradePolicy: pick('UPGRADE', 'DO_NOT_UPGRADE'), useClientProtocol: pick(true, false) } }, { http: { http2KeepAlive: { interval: time(), ...pick<any>({}, { timeout: time() }) } } },
        { tcp: { tcpKeepalive: { time: time(), interval: time() } } }),
    },
    {
      loadBalancer: often<any>(pick, { simple: 'LEAST_REQUEST' }, { consistentHash: { httpCookie: { name: pick('a', ''), ttl: '0s' } } },
        { consistentHash: { httpCookie: { name: 'a', ttl: '0s', attributes: [{ name: pick('a', '') }, { name: pick('a', 'b') }] } } },
        { consistentHash: { useSourceIp: true, maglev: { tableSize: pick(65537, 9, 1, 4, 5000011, 0) } } },
        { consistentHash: { useSourceIp: true, minimumRingSize: 5, ...pick<any>({}, { ringHash: { minimumRingSize: 5 } }) } },
        { simple: 'ROUND_ROBIN', warmup: { duration: time(), ...pick<any>({}, { minimumPercent: pick(10, 101) }, { aggression: pick(0.5, 0) }) } }, { simple: 'ROUND_ROBIN', warmup: {} }),
    },
    {
      tls: often<any>(pick, { mode: 'ISTIO_MUTUAL' }, { mode: 'SIMPLE', credentialName: 'a', ...pick<any>({}, { caCertificates: 'b' }, { insecureSkipVerify: true }) }, { mode: 'MUTUAL' },
        { mode: 'MUTUAL', clientCertificate: 'a', ...pick<any>({}, { privateKey: 'b' }) }, { mode: 'SIMPLE', insecureSkipVerify: true, subjectAltNames: pick<any>([], ['a']) }),
    },
  );
  const policy = () => often<any>(pick, parts(), { ...parts(), ...parts() }, {}, { portLevelSettings: [{ port: { number: 80 }, ...parts() }] },
    { portLevelSettings: [pick<any>({ port: { number: 80 } }, parts())] }, { portLevelSettings: [] }, { proxyProtocol: {}, tunnel: { targetHost: 'a.example.com', targetPort: 80 } });
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'fraud', namespace: 'ml' },
    spec: {
      host: 'fraud',
      ...pick<any>({ trafficPolicy: policy() }, { subsets: [{ name: 'stable', trafficPolicy: policy() }] }, { trafficPolicy: policy(), subsets: [{ name: 'canary' }] }),
      ...often<any>(pick, {}, { subsets: [{ name: 'a', labels: { [pick('app', 'a b')]: pick('fraud', 'a b') } }] }, { exportTo: pick(['.'], ['*'], ['*', 'ml'], ['.', 'ml'], ['a_b'], ['~']) },
        { workloadSelector: { matchLabels: { app: pick('fraud', '*') } }, exportTo: pick(['.'], ['ml'], ['other'], []) }),
    },
  };
}
