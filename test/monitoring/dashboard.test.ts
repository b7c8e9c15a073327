import { Duration, Testing } from 'cdk8s';
import { FakeSegment, slo } from './fixtures';
import { Dashboard, DashboardProps, IMonitoringSegment, MetricQuery, MetricUnit, Panel, PanelKind, PanelLevel, RequestSegment } from '../../src';
import { FakeServing, FakeServingProps } from '../support/fake-serving';

function dashboardOf(props: Partial<DashboardProps> = {}, serving?: FakeServingProps) {
  const chart = Testing.chart();
  const dashboard = new Dashboard(chart, 'Dashboard', { serving: new FakeServing(chart, 'Serving', serving), ...props });
  return { chart, dashboard, json: () => JSON.parse(dashboard.json) };
}

/** The only panel of a dashboard with one, as Grafana reads it. */
function drawn(panel: Partial<Panel>): any {
  const segment = new FakeSegment('Mine', { panels: [{ title: 'Pods', kind: PanelKind.TIME_SERIES, queries: [count], ...panel }] });
  return dashboardOf({ segments: [segment] }).json().panels.at(-1);
}

const count = MetricQuery.promql({ expr: 'sum(up)', title: 'pods' });
const share = MetricQuery.promql({ expr: 'avg(up)', title: 'share', unit: MetricUnit.RATIO });
const stat = (title: string): Panel => ({ title, kind: PanelKind.STAT, queries: [count] });
const series = (title: string): Panel => ({ title, kind: PanelKind.TIME_SERIES, queries: [count] });

describe('objects', () => {
  test('the dashboard stands in a ConfigMap that the sidecar of kube-prometheus-stack finds', () => {
    const { chart, dashboard } = dashboardOf();

    expect(Testing.synth(chart)).toEqual([{
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'test-dashboard-c827865b',
        namespace: 'ml',
        labels: { 'cdk8s-mlops.io/model': 'fraud-detection', 'cdk8s-mlops.io/owner': 'risk-ml', 'grafana_dashboard': '1' },
      },
      data: { [`${dashboard.uid}.json`]: dashboard.json },
    }]);
  });

  test('label of the sidecar and folder can be chosen', () => {
    const { chart } = dashboardOf({ sidecarLabels: { dashboards: 'yes' }, folder: 'ML' });

    const [{ metadata }] = Testing.synth(chart);

    expect(metadata.labels).toEqual({ 'cdk8s-mlops.io/model': 'fraud-detection', 'cdk8s-mlops.io/owner': 'risk-ml', 'dashboards': 'yes' });
    expect(metadata.annotations).toEqual({ grafana_folder: 'ML' });
  });

  test('the Grafana operator reads the same ConfigMap', () => {
    const { chart, dashboard } = dashboardOf({ grafanaInstanceLabels: { dashboards: 'grafana' }, folder: 'ML' });

    const [configMap, grafanaDashboard] = Testing.synth(chart);

    expect(grafanaDashboard).toMatchObject({ apiVersion: 'grafana.integreatly.org/v1beta1', kind: 'GrafanaDashboard', metadata: { namespace: 'ml' } });
    expect(grafanaDashboard.spec).toEqual({
      instanceSelector: { matchLabels: { dashboards: 'grafana' } },
      allowCrossNamespaceImport: true,
      configMapRef: { name: configMap.metadata.name, key: `${dashboard.uid}.json` },
      folder: 'ML',
    });
  });

  test('the address in Grafana stays the same from synthesis to synthesis and fits', () => {
    expect(dashboardOf().dashboard.uid).toBe(dashboardOf().dashboard.uid);
    expect(dashboardOf().dashboard.uid).toMatch(/^fraud-detection-[0-9a-f]{8}$/);
    expect(dashboardOf().dashboard.json).toBe(dashboardOf().dashboard.json);
  });
});

describe('the whole', () => {
  test('model, namespace, tags, runbook and data source are named', () => {
    const json = dashboardOf().json();

    expect(json).toMatchObject({ title: 'fraud-detection (ml)', tags: ['mlops', 'fraud-detection'], refresh: '30s', schemaVersion: 39, editable: false });
    expect(json.links).toEqual([expect.objectContaining({ title: 'Runbook of risk-ml', url: 'https://runbooks.example.com/fraud' })]);
    expect(json.templating.list).toEqual([expect.objectContaining({
      name: 'datasource', type: 'datasource', query: 'prometheus', current: { text: 'prometheus', value: 'prometheus' },
    })]);
  });

  test('title, data source and owner can be chosen', () => {
    const json = dashboardOf({
      title: 'Fraud',
      datasourceUid: 'thanos',
      owner: { team: 'platform', runbookUrl: 'https://runbooks.example.com/platform', contact: '#platform' },
    }).json();

    expect(json.title).toBe('Fraud');
    expect(json.templating.list[0].current.value).toBe('thanos');
    expect(json.links[0]).toMatchObject({ title: 'Runbook of platform', tooltip: '#platform' });
  });

  test('a namespace that is not known at synthesis is not in the title', () => {
    expect(dashboardOf({}, { namespace: '' }).json().title).toBe('fraud-detection');
  });

  test('a new version is marked once, also when it comes back', () => {
    const { dashboard, json } = dashboardOf();
    const up = 'up{namespace="ml",cdk8s_mlops_io_model="fraud-detection"}';

    expect(json().annotations.list).toEqual([expect.objectContaining({
      titleFormat: 'version {{cdk8s_mlops_io_model_version}}',
      expr: `group by (cdk8s_mlops_io_model_version) (${up}) unless on (cdk8s_mlops_io_model_version) `
        + `group by (cdk8s_mlops_io_model_version) (last_over_time(${up}[15m] offset 5m))`,
    })]);
    expect(dashboard.queries.map((query) => query.expr)).toEqual([json().annotations.list[0].expr]);
  });

  test('stats of all segments are on top, below them one row for each segment that has more', () => {
    const segments: IMonitoringSegment[] = [
      new FakeSegment('First', { panels: [stat('A'), series('B'), series('C')] }),
      new FakeSegment('Only a stat', { panels: [stat('D')] }),
      new FakeSegment('Last', { panels: [series('E')] }),
    ];
    const { dashboard, json } = dashboardOf({ segments: segments.slice(0, 2) });
    dashboard.add(segments[2]);

    expect(dashboard.segments).toEqual(segments);
    expect(json().panels.map(({ id, type, title, gridPos: { x, y, w, h } }: any) => [id, type, title, x, y, w, h])).toEqual([
      [1, 'stat', 'A', 0, 0, 12, 5],
      [2, 'stat', 'D', 12, 0, 12, 5],
      [3, 'row', 'First', 0, 5, 24, 1],
      [4, 'timeseries', 'B', 0, 6, 12, 8],
      [5, 'timeseries', 'C', 12, 6, 12, 8],
      [6, 'row', 'Last', 0, 14, 24, 1],
      [7, 'timeseries', 'E', 0, 15, 24, 8],
    ]);
  });
});

