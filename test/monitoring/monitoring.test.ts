import { Duration, Testing, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { byIstio, FakeSegment, inMesh, monitoringProps, platform, slo, unwatched } from './fixtures';
import {
  AlertSeverity, BusinessKpiSegment, Environment, ExternalMetrics, Finding, Findings, IstioReporter, MeshMode, MetricQuery, MetricType, MetricUnit,
  ModelServing, Monitoring, MonitoringProps, PanelKind, PlatformProfile, PredictionMetrics, RolloutStrategy, ServingMetrics, TrafficRouter,
} from '../../src';
import { FakeServing, FakeServingProps, fakeMetrics } from '../support/fake-serving';
import { aRelease, servingProps } from '../support/fixtures';

function make(props: Partial<MonitoringProps> = {}, serving?: FakeServingProps): Monitoring {
  const chart = Testing.chart();
  return new Monitoring(chart, 'Monitoring', { ...monitoringProps(chart, serving), ...props });
}

function synth(monitoring: Monitoring): any[] {
  return Testing.synth(Chart.of(monitoring));
}

function ofKind(kind: string, monitoring: Monitoring): any {
  return synth(monitoring).find((object) => object.kind === kind);
}

function alertsOf(monitoring: Monitoring): any[] {
  return ofKind('PrometheusRule', monitoring).spec.groups.flatMap((group: any) => group.rules).filter((rule: any) => rule.alert);
}

const business = ExternalMetrics.declare([{ name: 'orders_approved_total', type: MetricType.COUNTER }]);
const approved = MetricQuery.promql({ expr: 'sum(rate(orders_approved_total[$__rate_interval]))', title: 'approved orders' });

describe('scraping', () => {
  const relabelings = [{ action: 'replace', targetLabel: 'cdk8s_mlops_io_model', replacement: 'fraud-detection' }];

  test('every endpoint is scraped, and the series say model, version and ReplicaSet', () => {
    const monitoring = make({}, {
      scrapeEndpoints: [{ portName: 'metrics', path: '/metrics' }, { portName: 'predictions', path: '/predictions' }],
    });

    const podMonitor = ofKind('PodMonitor', monitoring);

    expect(podMonitor.apiVersion).toBe('monitoring.coreos.com/v1');
    expect(podMonitor.metadata).toMatchObject({ namespace: 'ml', labels: { release: 'monitoring' } });
    expect(podMonitor.spec).toEqual({
      selector: { matchLabels: { 'cdk8s-mlops.io/model': 'fraud-detection' } },
      podTargetLabels: ['cdk8s-mlops.io/model-version', 'rollouts-pod-template-hash'],
      sampleLimit: 50000,
      podMetricsEndpoints: [
        { port: 'metrics', path: '/metrics', interval: '30s', scrapeTimeout: '10s', relabelings },
        { port: 'predictions', path: '/predictions', interval: '30s', scrapeTimeout: '10s', relabelings },
      ],
    });
  });

  test('interval, timeout and limit of samples can be chosen', () => {
    const monitoring = make({ scrapeInterval: Duration.seconds(15), scrapeTimeout: Duration.seconds(5), sampleLimit: 500 });

    const { sampleLimit, podMetricsEndpoints: [endpoint] } = ofKind('PodMonitor', monitoring).spec;

    expect(sampleLimit).toBe(500);
    expect(endpoint).toEqual({ port: 'metrics', path: '/metrics', interval: '15s', scrapeTimeout: '5s', relabelings });
  });

  test('a scrape may take no longer than its interval', () => {
    const monitoring = make({ scrapeInterval: Duration.seconds(5) });

    const { podMetricsEndpoints: [endpoint] } = ofKind('PodMonitor', monitoring).spec;

    expect(endpoint).toMatchObject({ interval: '5s', scrapeTimeout: '5s' });
  });

  test('without a namespace everything goes where the manifests are applied to', () => {
    const namespaces = synth(make({}, { namespace: '' })).map((object) => object.metadata.namespace);

    expect(namespaces).toEqual([undefined, undefined, undefined]);
  });
});

describe('rules', () => {
  test('every alert says which model, whose, how urgent, where to read on and how long', () => {
    const alerts = alertsOf(make());

    expect(alerts.map((alert) => alert.alert)).toEqual([
      'ErrorBudgetBurnFast', 'ErrorBudgetBurn', 'ErrorBudgetBurnSlow', 'LatencyBudgetBurnFast', 'LatencyBudgetBurn', 'LatencyBudgetBurnSlow',
      'TargetsAbsent', 'TargetDown', 'RequestMetricsAbsent', 'RequestsStopped', 'MemoryNearLimit', 'ContainerRestarts', 'CpuThrottled',
    ]);
    for (const alert of alerts) {
      expect(alert.labels).toEqual({ namespace: 'ml', model: 'fraud-detection', owner: 'risk-ml', severity: expect.stringMatching(/^(page|ticket)$/) });
      expect(alert.annotations).toMatchObject({ summary: expect.stringMatching(/^fraud-detection: /), runbook_url: 'https://runbooks.example.com/fraud' });
      expect(alert.for).toMatch(/^\d+m$/);
      expect(alert.keep_firing_for).toBe('5m');
    }
  });

  test('a model that rolls out stage by stage has alerts of its rollout, whoever made it', () => {
    const strategy = RolloutStrategy.canary({ router: TrafficRouter.istio() });
    const serving = new ModelServing(Testing.chart(), 'Serving', servingProps({ strategy }));
    const monitoring = new Monitoring(serving, 'Monitoring', { serving, slo, platform });

    expect(monitoring.segments.at(-1)!.segmentName).toBe('Rollout');
    expect(alertsOf(monitoring).map(({ alert }) => alert)).toContain('RolloutWaitsForPerson');
  });

  test('recorded series say which model they are of', () => {
    const { groups } = ofKind('PrometheusRule', make()).spec;
    const recordings = groups.flatMap((group: any) => group.rules).filter((rule: any) => rule.record);

    expect(recordings).toHaveLength(18);
    expect(new Set(recordings.map((rule: any) => JSON.stringify(rule.labels)))).toEqual(
      new Set(['{"cdk8s_mlops_io_model":"fraud-detection","namespace":"ml"}']));
  });

  test('a number that two segments need is recorded once, before the alerts of the first', () => {
    const { groups } = ofKind('PrometheusRule', make()).spec;
    const names = groups.flatMap((group: any) => group.rules.map((rule: any) => rule.record ?? rule.alert));

    expect(names.filter((name: string) => name === 'model:requests:rate5m')).toEqual(['model:requests:rate5m']);
    expect(groups.map((group: any) => group.name)).toEqual([
      'fraud-detection: Service level objectives', 'fraud-detection: Availability', 'fraud-detection: Saturation',
    ]);
  });

  test('an alert says the number that it judged in its unit', () => {
    const monitoring = make({ segments: [] });
    [MetricUnit.RATIO, MetricUnit.SECONDS, MetricUnit.BYTES, MetricUnit.NONE].forEach((unit, i) => monitoring.add(new FakeSegment(`Mine ${i}`, {
      alerts: [{
        alertName: `Odd${i}`,
        severity: AlertSeverity.TICKET,
        query: MetricQuery.promql({ expr: 'sum(up)', title: 'number', unit }),
        condition: '> 1',
        summary: 'odd',
      }],
    })));

    expect(alertsOf(monitoring).map((alert) => [alert.expr, alert.annotations.description])).toEqual([
      ['(sum(up)) > 1', 'number: {{ $value | humanizePercentage }}'],
      ['(sum(up)) > 1', 'number: {{ $value | humanizeDuration }}'],
      ['(sum(up)) > 1', 'number: {{ $value | humanize1024 }}B'],
      ['(sum(up)) > 1', 'number: {{ $value | humanize }}'],
    ]);
  });

  test('an alert on what is absent tells no number', () => {
    const [absent] = alertsOf(make()).filter((alert) => alert.alert === 'TargetsAbsent');

    expect(absent).toEqual({
      alert: 'TargetsAbsent',
      expr: 'absent(up{namespace="ml",cdk8s_mlops_io_model="fraud-detection"} == 1)',
      for: '5m',
      keep_firing_for: '5m',
      labels: { namespace: 'ml', model: 'fraud-detection', owner: 'risk-ml', severity: 'page' },
      annotations: {
        summary: 'fraud-detection: no pod of the model answers a scrape: none runs, all of them crash or hang, or the PodMonitor does not select them',
        runbook_url: 'https://runbooks.example.com/fraud',
      },
    });
  });

  test('another owner answers when one is given, and is said how to reach', () => {
    const owner = { team: 'platform', runbookUrl: 'https://runbooks.example.com/platform', contact: '#platform' };

    const [first] = alertsOf(make({ owner }));

    expect(first.labels.owner).toBe('platform');
    expect(first.annotations).toMatchObject({ runbook_url: 'https://runbooks.example.com/platform', contact: '#platform' });
  });

  test('a business number has an owner of its own', () => {
    const monitoring = make({ segments: [], externalMetrics: [business] });
    monitoring.add(new BusinessKpiSegment({
      kpis: [{
        query: approved,
        alert: {
          alertName: 'ApprovalsFell',
          condition: '< 0.5',
          summary: 'fewer orders are approved than ever',
          owner: { team: 'payments', runbookUrl: 'https://runbooks.example.com/payments' },
        },
      }],
    }));

    expect(alertsOf(monitoring)).toEqual([{
      alert: 'ApprovalsFell',
      expr: '(sum(rate(orders_approved_total[5m]))) < 0.5',
      for: '30m',
      keep_firing_for: '5m',
      labels: { namespace: 'ml', model: 'fraud-detection', owner: 'payments', severity: 'ticket' },
      annotations: {
        summary: 'fraud-detection: fewer orders are approved than ever',
        description: 'approved orders: {{ $value | humanize }}',
        runbook_url: 'https://runbooks.example.com/payments',
      },
    }]);
  });

  test('a model without a known namespace puts none onto its alerts', () => {
    const [first] = alertsOf(make({}, { namespace: '' }));

    expect(first.labels).toEqual({ model: 'fraud-detection', owner: 'risk-ml', severity: 'page' });
  });
});

describe('segments', () => {
  test('inputs and outputs are watched where they are exported', () => {
    const without = make();
    const withPredictions = make({}, { metrics: fakeMetrics().withPredictions(PredictionMetrics.standard()) });

    expect(without.segments.map((segment) => segment.segmentName)).toEqual([
      'Requests', 'Service level objectives', 'Availability', 'Saturation',
    ]);
    expect(withPredictions.segments.map((segment) => segment.segmentName)).toEqual([
      'Requests', 'Service level objectives', 'Availability', 'Saturation', 'Inputs and outputs',
    ]);
  });

  test('a segment that is added later is shown and judged', () => {
    const monitoring = make();
    monitoring.declareExternal(business);
    monitoring.add(new FakeSegment('Mine', {
      alerts: [{ alertName: 'Odd', severity: AlertSeverity.TICKET, query: approved.over('5m'), condition: '> 1', summary: 'odd' }],
      panels: [{ title: 'Approved', kind: 'timeseries' as any, queries: [approved] }],
    }));

    expect(alertsOf(monitoring).at(-1).alert).toBe('Odd');
    expect(JSON.parse(monitoring.dashboard!.json).panels.at(-1).title).toBe('Approved');
  });
});

test('where nobody scrapes, nothing is made, and the reason is a finding', () => {
  const monitoring = make({ platform: unwatched });
  monitoring.add(new FakeSegment('Mine', {}));

  expect(synth(monitoring)).toEqual([]);
  expect(monitoring.dashboard).toBeUndefined();
  expect(Findings.of(monitoring).list().map(({ ruleId }) => ruleId)).toEqual(['monitoring/no-backend']);
});

describe('the record of an audit', () => {
  test('stands on every object where the release is known', () => {
    const objects = synth(make({ platform: PlatformProfile.of({ metrics: platform.metrics, labels: { 'cost-center': '4711' } }) }, { release: aRelease() }));

    expect(objects.map(({ kind }) => kind)).toEqual(['ConfigMap', 'PodMonitor', 'PrometheusRule']);
    for (const { metadata } of objects) {
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/component': 'monitoring',
        'cdk8s-mlops.io/git-commit': aRelease().gitCommit,
        'cdk8s-mlops.io/model': 'fraud-detection',
        'cdk8s-mlops.io/model-version': 'v2.1.0',
        'cdk8s-mlops.io/owner': 'risk-ml',
        'cost-center': '4711',
      });
      expect(metadata.annotations).toMatchObject({
        'cdk8s-mlops.io/artifact-sha256': aRelease().artifactSha256,
        'cdk8s-mlops.io/data-snapshot': aRelease().dataSnapshot.toString(),
        'cdk8s-mlops.io/trained-by': aRelease().trainedBy,
      });
    }
  });

  test('is as much as is known without one', () => {
    const { metadata } = ofKind('PrometheusRule', make());

    expect(metadata.labels).toEqual({ 'cdk8s-mlops.io/model': 'fraud-detection', 'cdk8s-mlops.io/owner': 'risk-ml', 'release': 'monitoring' });
    expect(metadata.annotations).toBeUndefined();
  });
});

