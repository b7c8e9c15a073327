import { App, Chart } from 'cdk8s';
import {
  AgreementOptions, Findings, MetricsBackend, ModelServing, NetworkPeer, PlatformProfile, PredictionLog, RolloutStrategy, RuntimeImage,
  ShadowOptions, TrafficRouter,
} from '../../src';
import { ErrorCase } from '../support/error-case';
import { DIGEST, servingProps } from '../support/fixtures';

interface Pair {
  readonly router?: ReturnType<typeof TrafficRouter.istio>;
  readonly shadow?: Partial<ShadowOptions>;
  readonly serving?: object;
  readonly liveNamespace?: string;
}

function pair({ router = TrafficRouter.istio(), shadow = {}, serving = {}, liveNamespace = 'ml' }: Pair): Chart {
  const app = new App();
  const chart = new Chart(app, 'test', { namespace: 'ml' });
  const replicas = 20;
  const live = new ModelServing(liveNamespace === 'ml' ? chart : new Chart(app, 'live', { namespace: liveNamespace }), 'Live', servingProps({
    replicas, strategy: RolloutStrategy.canary({ router }), callers: [NetworkPeer.namespace('web')], rollbackObjective: undefined,
  }));
  new ModelServing(chart, 'Next', servingProps({
    serviceName: 'fraud-next',
    callers: [NetworkPeer.namespace('web')],
    strategy: RolloutStrategy.shadow({ live, route: live.route, until: '2027-01-31', ...shadow }),
    ...serving,
  }));
  return chart;
}

const agreement = (overrides: Partial<AgreementOptions>): Partial<ShadowOptions> => ({
  agreement: {
    image: RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: DIGEST, fullDigest: DIGEST }),
    liveLog: 's3://log/fraud',
    shadowLog: 's3://log/fraud-next',
    resources: servingProps().resources,
    ...overrides,
  },
});

const without = (options: Partial<ShadowOptions>) => () => pair({ shadow: options });

