import { ModelServer } from '../../src';
import { someMetrics } from '../support/fixtures';

test.each([
  ['MLServer', ModelServer.mlserver(), 8080, '/v2/models/fraud/ready', '/v2/health/live', 8082],
  ['Triton', ModelServer.triton(), 8000, '/v2/models/fraud/ready', '/v2/health/live', 8002],
  ['KServe', ModelServer.kserve(), 8080, '/v2/models/fraud/ready', '/v2/health/live', 8080],
  ['Ray Serve', ModelServer.rayServe(), 8000, '/-/healthz', '/-/healthz', 8080],
  ['an application of Ray Serve', ModelServer.rayServe({ readyPath: '/{model}/ready' }), 8000, '/fraud/ready', '/-/healthz', 8080],
  ['BentoML', ModelServer.bentoml(), 3000, '/readyz', '/livez', 3000],
])('%s is asked where it answers', (_name, server, port, ready, live, metricsPort) => {
  expect([server.port, server.readyPathOf('fraud'), server.livePath, server.metrics.port]).toEqual([port, ready, live, metricsPort]);
});

test('a server of your own is asked about its model by name', () => {
  const server = ModelServer.custom({ port: 80, readyPath: '/models/{model}/ready?name={model}', livePath: '/live', metrics: someMetrics() });

  expect(server.readyPathOf('fraud')).toBe('/models/fraud/ready?name=fraud');
});
