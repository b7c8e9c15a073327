import { Chart, Duration, Testing } from 'cdk8s';
import { byIstio, FakeSegment, inMesh, monitoringProps, slo, unwatched } from './fixtures';
import {
  AlertRouting, AlertSeverity, BusinessKpiSegment, Dashboard, Findings, IMonitoringSegment, IstioReporter, MeshMode, MetricQuery, Monitoring,
  MonitoringProps, Panel, PanelKind, PredictionSegment, SecretRef, Slo, SloSegment,
} from '../../src';
import { ErrorCase } from '../support/error-case';
import { FakeServing, FakeServingProps } from '../support/fake-serving';

const count = MetricQuery.promql({ expr: 'sum(up)', title: 'pods' });
const alert = { alertName: 'Odd', severity: AlertSeverity.TICKET, query: count, condition: '> 1', summary: 'odd' };

/** Synthesizes a model whose monitoring has a segment more. */
function synthWith(...segments: IMonitoringSegment[]) {
  const chart = Testing.chart();
  const monitoring = new Monitoring(chart, 'Monitoring', monitoringProps(chart));
  segments.forEach((segment) => monitoring.add(segment));
  return Testing.synth(chart);
}

function monitoringOf(props: Partial<MonitoringProps>, serving?: FakeServingProps) {
  const chart = Testing.chart();
  return new Monitoring(chart, 'Monitoring', { ...monitoringProps(chart, serving), ...props });
}

function synthTwice(namespace?: string) {
  const chart = Testing.chart();
  const props = monitoringProps(chart, { namespace });
  new Monitoring(chart, 'First', props);
  new Monitoring(chart, 'Second', props);
  return Testing.synth(chart);
}

function sloSegment(target: Slo, minimumFailures?: number) {
  return new SloSegment({ serving: new FakeServing(Testing.chart(), 'Serving'), slo: target, minimumFailures });
}

function dashboardOf(panels: Panel[]) {
  const chart = Testing.chart();
  return new Dashboard(chart, 'Dashboard', { serving: new FakeServing(chart, 'Serving'), segments: [new FakeSegment('Many', { panels })] });
}

function panelOf(bytes: number): Panel {
  return { title: 'pods', kind: PanelKind.TIME_SERIES, queries: [count], description: 'x'.repeat(bytes) };
}

function failedValidation(...messages: string[]): string {
  return ['Validation failed with the following errors:', ...messages.map((message) => `  [${message}`)].join('\n');
}

