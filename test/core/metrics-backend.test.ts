import { MetricsBackend } from '../../src';

test.each([
  ['monitoring', 'monitoring-kube-prometheus'],
  ['prom', 'prom-kube-prometheus-stack'],
  ['prometheus-prod', 'prometheus-prod-kube-prome'],
  ['kube-prometheus-stack', 'kube-prometheus-stack'],
  ['prod-kube-prometheus-stack-eu', 'prod-kube-prometheus-stack'],
  ['observability', 'observability-kube-prometh'],
])('the chart calls the Prometheus of release %s %s-prometheus', (release, fullName) => {
  expect(MetricsBackend.kubePrometheus({ release }).url).toBe(`http://${fullName}-prometheus.monitoring.svc:9090`);
});

test('a name that is cut at a hyphen loses the hyphen', () => {
  expect(MetricsBackend.kubePrometheus({ release: 'abcdefghijklmnopqrstuvwxy' }).url)
    .toBe('http://abcdefghijklmnopqrstuvwxy-prometheus.monitoring.svc:9090');
});

test('kube-prometheus-stack reads what carries its release', () => {
  const metrics = MetricsBackend.kubePrometheus({ release: 'prom', namespace: 'observability', headers: { 'X-Scope-OrgID': 'risk' } });

  expect(metrics).toEqual({
    isAvailable: true,
    url: 'http://prom-kube-prometheus-stack-prometheus.observability.svc:9090',
    namespace: 'observability',
    selectorLabels: { release: 'prom' },
    scraperLabels: { 'app.kubernetes.io/name': 'prometheus' },
    headers: { 'X-Scope-OrgID': 'risk' },
    reason: undefined,
  });
});

test('another Prometheus reads everything unless it says otherwise', () => {
  const url = 'https://prometheus.example.com/eu';

  expect(MetricsBackend.prometheus({ url, namespace: 'watch' })).toMatchObject({
    isAvailable: true, url, selectorLabels: {}, scraperLabels: { 'app.kubernetes.io/name': 'prometheus' }, headers: {},
  });
  expect(MetricsBackend.prometheus({ url, namespace: 'watch', selectorLabels: { team: 'ml' }, scraperLabels: { app: 'scraper' } })).toMatchObject({
    selectorLabels: { team: 'ml' }, scraperLabels: { app: 'scraper' },
  });
});

test('nothing that scrapes says why', () => {
  expect(MetricsBackend.none('a demo of one afternoon')).toMatchObject({ isAvailable: false, url: '', reason: 'a demo of one afternoon' });
});
