import { ClusterDns, Environment, GitOps, MeshMode, MetricsBackend, PlatformProfile } from '../../src';

const metrics = MetricsBackend.kubePrometheus({ release: 'monitoring' });

test('a cluster has no mesh, is applied by hand and is production unless said otherwise', () => {
  const platform = PlatformProfile.of({ metrics });

  expect(platform.mesh.mode).toBe('none');
  expect(platform.dns).toEqual(ClusterDns.coreDns());
  expect(platform.gitOps.controller).toBe('none');
  expect(platform.environment).toBe(Environment.PROD);
  expect(platform.labels).toEqual({});
});

test('a profile keeps what it was given', () => {
  const labels = { 'example.com/cost-center': '42', 'empty': '' };
  const platform = PlatformProfile.of({ metrics, mesh: MeshMode.istioAmbient(), gitOps: GitOps.argoCd(), environment: Environment.STAGING, labels });
  labels.empty = 'changed later';

  expect(platform.metrics).toBe(metrics);
  expect(platform.mesh.mode).toBe('istio-ambient');
  expect(platform.gitOps.controller).toBe('argocd');
  expect(platform.environment).toBe(Environment.STAGING);
  expect(platform.labels).toEqual({ 'example.com/cost-center': '42', 'empty': '' });
});