describe('a panel', () => {
  test('asks its queries of the data source that the reader picked', () => {
    const { targets, datasource } = drawn({ queries: [count, share] });

    expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
    expect(targets).toEqual([
      { refId: 'A', datasource, editorMode: 'code', expr: 'sum(up)', format: 'time_series', legendFormat: 'pods', interval: '30s', range: true },
      { refId: 'B', datasource, editorMode: 'code', expr: 'avg(up)', format: 'time_series', legendFormat: 'share', interval: '30s', range: true },
    ]);
  });

  test('takes no rate over less than four scrapes', () => {
    const segment = new FakeSegment('Mine', { panels: [series('Pods')] });

    expect(dashboardOf({ segments: [segment], scrapeInterval: Duration.seconds(60) }).json().panels.at(-1).targets[0].interval).toBe('1m');
  });

  test('tells the series of one query apart by a label, and those of several by title and label', () => {
    expect(drawn({ legendLabel: 'pod' }).targets.map((target: any) => target.legendFormat)).toEqual(['{{pod}}']);
    expect(drawn({ legendLabel: 'pod', queries: [count, share] }).targets.map((target: any) => target.legendFormat)).toEqual(['pods {{pod}}', 'share {{pod}}']);
  });

  test('draws a second unit on an axis of its own', () => {
    const { defaults, overrides } = drawn({ queries: [count, share] }).fieldConfig;

    expect(defaults.unit).toBe('none');
    expect(overrides).toEqual([{
      matcher: { id: 'byFrameRefID', options: 'B' },
      properties: [{ id: 'unit', value: 'percentunit' }, { id: 'custom.axisPlacement', value: 'right' }],
    }]);
  });

  test('draws an objective as a dashed line, and none where there is none', () => {
    const withLine = drawn({ thresholds: [{ level: PanelLevel.GOOD }, { from: 0.1, level: PanelLevel.BAD }] }).fieldConfig.defaults;
    const without = drawn({}).fieldConfig.defaults;

    expect(withLine.thresholds.steps).toEqual([{ value: null, color: 'green' }, { value: 0.1, color: 'red' }]);
    expect(withLine.custom.thresholdsStyle).toEqual({ mode: 'dashed' });
    expect(without.thresholds.steps).toEqual([{ value: null, color: 'text' }]);
    expect(without.custom.thresholdsStyle).toEqual({ mode: 'off' });
  });

  test('is green below its first threshold unless told otherwise', () => {
    const thresholds = [{ from: 1, level: PanelLevel.WARNING }, { from: 2, level: PanelLevel.BAD }];
    const { steps } = drawn({ thresholds }).fieldConfig.defaults.thresholds;

    expect(steps).toEqual([{ value: null, color: 'green' }, { value: 1, color: 'orange' }, { value: 2, color: 'red' }]);
  });

  test('shows a number in large with the colour of its meaning, and names it where there are several', () => {
    const one = drawn({ kind: PanelKind.STAT });
    const two = drawn({ kind: PanelKind.STAT, queries: [count, share] });

    expect(one.options).toMatchObject({ colorMode: 'background', graphMode: 'area', textMode: 'value', reduceOptions: { calcs: ['lastNotNull'] } });
    expect(one.fieldConfig.defaults.color).toEqual({ mode: 'thresholds' });
    expect(two.options.textMode).toBe('value_and_name');
  });

  test('draws a distribution from its buckets', () => {
    const { targets, options } = drawn({ kind: PanelKind.HEATMAP, queries: [share] });

    expect(targets[0]).toMatchObject({ format: 'heatmap', legendFormat: '{{le}}' });
    expect(options).toMatchObject({ calculate: false, yAxis: { unit: 'percentunit' } });
  });

  test('may have more queries than there are letters', () => {
    const { targets } = drawn({ queries: Array.from({ length: 27 }, () => count) });

    expect([targets[0].refId, targets[25].refId, targets[26].refId]).toEqual(['A', 'Z', 'Q26']);
  });

  test('shows what the segments of the library ask', () => {
    const chart = Testing.chart();
    const serving = new FakeServing(chart, 'Serving');
    const { json } = dashboardOf({ segments: [new RequestSegment({ serving, slo })] });

    expect(json().panels.map((panel: any) => panel.fieldConfig?.defaults.unit)).toEqual(['reqps', undefined, 's', 'reqps', 'percentunit']);
  });
});
