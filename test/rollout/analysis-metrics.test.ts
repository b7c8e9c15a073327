import { Duration } from 'cdk8s';
import { AfterPatience, AnalysisOptions, Guardrail, MetricQuery, MetricsBackend, NoData, Unreachable } from '../../src';
import { settingsOf, StageAnalysis, timingOf, toAnalysisMetrics } from '../../src/rollout/analysis-metrics';
import { someMetrics } from '../support/fixtures';

function analysisOf(options: AnalysisOptions = {}, stage = Duration.minutes(30)): StageAnalysis {
  const settings = settingsOf(options);
  return {
    backend: MetricsBackend.prometheus({ url: 'http://prometheus:9090', namespace: 'monitoring', scraperLabels: { app: 'prometheus' } }),
    subject: { metrics: someMetrics(), canary: { selector: 'hash="new"', window: '5m' }, stable: { selector: 'hash="old"', window: '5m' } },
    timing: timingOf(stage, settings),
    options: settings,
  };
}

const guardrail = Guardrail.custom('kpi', MetricQuery.promql({ expr: 'sum(kpi)', title: 'kpi' }), '> 1');

describe('timing', () => {
  test('the first measurement waits for the window and a scrape; the last one is before the end of the stage', () => {
    const timing = timingOf(Duration.minutes(30), settingsOf());

    expect(timing).toEqual({ initialDelay: 330, interval: 60, count: 25 });
    expect(timing.initialDelay + (timing.count - 1) * timing.interval).toBeLessThanOrEqual(1800);
  });

  test('an inline analysis always has a count', () => {
    const [metric] = toAnalysisMetrics(guardrail, analysisOf({}, Duration.seconds(330)));

    expect(metric).toMatchObject({ count: 1, interval: '60s', initialDelay: '330s' });
  });
});

describe('a measurement without data', () => {
  test('waits for a person after a patience, by default', () => {
    const [metric, ...others] = toAnalysisMetrics(guardrail, analysisOf());

    expect(others).toEqual([]);
    expect(metric).toMatchObject({
      successCondition: 'len(result) > 0 && !isNaN(result[0]) && result[0] > 1',
      failureCondition: 'len(result) > 0 && !isNaN(result[0]) && !(result[0] > 1)',
      inconclusiveLimit: 10,
    });
  });

  test('aborts after a patience when asked, by a metric of its own', () => {
    const onEmpty = NoData.pause({ upTo: Duration.minutes(3), then: AfterPatience.ABORT });
    const [metric, data] = toAnalysisMetrics(guardrail, analysisOf({ onEmpty }));

    expect(metric.inconclusiveLimit).toBe(24);
    expect(data).toMatchObject({ name: 'kpi-data', successCondition: 'result[0] > 0', failureLimit: 3 });
    expect(data.provider.prometheus.query).toBe(`count(${metric.provider.prometheus.query}) or vector(0)`);
  });

  test('never counts as success by outlasting the stage', () => {
    const [metric] = toAnalysisMetrics(guardrail, analysisOf({ onEmpty: NoData.pause({ upTo: Duration.hours(5), then: AfterPatience.WAIT }) }));

    expect(metric.inconclusiveLimit).toBe(metric.count - 1);
  });

  test('is a breach, or is good, when asked', () => {
    const [strict] = toAnalysisMetrics(guardrail, analysisOf({ onEmpty: NoData.fail() }));
    const [lenient] = toAnalysisMetrics(guardrail, analysisOf({ onEmpty: NoData.pass() }));

    expect(strict.successCondition).toBe('len(result) > 0 && !isNaN(result[0]) && result[0] > 1');
    expect(lenient.successCondition).toBe('len(result) == 0 || isNaN(result[0]) || result[0] > 1');
    expect([strict.failureCondition, lenient.failureCondition]).toEqual([undefined, undefined]);
  });
});

describe('traffic', () => {
  test('too few requests leave nothing to judge', () => {
    const [metric] = toAnalysisMetrics(guardrail, analysisOf({ minimumRequests: 50 }));

    expect(metric.provider.prometheus.query).toBe('(sum(kpi)) and on () ((sum(rate(model_inference_requests_total{hash="new"}[5m]))) * 300 >= 50)');
  });

  test('a guardrail on the traffic itself is judged without any', () => {
    const [metric] = toAnalysisMetrics(Guardrail.throughputAbove(2), analysisOf());

    expect(metric.provider.prometheus.query).toBe('sum(rate(model_inference_requests_total{hash="new"}[5m]))');
  });

  test('the condition can be dropped', () => {
    const [metric] = toAnalysisMetrics(guardrail, analysisOf({ minimumRequests: 0 }));

    expect(metric.provider.prometheus.query).toBe('sum(kpi)');
  });
});

test('a backend that is away aborts after a patience: an error is asked again every ten seconds', () => {
  expect(toAnalysisMetrics(guardrail, analysisOf())[0].consecutiveErrorLimit).toBe(12);
  expect(toAnalysisMetrics(guardrail, analysisOf({ onUnreachable: Unreachable.abortAfter(Duration.minutes(5)) }))[0].consecutiveErrorLimit).toBe(30);
});

test('breaches can be tolerated, but not a whole stage of them', () => {
  expect(toAnalysisMetrics(guardrail, analysisOf({ toleratedBreaches: 2 }))[0].failureLimit).toBe(2);
  expect(toAnalysisMetrics(guardrail, analysisOf({ toleratedBreaches: 99 }))[0].failureLimit).toBe(24);
});

test('headers of the backend are sent', () => {
  const analysis = analysisOf();
  const backend = MetricsBackend.prometheus({
    url: 'https://mimir.example.com', namespace: 'mimir', scraperLabels: { app: 'agent' }, headers: { 'X-Scope-OrgID': 'ml' },
  });

  expect(toAnalysisMetrics(guardrail, { ...analysis, backend })[0].provider.prometheus.headers).toEqual([{ key: 'X-Scope-OrgID', value: 'ml' }]);
});