describe('one model is watched once', () => {
  const rulesOfSecond = (first: FakeServingProps, second: FakeServingProps, props: Partial<MonitoringProps> = {}) => {
    const chart = Testing.chart();
    const serving = (id: string, of: FakeServingProps) => new FakeServing(chart, id, of);
    new Monitoring(chart, 'First', { ...monitoringProps(chart), serving: serving('FirstServing', first) });
    const monitoring = new Monitoring(chart, 'Second', { ...monitoringProps(new Construct(chart, 'Other')), serving: serving('SecondServing', second), ...props });
    return Findings.of(monitoring).list().map(({ ruleId }) => ruleId);
  };

  test('the same in one namespace is found at the second', () => {
    expect(rulesOfSecond({}, {})).toEqual(['monitoring/watched-twice']);
  });

  test('other namespaces, other stages and other apps are none of its business', () => {
    const staging = PlatformProfile.of({ metrics: platform.metrics, environment: Environment.STAGING });

    expect(rulesOfSecond({}, { namespace: 'search' })).toEqual([]);
    expect(rulesOfSecond({}, {}, { platform: staging })).toEqual([]);
    expect(Findings.of(make()).list()).toEqual([]);
  });

  test('two that make nothing are no conflict', () => {
    expect(rulesOfSecond({}, {}, { platform: unwatched })).toEqual(['monitoring/no-backend']);
  });
});

