import { Testing } from 'cdk8s';
import { slo } from './fixtures';
import { RequestSegment, RequestSegmentProps, ServingMetrics } from '../../src';
import { FakeServing } from '../support/fake-serving';

function segmentOf(props: Omit<RequestSegmentProps, 'serving'> = {}, metrics?: ServingMetrics): RequestSegment {
  return new RequestSegment({ serving: new FakeServing(Testing.chart(), 'Serving', { metrics }), ...props });
}

test('a wall shows throughput in large, and latency, throughput and errors over time', () => {
  expect(segmentOf().panels().map(({ kind, title, legendLabel }) => [kind, title, legendLabel])).toEqual([
    ['stat', 'Throughput', undefined],
    ['timeseries', 'Latency', undefined],
    ['timeseries', 'Throughput by version', 'cdk8s_mlops_io_model_version'],
    ['timeseries', 'Error ratio by version', 'cdk8s_mlops_io_model_version'],
  ]);
});

test('latency is drawn at 50, 95 and 99 percent and at the percentile that was promised, over all pods together', () => {
  const [, latency] = segmentOf({ slo: { ...slo, latency: { ...slo.latency, percentile: 90 } } as any }).panels();

  expect(latency.queries.map((query) => query.title)).toEqual(['p50 latency', 'p90 latency', 'p95 latency', 'p99 latency']);
  expect(latency.queries[0].expr).toBe('histogram_quantile(0.5, sum by (le) (rate('
    + 'http_request_duration_seconds_bucket{namespace="ml",cdk8s_mlops_io_model="fraud-detection"}[$__rate_interval])))');
});

test('what was promised is a line', () => {
  const panels = segmentOf({ slo }).panels();

  expect(panels.map(({ title, thresholds }) => [title, thresholds?.map(({ from }) => from)])).toEqual([
    ['Throughput', undefined], ['Latency', [undefined, 0.1]], ['Throughput by version', undefined], ['Error ratio by version', [undefined, 0.01]],
  ]);
});

test('a server without a histogram shows its mean latency', () => {
  const [, latency] = segmentOf({}, ServingMetrics.triton()).panels();

  expect(latency.queries.map((query) => query.title)).toEqual(['mean latency']);
});

test('a server that counts no failures has no panel of them', () => {
  expect(segmentOf({}, ServingMetrics.kserve()).panels().map((panel) => panel.title)).toEqual(['Throughput', 'Latency', 'Throughput by version']);
});

describe('requests that the mesh counts', () => {
  const requests = { metrics: ServingMetrics.istio(), selector: 'destination_workload="fraud"' };

  test('are asked of the mesh', () => {
    const [throughput] = segmentOf({ requests }).panels();

    expect(throughput.queries[0].expr).toMatch(/istio_requests_total\{destination_workload="fraud"/);
  });

  test('are told apart by version where it has a label for it', () => {
    const titles = (versionLabel?: string) => segmentOf({ requests: { ...requests, versionLabel } }).panels()
      .map(({ title, legendLabel }) => [title, legendLabel]);

    expect(titles('destination_version').slice(2)).toEqual([
      ['Throughput by version', 'destination_version'], ['Error ratio by version', 'destination_version'],
    ]);
    expect(titles().slice(2)).toEqual([['Throughput', undefined], ['Error ratio', undefined]]);
  });
});

test('it alerts on nothing and records nothing', () => {
  expect(segmentOf().alerts()).toEqual([]);
  expect(segmentOf().recordingRules()).toEqual([]);
});
