import { Testing } from 'cdk8s';
import { SaturationSegment } from '../../src';
import { FakeServing } from '../support/fake-serving';

const serving = new FakeServing(Testing.chart(), 'Serving');
const model = 'namespace="ml",cdk8s_mlops_io_model="fraud-detection"';

test('a wall shows CPU, memory against its limit, throttling and restarts by pod, and pods by version', () => {
  expect(new SaturationSegment({ serving }).panels().map(({ title, legendLabel }) => [title, legendLabel])).toEqual([
    ['CPU', 'pod'], ['Memory of its limit', 'pod'], ['CPU throttling', 'pod'], ['Restarts', 'pod'],
    ['Pods by version', 'cdk8s_mlops_io_model_version'],
  ]);
});

test('metrics of the cluster are narrowed to the pods that are scraped for the model', () => {
  const [cpu] = new SaturationSegment({ serving }).panels();

  expect(cpu.queries[0].expr).toBe('sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{namespace="ml",container!=""}[$__rate_interval])) '
    + `and on (namespace, pod) group by (namespace, pod) (up{${model}})`);
});

test('no selector reads more than the namespace of the model', () => {
  const segment = new SaturationSegment({ serving });
  const queries = [...segment.panels().flatMap((panel) => panel.queries), ...segment.alerts().map((alert) => alert.query)];
  const metrics = queries.flatMap((query) => query.expr.match(/\b(?:container|kube)_[a-z_]+(?:\{[^}]*\})?/g) ?? []);

  expect(metrics).toHaveLength(13);
  expect(metrics.filter((selector) => !/\{namespace="ml"[,}]/.test(selector))).toEqual([]);
});

test('without a namespace the pods alone narrow it', () => {
  const nowhere = new SaturationSegment({ serving: new FakeServing(Testing.chart(), 'Serving', { namespace: '' }) });
  const [{ query: memory }] = nowhere.alerts();

  expect(memory.expr).toBe('max by (namespace, pod) (max by (namespace, pod, container) (container_memory_working_set_bytes{container!=""}) / '
    + 'max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"} > 0)) '
    + 'and on (namespace, pod) group by (namespace, pod) (up{cdk8s_mlops_io_model="fraud-detection"})');
});

test('restarts of init containers count', () => {
  const [, restarts] = new SaturationSegment({ serving }).alerts();

  expect(restarts.query.expr).toBe('sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total{namespace="ml"}[30m]) or '
    + `increase(kube_pod_init_container_status_restarts_total{namespace="ml"}[30m])) and on (namespace, pod) group by (namespace, pod) (up{${model}})`);
});

test('what fills up makes tickets, on the pod that it is about', () => {
  const alerts = new SaturationSegment({ serving }).alerts();

  expect(alerts.map(({ alertName, severity, condition, summary }) => [alertName, severity, condition, summary])).toEqual([
    ['MemoryNearLimit', 'ticket', '> 0.9', 'pod {{ $labels.pod }} is about to be killed for its memory'],
    ['ContainerRestarts', 'ticket', '> 2', 'a container of pod {{ $labels.pod }} restarts again and again'],
    ['CpuThrottled', 'ticket', '> 0.25', 'pod {{ $labels.pod }} waits for CPU time that its limit denies; latency suffers before anything else shows it'],
  ]);
});

test('the share of memory that is too much can be chosen, and is the line of the panel', () => {
  const segment = new SaturationSegment({ serving, memoryBelow: 0.8 });

  expect(segment.alerts()[0].condition).toBe('> 0.8');
  expect(segment.panels()[1].thresholds).toEqual([{ level: 'good' }, { from: 0.8, level: 'bad' }]);
});

test('it records nothing', () => {
  expect(new SaturationSegment({ serving }).recordingRules()).toEqual([]);
});
