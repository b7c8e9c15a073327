import { Duration } from 'cdk8s';
import { AfterPatience, AnalysisOptions, Guardrail, IGuardrail, MetricQuery, MetricsBackend, NoData, Unreachable } from '../../src';
import { Analysis, toAnalysisMetrics } from '../../src/rollout/analysis-metrics';
import { endlessTiming, settingsOf, timingOf } from '../../src/rollout/analysis-settings';
import { subjectOf } from '../../src/rollout/guardrail-subject';
import { someMetrics } from '../support/fixtures';

function analysisOf(options: AnalysisOptions = {}, stage = Duration.minutes(30)): Analysis {
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
    expect(data.provider.prometheus.query).toBe(`count((${metric.provider.prometheus.query}) >= -Inf) or vector(0)`);
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

test('a comparison needs enough requests to both versions', () => {
  const settings = settingsOf();
  const subject = subjectOf({ metrics: someMetrics(), settings, namespace: 'ml' });
  const [compared] = toAnalysisMetrics(Guardrail.errorRatioComparedWithStable(0.01), { ...analysisOf(), subject });
  const [alone] = toAnalysisMetrics(Guardrail.errorRatioBelow(0.01), { ...analysisOf(), subject });
  const enough = (version: string) =>
    `((sum(rate(model_inference_requests_total{namespace="ml",rollouts_pod_template_hash="{{args.${version}-hash}}"}[5m]))) * 300 >= 20)`;

  expect(compared.provider.prometheus.query.split(' and on () ').slice(-2)).toEqual([enough('canary'), enough('stable')]);
  expect(alone.provider.prometheus.query.split(' and on () ').slice(1)).toEqual([enough('canary')]);
});

describe('what is not asked of Prometheus', () => {
  const web = (condition: string) => Guardrail.webReturns('web', { url: 'https://quality.example.com', jsonPath: '{$.value}', condition });

  test('is one value: a number, a truth or a text', () => {
    const conditionsOf = (condition: string) => {
      const [{ successCondition, failureCondition }] = toAnalysisMetrics(web(condition), analysisOf());
      return [successCondition, failureCondition];
    };

    expect(conditionsOf('< 0.1')).toEqual(['!isNil(result) && asFloat(result) < 0.1', '!isNil(result) && !(asFloat(result) < 0.1)']);
    expect(conditionsOf('== true')).toEqual(['!isNil(result) && result == true', '!isNil(result) && !(result == true)']);
    expect(conditionsOf('== "ok"')[0]).toEqual('!isNil(result) && result == "ok"');
  });

  test('aborts without data after a patience, by a metric of its own', () => {
    const [, data] = toAnalysisMetrics(web('< 0.1'), analysisOf({ onEmpty: NoData.pause({ upTo: Duration.minutes(3), then: AfterPatience.ABORT }) }));

    expect(data).toMatchObject({ name: 'web-data', successCondition: '!isNil(result)', failureLimit: 3, provider: { web: { jsonPath: '{$.value}' } } });
  });

  test('is good without data when asked', () => {
    const [metric] = toAnalysisMetrics(web('< 0.1'), analysisOf({ onEmpty: NoData.pass() }));

    expect(metric.successCondition).toBe('isNil(result) || asFloat(result) < 0.1');
  });

  test('may decide by itself, once', () => {
    const job: IGuardrail = {
      guardrailName: 'golden-set', check: () => ({ measurements: 1, provider: { job: { spec: { activeDeadlineSeconds: 60, template: {} } } } }),
    };
    const onEmpty = NoData.pause({ upTo: Duration.minutes(3), then: AfterPatience.ABORT });

    expect(toAnalysisMetrics(job, analysisOf({ onEmpty }))).toEqual([{
      name: 'golden-set',
      initialDelay: '330s',
      count: 1,
      consecutiveErrorLimit: 12,
      failureLimit: 0,
      inconclusiveLimit: 0,
      provider: { job: { spec: { activeDeadlineSeconds: 60, template: {} } } },
    }]);
  });
});

test('without an end, missing data aborts before it would wait for a person', () => {
  const options = { onEmpty: NoData.pause({ upTo: Duration.minutes(3), then: AfterPatience.ABORT }) };
  const [metric, data] = toAnalysisMetrics(guardrail, { ...analysisOf(options), timing: endlessTiming(settingsOf(options)) });

  expect([metric.count, metric.inconclusiveLimit, data.failureLimit]).toEqual([undefined, 16, 3]);
});
