import { Testing } from 'cdk8s';
import { CanaryRollout, GatewayApiPlugin, Guardrail, MeshMode, MetricsBackend, PlatformProfile, PluginBinary, TrafficRouter } from '../../src';
import { ErrorCase } from '../support/error-case';
import { someMetrics } from '../support/fixtures';

const url = 'https://example.com/gatewayapi-plugin-linux-amd64';

export const cases: ErrorCase[] = [
  {
    id: 'serving/gateways-and-hosts',
    when: 'hosts of an HTTPRoute that no gateway lets in',
    provoke: () => TrafficRouter.gatewayApi({ callersInMesh: true, hosts: ['fraud.example.com'] }),
    message: "'gateways' and 'hosts' belong together, got gateways [] and hosts [fraud.example.com]; a gateway needs the host that callers use (serving/gateways-and-hosts)",
  },
  {
    id: 'serving/malformed-gateway',
    when: 'a gateway of Istio without its namespace',
    provoke: () => TrafficRouter.istio({ gateways: ['public'], hosts: ['fraud.example.com'] }),
    message: "'gateways' must look like 'istio-ingress/public', got 'public' (serving/malformed-gateway)",
  },
  {
    id: 'route/malformed-host',
    when: 'a URL in place of a host',
    provoke: () => TrafficRouter.istio({ gateways: ['istio-ingress/public'], hosts: ['https://fraud.example.com'] }),
    message: "'hosts' must hold host names such as 'models.example.com' or '*.example.com', got 'https://fraud.example.com' (route/malformed-host)",
  },
  {
    id: 'route/malformed-path',
    when: 'a path that does not begin at the root',
    provoke: () => TrafficRouter.gatewayApi({ gateways: [{ gatewayName: 'public' }], paths: ['v2/models'] }),
    message: "'paths' must hold beginnings of paths such as '/v2/models/fraud', got 'v2/models' (route/malformed-path)",
  },
  {
    id: 'route/malformed-name',
    when: 'a name that no Gateway can have',
    provoke: () => TrafficRouter.gatewayApi({ gateways: [{ gatewayName: 'Public' }] }),
    message: "'gatewayName' must be lower-case letters, digits, '-' and '.', got 'Public' (route/malformed-name)",
  },
  {
    id: 'route/malformed-namespace',
    when: 'a namespace that cannot exist',
    provoke: () => TrafficRouter.joinHttpRoute({ routeName: 'shop', namespace: 'team/shop' }),
    message: "'namespace' must be at most 63 lower-case letters, digits and '-', got 'team/shop' (route/malformed-namespace)",
  },
  {
    id: 'serving/no-parents',
    when: 'an HTTPRoute that nobody comes in by',
    provoke: () => TrafficRouter.gatewayApi({}),
    message: "'gateways' must name at least one gateway, got none; or say callersInMesh: true, where a mesh reads HTTPRoutes (serving/no-parents)",
  },
  {
    id: 'serving/hosts-in-mesh',
    when: 'hosts that would close an HTTPRoute to callers in the mesh',
    provoke: () => TrafficRouter.gatewayApi({ gateways: [{ gatewayName: 'public' }], hosts: ['fraud.example.com'], callersInMesh: true }),
    message: "'hosts' (fraud.example.com) would close the route to callers in the mesh, who use the name of the Service; "
      + 'give them a router of their own, or leave out the hosts (serving/hosts-in-mesh)',
  },
  {
    id: 'serving/no-routes',
    when: 'a VirtualService of which no route is named',
    provoke: () => TrafficRouter.joinVirtualService({ virtualServiceName: 'shop', routes: [] }),
    message: "'routes' must name the http routes that lead to the versions, got none; leave it out where the VirtualService has one (serving/no-routes)",
  },
  {
    id: 'serving/router-without-waypoint',
    when: 'a VirtualService that nothing in ambient mode reads',
    provoke: () => new CanaryRollout(Testing.chart(), 'Canary', {
      containers: [{ image: 'registry.example.com/fraud/server', portNumber: 8080 }],
      router: TrafficRouter.istio(),
      guardrails: [Guardrail.errorRatioBelow(0.01)],
      metrics: someMetrics(),
      platform: PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), mesh: MeshMode.istioAmbient() }),
      port: 8080,
    }),
    message: '[test/Canary] in ambient mode nothing between two pods reads a VirtualService but a waypoint, and the router names none; '
      + "say TrafficRouter.istio({ waypoint: '<name of the waypoint>' }), or let callers in through a gateway (serving/router-without-waypoint)",
  },
  {
    id: 'plugin/malformed-url',
    when: 'a plugin that is downloaded in plain text',
    provoke: () => PluginBinary.fromUrl('http://example.com/gatewayapi-plugin', 'a'.repeat(64)),
    message: "'url' must look like 'https://host/path/gatewayapi-plugin-linux-amd64', without credentials, got 'http://example.com/gatewayapi-plugin' (plugin/malformed-url)",
  },
  {
    id: 'plugin/malformed-hash',
    when: 'a plugin of any content',
    provoke: () => PluginBinary.fromUrl(url, ''),
    message: "'sha256' must be 64 lower-case hex digits, got ''; without it, whoever controls the address controls the rollouts (plugin/malformed-hash)",
  },
  {
    id: 'plugin/malformed-path',
    when: 'a relative path of a plugin',
    provoke: () => PluginBinary.fromFile('plugins/gatewayapi-plugin'),
    message: "'path' must be absolute, such as '/plugins/gatewayapi-plugin', got 'plugins/gatewayapi-plugin' (plugin/malformed-path)",
  },
  {
    id: 'route/malformed-namespace',
    when: 'a controller in a namespace that cannot exist',
    provoke: () => new GatewayApiPlugin(Testing.chart(), 'Plugin', { controllerNamespace: 'Argo' }),
    message: "[test/Plugin] 'controllerNamespace' must be at most 63 lower-case letters, digits and '-', got 'Argo' (route/malformed-namespace)",
  },
];