describe('who counts the requests', () => {
  test.each([
    [IstioReporter.DESTINATION, MeshMode.istioSidecar({ cni: true })],
    [IstioReporter.SOURCE, MeshMode.istioSidecar({ cni: true })],
    [IstioReporter.WAYPOINT, MeshMode.istioAmbient()],
  ])('the %s is there in a mesh that has it', (reporter, mesh) => {
    expect(Findings.of(make({ requests: byIstio(reporter), platform: inMesh(mesh) })).list()).toEqual([]);
  });

  test('a mesh that is scraped as the pods themselves has to fit, too', () => {
    expect(Findings.of(make({}, { metrics: ServingMetrics.istio() })).list().map(({ ruleId }) => ruleId)).toEqual(['monitoring/reporter-without-mesh']);
  });
});

describe('what queries ask for', () => {
  const watch = (expr: string) => new FakeSegment('Mine', {
    panels: [
      { title: 'First', kind: PanelKind.TIME_SERIES, queries: [MetricQuery.promql({ expr, title: 'my number' })] },
      { title: 'Second', kind: PanelKind.TIME_SERIES, queries: [MetricQuery.promql({ expr, title: 'the same' })] },
    ],
  });

  function findingsWith(expr: string, props?: Partial<MonitoringProps>): Finding[] {
    const monitoring = make(props);
    monitoring.add(watch(expr));
    return Findings.of(monitoring).list();
  }

  test('everything that the segments of the library ask for is there', () => {
    const monitoring = make({}, { metrics: fakeMetrics().withPredictions(PredictionMetrics.standard()) });

    expect(Findings.of(monitoring).list()).toEqual([]);
  });

  test('a metric that nobody exports is found once, at the first query that asks for it', () => {
    expect(findingsWith('sum(rate(orders_approved_total[5m]))')).toEqual([{
      path: 'test/Monitoring',
      ruleId: 'metric/unknown-metric',
      severity: 'error',
      message: "segment 'Mine', panel 'First': 'my number' asks for the metric 'orders_approved_total', which nobody exports",
      remedy: 'declare it among the metrics of the server that exports it, or with ExternalMetrics.declare() if it is scraped elsewhere',
    }]);
  });

  test('a metric that is declared as scraped elsewhere is there', () => {
    expect(findingsWith('sum(rate(orders_approved_total[5m]))', { externalMetrics: [business] })).toEqual([]);
  });

  test('a server that does not count everything is judged by the mesh in front of it', () => {
    const triton = { metrics: ServingMetrics.triton() };
    const watched = { requests: byIstio(), platform: inMesh(MeshMode.istioSidecar({ cni: true })) };

    expect(Findings.of(make({}, triton)).list().map(({ ruleId }) => ruleId)).toEqual(['monitoring/not-measured']);
    expect(Findings.of(make(watched, triton)).list()).toEqual([]);
    expect(alertsOf(make(watched, triton)).map((alert) => alert.alert)).toContain('LatencyBudgetBurnFast');
  });

  test('a label that no monitor copies is found', () => {
    expect(findingsWith('sum(rate(http_requests_total{role="canary"}[5m]))').map(({ ruleId, message }) => [ruleId, message])).toEqual([
      ['metric/unknown-label', "segment 'Mine', panel 'First': 'my number' needs the label 'role' of 'http_requests_total', which no exporter sets and no monitor copies"],
    ]);
  });

  test('labels that the PodMonitor copies are there', () => {
    expect(findingsWith('sum by (rollouts_pod_template_hash, cdk8s_mlops_io_model_version, pod) (rate(http_requests_total{code="500"}[5m]))')).toEqual([]);
  });

  test('a query that is not answered fails synthesis until somebody says why it is acceptable', () => {
    const monitoring = make();
    monitoring.add(watch('sum(orders_open)'));

    expect(() => synth(monitoring)).toThrow(/orders_open.*\(metric\/unknown-metric\)/);
    Findings.of(monitoring).acknowledge('metric/unknown-metric', 'the order system is scraped from next week on');
    expect(synth(monitoring).map((object) => object.kind)).toContain('PrometheusRule');
  });

  test('conditions are judged, too', () => {
    const monitoring = make();
    monitoring.add(new FakeSegment('Mine', {
      alerts: [{ alertName: 'Odd', severity: AlertSeverity.TICKET, query: approved.over('5m'), condition: '> scalar(orders_expected)', summary: 'odd' }],
    }));
    monitoring.declareExternal(business);

    expect(Findings.of(monitoring).list().map(({ message }) => message)).toEqual([
      "segment 'Mine', alert 'Odd': 'approved orders' asks for the metric 'orders_expected', which nobody exports",
    ]);
  });
});