export const cases: ErrorCase[] = [
  {
    id: 'monitoring/alert-name-taken',
    when: 'two alerts of one name',
    provoke: () => synthWith(new FakeSegment('Mine', { alerts: [{ ...alert, alertName: 'TargetDown' }] })),
    message: failedValidation("test/Monitoring] two alerts are named 'TargetDown', in the segments 'Availability' and 'Mine'; give one of them another name, as the name is all that the person who is woken up sees (monitoring/alert-name-taken)"),
  },
  {
    id: 'monitoring/malformed-alert-name',
    when: 'an alert name with blanks',
    provoke: () => synthWith(new FakeSegment('Mine', { alerts: [{ ...alert, alertName: 'it is odd' }] })),
    message: failedValidation("test/Monitoring] an alert name must be CamelCase such as 'RequestsStopped', got 'it is odd' of segment 'Mine' (monitoring/malformed-alert-name)"),
  },
  {
    id: 'monitoring/malformed-condition',
    when: 'a condition that does not parse',
    provoke: () => synthWith(new FakeSegment('Mine', { alerts: [{ ...alert, condition: 'above 1' }] })),
    message: failedValidation("test/Monitoring] the condition of alert 'Odd' of segment 'Mine' must be a comparison such as '> 0.01', got 'above 1' (monitoring/malformed-condition)"),
  },
  {
    id: 'monitoring/dashboard-variable-in-rule',
    when: 'a variable of Grafana in an alert',
    provoke: () => synthWith(new FakeSegment('Mine', {
      alerts: [{ ...alert, query: MetricQuery.promql({ expr: 'sum(changes(up[$__rate_interval]))', title: 'restarts' }) }],
    })),
    message: failedValidation("test/Monitoring] alert 'Odd' of segment 'Mine' asks 'sum(changes(up[$__rate_interval]))', whose variable only Grafana knows; give the query a range of its own, as over('5m') does (monitoring/dashboard-variable-in-rule)"),
  },
  {
    id: 'monitoring/segment-name-taken',
    when: 'two segments of one name',
    provoke: () => synthWith(new FakeSegment('Mine', {}), new FakeSegment('Mine', {})),
    message: failedValidation("test/Monitoring] two segments are named 'Mine'; give one of them another name, or put their content into one (monitoring/segment-name-taken)"),
  },
  {
    id: 'monitoring/record-name-taken',
    when: 'two recording rules of one name',
    provoke: () => synthWith(new FakeSegment('Mine', { recordings: [{ record: { name: 'model:requests:rate5m', type: 'gauge' as any }, query: count }] })),
    message: failedValidation("test/Monitoring] two recording rules are named 'model:requests:rate5m' and compute different numbers, in the segments 'Service level objectives', 'Availability' and 'Mine'; give one of them another name (monitoring/record-name-taken)"),
  },
  {
    id: 'monitoring/panel-without-query',
    when: 'a panel without a query',
    provoke: () => synthWith(new FakeSegment('Mine', { panels: [{ title: 'Empty', kind: PanelKind.STAT, queries: [] }] })),
    message: failedValidation("test/Monitoring/Dashboard] panel 'Empty' of segment 'Mine' has no query; give it one, or leave the panel out (monitoring/panel-without-query)"),
  },
  {
    id: 'monitoring/scrape-interval',
    when: 'scrapes that are too rare for the alerts',
    provoke: () => monitoringOf({ scrapeInterval: Duration.minutes(2) }),
    message: "[test/Monitoring] 'scrapeInterval' must lie between one second and one minute, got 2m; the alerts judge windows of five minutes (monitoring/scrape-interval)",
  },
  {
    id: 'monitoring/scrape-timeout',
    when: 'a timeout longer than the interval',
    provoke: () => monitoringOf({ scrapeInterval: Duration.seconds(15), scrapeTimeout: Duration.seconds(20) }),
    message: "[test/Monitoring] 'scrapeTimeout' must not be longer than the interval of 15s, got 20s (monitoring/scrape-timeout)",
  },
  {
    id: 'monitoring/sample-limit',
    when: 'a limit of no samples',
    provoke: () => monitoringOf({ sampleLimit: 0 }),
    message: "[test/Monitoring] 'sampleLimit' must be a whole number of at least 1, got 0 (monitoring/sample-limit)",
  },
  {
    id: 'monitoring/no-pod-labels',
    when: 'a model whose pods have no labels',
    provoke: () => monitoringOf({}, { podLabels: {} }),
    message: "[test/Monitoring] 'podLabels' of 'fraud-detection' must select its pods, got none; without labels every pod of the namespace is scraped (monitoring/no-pod-labels)",
  },
  {
    id: 'monitoring/no-scrape-endpoint',
    when: 'a model without a port to scrape',
    provoke: () => monitoringOf({}, { scrapeEndpoints: [] }),
    message: "[test/Monitoring] 'scrapeEndpoints' of 'fraud-detection' must name at least one port, got none (monitoring/no-scrape-endpoint)",
  },
  {
    id: 'monitoring/minimum-failures-below-one',
    when: 'alerts without any failure',
    provoke: () => sloSegment(slo, 0),
    message: "'minimumFailures' must be at least 1, got 0 (monitoring/minimum-failures-below-one)",
  },
  {
    id: 'monitoring/no-kpi',
    when: 'a business segment without a number',
    provoke: () => new BusinessKpiSegment({ kpis: [] }),
    message: "'kpis' of segment 'Business' must name at least one number, got none (monitoring/no-kpi)",
  },
  {
    id: 'monitoring/dashboard-too-large',
    when: 'a dashboard above the limit of a ConfigMap',
    provoke: () => Testing.synth(Chart.of(dashboardOf([panelOf(1_500_000)]))),
    message: failedValidation('test/Dashboard] the dashboard has 1.4 MiB, and a ConfigMap takes 1 MiB; show some of its segments on a Dashboard of their own (monitoring/dashboard-too-large)'),
  },
  {
    id: 'monitoring/dashboard-needs-server-side-apply',
    when: 'a dashboard above the limit of kubectl apply',
    provoke: () => Findings.of(dashboardOf([panelOf(400_000)])).list(),
    message: "[test/Dashboard] the dashboard has 0.4 MiB, more than the annotation of 'kubectl apply' holds; apply it with --server-side, or show some of its segments on a Dashboard of their own (monitoring/dashboard-needs-server-side-apply)",
  },
  {
    id: 'monitoring/not-measured',
    when: 'an objective that the server does not measure',
    provoke: () => Findings.of(monitoringOf({ segments: [new FakeSegment('Mine', { gaps: ['the latency budget cannot be judged: it is not exported'] })] })).list(),
    message: "[test/Monitoring] segment 'Mine': the latency budget cannot be judged: it is not exported; let the server or an exporter beside it export it, name the mesh in front of it as 'requests', or acknowledge that nobody will know (monitoring/not-measured)",
  },
  {
    id: 'monitoring/severity-without-route',
    when: 'routes that leave a severity out',
    provoke: () => Findings.of(monitoringOf({ routing: [AlertRouting.pagerDuty({ routingKey: SecretRef.existing('pagerduty', 'key') })] })).list(),
    message: "[test/Monitoring] alerts of severity 'ticket' take no route of 'fraud-detection' and reach nobody; add a routing whose 'severities' name 'ticket' (monitoring/severity-without-route)",
  },
  {
    id: 'monitoring/route-without-namespace',
    when: 'routes for alerts that carry no namespace',
    provoke: () => Findings.of(monitoringOf({ routing: [AlertRouting.email({ to: 'risk@example.com' })] }, { namespace: '' })).list(),
    message: "[test/Monitoring] the alerts of 'fraud-detection' carry no namespace, and Alertmanager gives an AlertmanagerConfig only the alerts of its own namespace; give the chart of the model its namespace, or acknowledge it where Alertmanager's matcher strategy is None (monitoring/route-without-namespace)",
  },
  {
    id: 'monitoring/no-namespace',
    when: 'a model whose namespace nobody knows, as far as a warning goes',
    provoke: () => Findings.of(monitoringOf({}, { namespace: '' })).list(),
    message: "[test/Monitoring] the queries about 'fraud-detection' name no namespace and mix it up with a model of that name in any other namespace; give the chart or the stack of the model its namespace (monitoring/no-namespace)",
  },
  {
    id: 'monitoring/watched-twice',
    when: 'two that watch one model',
    provoke: () => synthTwice(),
    message: failedValidation("test/Second] 'test/Second' and 'test/First' both watch 'fraud-detection' in namespace 'ml', record the same series and alert twice; leave one of them out and add() its segments to the other, or give one model another namespace; acknowledge it where the two go to different clusters (monitoring/watched-twice)"),
  },
  {
    id: 'monitoring/watched-twice',
    when: 'two that watch one model without a namespace',
    provoke: () => synthTwice(''),
    message: failedValidation("test/Second] 'test/Second' and 'test/First' both watch 'fraud-detection' without a namespace, record the same series and alert twice; leave one of them out and add() its segments to the other, or give one model another namespace; acknowledge it where the two go to different clusters (monitoring/watched-twice)"),
  },
  {
    id: 'monitoring/reporter-without-mesh',
    when: 'requests that a mesh counts where there is none',
    provoke: () => Testing.synth(Chart.of(monitoringOf({ requests: byIstio() }))),
    message: failedValidation("test/Monitoring] the requests of 'fraud-detection' are counted by Istio's reporter 'destination', which does not exist with the mesh 'none': its alerts would never fire; say which mesh the platform has, let the server count its requests, or acknowledge it where a gateway in front of the model counts them (monitoring/reporter-without-mesh)"),
  },
  {
    id: 'monitoring/reporter-without-mesh',
    when: 'requests that sidecars count in ambient mode',
    provoke: () => Testing.synth(Chart.of(monitoringOf({ requests: byIstio(), platform: inMesh(MeshMode.istioAmbient()) }))),
    message: failedValidation("test/Monitoring] the requests of 'fraud-detection' are counted by Istio's reporter 'destination', which does not exist with the mesh 'istio-ambient': its alerts would never fire; use ServingMetrics.istio({ reporter }) with 'waypoint' (monitoring/reporter-without-mesh)"),
  },
  {
    id: 'monitoring/reporter-without-mesh',
    when: 'requests that a waypoint counts among sidecars',
    provoke: () => Testing.synth(Chart.of(monitoringOf({
      requests: byIstio(IstioReporter.WAYPOINT), platform: inMesh(MeshMode.istioSidecar({ cni: true })),
    }))),
    message: failedValidation("test/Monitoring] the requests of 'fraud-detection' are counted by Istio's reporter 'waypoint', which does not exist with the mesh 'istio-sidecar': its alerts would never fire; use ServingMetrics.istio({ reporter }) with 'destination' or 'source' (monitoring/reporter-without-mesh)"),
  },
  {
    id: 'monitoring/no-backend',
    when: 'nobody who scrapes, as far as a warning goes',
    provoke: () => Findings.of(monitoringOf({ platform: unwatched })).list(),
    message: "[test/Monitoring] nobody watches 'fraud-detection': metrics go to a hosted service; give the platform a metrics backend; monitors, alerts and dashboard are made from then on (monitoring/no-backend)",
  },
  {
    id: 'monitoring/no-prediction-metrics',
    when: 'a watch over predictions that nobody exports',
    provoke: () => new PredictionSegment({ serving: new FakeServing(Testing.chart(), 'Serving') }),
    message: "'fraud-detection' must export prediction metrics to have its inputs and outputs watched, got none; declare them with 'withPredictions()' on its metrics (monitoring/no-prediction-metrics)",
  },
];