export const cases: ErrorCase[] = [
  {
    id: 'shadow/router-without-mirrors',
    when: 'a shadow of a model whose strategy routes nothing',
    provoke: without({ route: undefined }),
    message: "[test/Next/Shadow] 'route' must be able to copy requests, got none; give 'fraud-detection' a strategy with TrafficRouter.istio() "
      + 'or TrafficRouter.gatewayApi() and pass its route, or what InferenceGateway.addRoute() returned (shadow/router-without-mirrors)',
  },
  {
    id: 'shadow/router-without-mirrors',
    when: 'a shadow behind a router that copies nothing',
    provoke: without({ route: { routerName: 'a proxy', capabilities: TrafficRouter.replicas().capabilities, addMirror: () => undefined } }),
    message: "[test/Next/Shadow] 'route' must be able to copy requests, got that of a proxy; give 'fraud-detection' a strategy with TrafficRouter.istio() "
      + 'or TrafficRouter.gatewayApi() and pass its route, or what InferenceGateway.addRoute() returned (shadow/router-without-mirrors)',
  },
  {
    id: 'date/malformed',
    when: 'a shadow that ends on no day',
    provoke: without({ until: '2027-02-30' }),
    message: "[test/Next/Shadow] 'until' must be a day such as '2027-01-31', got '2027-02-30' (date/malformed)",
  },
  {
    id: 'shadow/malformed-percent',
    when: 'copies of half a percent',
    provoke: without({ percent: 0.5 }),
    message: "[test/Next/Shadow] 'percent' must be a whole number from 1 to 100, got 0.5 (shadow/malformed-percent)",
  },
  {
    id: 'shadow/same-service',
    when: 'a shadow behind the Service of the live model',
    provoke: () => pair({ serving: { serviceName: 'fraud-detection' } }),
    message: "[test/Next/Shadow] the shadow must have a Service of its own, got 'fraud-detection', which is that of the live model; "
      + "say serviceName: 'fraud-detection-shadow' (shadow/same-service)",
  },
  {
    id: 'shadow/other-namespace',
    when: 'a shadow in another namespace',
    provoke: () => pair({ liveNamespace: 'shop' }),
    message: "[test/Next/Shadow] the shadow must be in the namespace of the live model, 'shop', got 'ml'; requests are copied to a Service beside it (shadow/other-namespace)",
  },
  {
    id: 'shadow/no-metrics',
    when: 'a shadow that nothing is known of',
    provoke: () => pair({ serving: { platform: PlatformProfile.of({ metrics: MetricsBackend.none('a laptop') }) } }),
    message: '[test/Next/Shadow] a shadow is compared by numbers from Prometheus, but the platform profile has none; give it a metrics backend (shadow/no-metrics)',
  },
  {
    id: 'shadow/callers-differ',
    when: 'a shadow that refuses copies from callers of the live model',
    provoke: () => Findings.of(pair({ serving: { callers: [NetworkPeer.namespace('shop')] } })).list(),
    message: '[test/Next/Shadow] the network policy of the shadow refuses copies of requests from namespace web, who may call the live model; '
      + "give it the same 'callers' (shadow/callers-differ)",
  },
  {
    id: 'shadow/open-egress',
    when: 'a shadow that can reach anybody, as its agent may',
    provoke: () => {
      const runtime = RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: DIGEST });
      const sidecars = [PredictionLog.of({ runtime, folder: 's3://log/next', columns: ['prediction'] })];
      return Findings.of(pair({ serving: { sidecars } })).list();
    },
    message: '[test/Next] the pods of a shadow may reach any address on port 443 (predictions are logged in S3), and a copy of a request could do there again '
      + 'what the request did; name the addresses with NetworkPeer.cidr(), such as those of an endpoint of the bucket, or acknowledge that the server calls '
      + 'nobody (shadow/open-egress)',
  },
  {
    id: 'serving/egress-of-a-shadow',
    when: 'a shadow that may repeat a side effect',
    provoke: () => pair({ serving: { egress: [NetworkPeer.cidr('10.0.0.0/8', 5432)] } }),
    message: "[test/Next] 'egress' must be empty where answers are thrown away, got 10.0.0.0/8; a copy of a request would do there again what the request did (serving/egress-of-a-shadow)",
  },
  {
    id: 's3/malformed-uri',
    when: 'a log that is a path',
    provoke: without(agreement({ liveLog: '/var/log/predictions' })),
    message: "[test/Next/Shadow] an S3 address must look like 's3://<bucket>/<prefix>', got '/var/log/predictions' (s3/malformed-uri)",
  },
  {
    id: 'shadow/malformed-pairs',
    when: 'a verdict about no requests',
    provoke: without(agreement({ minimumPairs: 0 })),
    message: "[test/Next/Shadow] 'minimumPairs' must be a whole number of at least 1, got 0 (shadow/malformed-pairs)",
  },
  {
    id: 'shadow/half-a-pushgateway',
    when: 'numbers for a Pushgateway that the network policy does not let through',
    provoke: without(agreement({ pushgatewayUrl: 'http://pushgateway.monitoring.svc:9091' })),
    message: "[test/Next/Shadow] 'pushgatewayUrl' and 'pushgatewayAt' belong together, got only 'pushgatewayUrl'; "
      + 'the one says where numbers go, the other lets them through the network policy (shadow/half-a-pushgateway)',
  },
  {
    id: 'shadow/half-a-pushgateway',
    when: 'a way to a Pushgateway that nobody names',
    provoke: without(agreement({ pushgatewayAt: NetworkPeer.namespace('monitoring', 9091) })),
    message: "[test/Next/Shadow] 'pushgatewayUrl' and 'pushgatewayAt' belong together, got only 'pushgatewayAt'; "
      + 'the one says where numbers go, the other lets them through the network policy (shadow/half-a-pushgateway)',
  },
  {
    id: 'shadow/one-log',
    when: 'a log that is compared with itself',
    provoke: without(agreement({ liveLog: 's3://log/fraud-next' })),
    message: "[test/Next/Shadow] 'liveLog' and 'shadowLog' must differ, got 's3://log/fraud-next' for both; a log that is compared with itself always agrees (shadow/one-log)",
  },
  {
    id: 'shadow/malformed-agreement',
    when: 'agreement in percent',
    provoke: without(agreement({ atLeast: 99 })),
    message: "[test/Next/Shadow] 'atLeast' must be above 0 and at most 1, got 99; it is a share of the requests (shadow/malformed-agreement)",
  },
  {
    id: 'shadow/malformed-tolerance',
    when: 'a tolerance below zero',
    provoke: without(agreement({ tolerance: -1 })),
    message: "[test/Next/Shadow] 'tolerance' must be at least 0, got -1 (shadow/malformed-tolerance)",
  },
  {
    id: 'shadow/no-resources',
    when: 'a comparison without limits',
    provoke: without(agreement({ resources: {} })),
    message: "[test/Next/Shadow] 'agreement.resources' must name cpu.request, memory.request and memory.limit; the job shares nodes with the models (shadow/no-resources)",
  },
];
