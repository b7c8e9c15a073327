import { Duration, Testing } from 'cdk8s';
import { stringify } from 'yaml';
import { expectFiring as expectFiringOf, Moments, Series } from './firing';
import {
  AvailabilitySegment, CanaryRollout, Monitoring, PredictionMetrics, PredictionSegment, RolloutSegment, SaturationSegment, SloSegment,
} from '../../../src';
import { monitoringProps, platform, slo } from '../../monitoring/fixtures';
import { fakeMetrics, FakeServing } from '../../support/fake-serving';
import { promtool } from '../harness/promtool';

/** What the rules say about series, judged by Prometheus itself. */
const model = 'namespace="ml",cdk8s_mlops_io_model="fraud-detection"';
const pod = `${model},pod="fraud-1"`;

const hour = 60;
const day = 24 * hour;

/** A pod that is up and answers requests evenly, of which so many a minute fail or are slow. */
function traffic({ requests, failed = 0, slow = 0, minutes }: { requests: number; failed?: number; slow?: number; minutes: number }): Series {
  return {
    [`up{${pod}}`]: `1x${minutes}`,
    [`http_requests_total{${pod},code="200"}`]: `0+${requests - failed}x${minutes}`,
    [`http_requests_total{${pod},code="500"}`]: `0+${failed}x${minutes}`,
    [`http_request_duration_seconds_bucket{${pod},le="0.1"}`]: `0+${requests - slow}x${minutes}`,
    [`http_request_duration_seconds_count{${pod}}`]: `0+${requests}x${minutes}`,
  };
}

/** What fires of the rules of the model, or of others. */
function expectFiring(series: Series, moments: Moments, rules: unknown = rulesOfModel()): void {
  expectFiringOf(rules, series, moments);
}

function rulesOfModel(minimumFailures?: number): any {
  const chart = Testing.chart();
  const serving = new FakeServing(chart, 'Serving', { metrics: fakeMetrics().withPredictions(PredictionMetrics.standard()) });
  const segments = [
    new SloSegment({ serving, slo, minimumFailures }), new AvailabilitySegment({ serving }), new SaturationSegment({ serving }),
    new PredictionSegment({ serving, nullRatioBelow: 0.1 }),
  ];
  new Monitoring(chart, 'Monitoring', { serving, slo, platform, segments });
  return Testing.synth(chart).find((object) => object.kind === 'PrometheusRule').spec;
}

/** Predictions are recorded as evenly as requests come. */
function predictions({ values, nulls = 0, minutes }: { values: number; nulls?: number; minutes: number }): Series {
  return {
    [`model_output_value_sum{${pod}}`]: `0+${values}x${minutes}`,
    [`model_output_value_count{${pod}}`]: `0+${values}x${minutes}`,
    [`model_input_value_count{${pod},feature="amount"}`]: `0+${values - nulls}x${minutes}`,
    [`model_input_nulls_total{${pod},feature="amount"}`]: `0+${nulls}x${minutes}`,
  };
}

test('every query of the dashboard has the types that Prometheus asks for', () => {
  const chart = Testing.chart();
  const metrics = fakeMetrics().withPredictions(PredictionMetrics.standard());
  const monitoring = new Monitoring(chart, 'Monitoring', monitoringProps(chart, { metrics }));
  const queries = [...monitoring.segments.flatMap((segment) => segment.panels().flatMap((panel) => panel.queries)), ...monitoring.dashboard!.queries];
  const rules = queries.map((query) => ({ record: 'query', expr: query.over('5m').expr, labels: { title: query.title, expr: query.expr } }));

  expect(promtool(['check', 'rules', '--lint=none'], stringify({ groups: [{ name: 'queries', rules }] }))).toBe('');
});

test('a healthy day is silent', () => {
  expectFiring({ ...traffic({ requests: 600, failed: 1, slow: 5, minutes: day }), ...predictions({ values: 600, minutes: day }) },
    { 30: [], [2 * hour]: [], [day]: [] });
});

describe('errors', () => {
  test('twenty percent page within minutes, by the fast window and soon by the next', () => {
    const minutes = 8 * hour;
    expectFiring({ ...traffic({ requests: 600, failed: 120, minutes }), ...predictions({ values: 600, minutes }) },
      { 10: ['ErrorBudgetBurn', 'ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'] });
  });

  test('a burst stops paging soon after it ends, though the long window still holds it; the ticket stays', () => {
    const minutes = 6 * hour + 30 + hour;
    expectFiring({
      ...traffic({ requests: 600, minutes }),
      ...predictions({ values: 600, minutes }),
      [`http_requests_total{${pod},code="500"}`]: `0x${6 * hour} 0+300x30 9000x${hour}`,
    }, {
      [6 * hour]: [],
      [6 * hour + 28]: ['ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'],
      [6 * hour + 45]: ['ErrorBudgetBurnSlow'],
    });
  });

  test('eight percent burn the budget in days: the six-hour window pages, the fast one is silent', () => {
    const minutes = 8 * hour;
    expectFiring({ ...traffic({ requests: 600, failed: 48, minutes }), ...predictions({ values: 600, minutes }) },
      { [8 * hour]: ['ErrorBudgetBurn', 'ErrorBudgetBurnSlow'] });
  });

  test('two percent make a ticket and wake nobody', () => {
    const minutes = 8 * hour;
    expectFiring({ ...traffic({ requests: 600, failed: 12, minutes }), ...predictions({ values: 600, minutes }) },
      { [8 * hour]: ['ErrorBudgetBurnSlow'] });
  });

  describe('at night', () => {
    const minutes = 3 * hour;
    const oneFailure = {
      [`up{${pod}}`]: `1x${minutes}`,
      [`http_requests_total{${pod},code="200"}`]: '0x120 0x10 1x10 2x10 3x10 4x20',
      [`http_requests_total{${pod},code="500"}`]: '0x120 1x60',
      [`http_request_duration_seconds_bucket{${pod},le="0.1"}`]: '0x120 1x10 2x10 3x10 4x10 5x20',
      [`http_request_duration_seconds_count{${pod}}`]: '0x120 1x10 2x10 3x10 4x10 5x20',
      ...predictions({ values: 1, minutes }),
    };

    test('one failed request pages nobody', () => {
      expectFiring(oneFailure, { 122: [], 124: [], 126: [], 140: [], 175: [] });
    });

    test('one failed request would page if one were enough', () => {
      expectFiring(oneFailure, { 124: ['ErrorBudgetBurn', 'ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'] }, rulesOfModel(1));
    });
  });

  test('an outage at night pages once five requests have failed', () => {
    const minutes = 2 * hour;
    expectFiring({ ...traffic({ requests: 1, failed: 1, minutes }), ...predictions({ values: 1, minutes }) },
      { 3: [], 10: ['ErrorBudgetBurn', 'ErrorBudgetBurnFast', 'ErrorBudgetBurnSlow'] });
  });
});

test('slow requests burn the latency budget and leave the error budget alone', () => {
  const minutes = 2 * hour;
  expectFiring({ ...traffic({ requests: 600, slow: 480, minutes }), ...predictions({ values: 600, minutes }) },
    { 30: ['LatencyBudgetBurn', 'LatencyBudgetBurnFast', 'LatencyBudgetBurnSlow'] });
});

describe('what is not there', () => {
  test('no target at all pages', () => {
    expectFiring({ 'up{namespace="other"}': `1x${hour}` }, { 3: [], 6: ['TargetsAbsent'] });
  });

  test('pods that all crash page, as nothing else would speak', () => {
    expectFiring({ [`up{${model},pod="fraud-1"}`]: `1x20 0x${hour}`, [`up{${model},pod="fraud-2"}`]: `1x20 0x${hour}` }, { 20: [], 27: ['TargetsAbsent'], 40: ['TargetDown', 'TargetsAbsent'] });
  });

  test('a target that is down makes a ticket, and only it', () => {
    expectFiring({ ...traffic({ requests: 600, minutes: hour }), ...predictions({ values: 600, minutes: hour }), [`up{${model},pod="fraud-2"}`]: `0x${hour}` },
      { 5: [], 30: ['TargetDown'] });
  });

  test('a model that nobody has asked yet is idle, until it was not asked for a day', () => {
    const minutes = day + hour;
    expectFiring({ [`up{${pod}}`]: `1x${minutes}` }, { 30: [], [day - 1]: [], [day + 30]: ['RequestMetricsAbsent'] });
  });

  test('request metrics that were there yesterday and are no more make a ticket, which stays', () => {
    const minutes = 2 * day + 2 * hour;
    const stopped = Object.fromEntries(Object.entries(traffic({ requests: 600, minutes: day }))
      .map(([selector, values]) => [selector, selector.startsWith('up') ? `1x${minutes}` : values]));
    expectFiring(stopped, {
      [day]: ['PredictionsNotRecorded'], [day + 45]: ['RequestMetricsAbsent'], [2 * day]: ['RequestMetricsAbsent'], [minutes]: ['RequestMetricsAbsent'],
    });
  });

  test('pods without requests that were idle yesterday, too, are quiet', () => {
    const minutes = day + 6 * hour;
    const morning = `0+600x${4 * hour} ${600 * 4 * hour}x${day - 4 * hour} _x${6 * hour}`;
    expectFiring({
      [`up{${pod}}`]: `1x${minutes}`,
      [`http_requests_total{${pod},code="200"}`]: morning,
      [`http_request_duration_seconds_bucket{${pod},le="0.1"}`]: morning,
      [`http_request_duration_seconds_count{${pod}}`]: morning,
    }, { [day + 5 * hour]: [] });
  });

  test('requests that stop although some came at this time yesterday make a ticket', () => {
    const minutes = day + 2 * hour;
    expectFiring({
      ...traffic({ requests: 600, minutes }),
      [`http_requests_total{${pod},code="200"}`]: `0+600x${day} 864000x${2 * hour}`,
      [`http_requests_total{${pod},code="500"}`]: `0x${minutes}`,
      [`http_request_duration_seconds_bucket{${pod},le="0.1"}`]: `0+600x${day} 864000x${2 * hour}`,
      [`http_request_duration_seconds_count{${pod}}`]: `0+600x${day} 864000x${2 * hour}`,
    }, { [day + 10]: ['PredictionsNotRecorded'], [day + 90]: ['RequestsStopped'] });
  });

  test('requests without recorded predictions make a ticket', () => {
    expectFiring(traffic({ requests: 600, minutes: hour }), { 10: [], 40: ['PredictionsNotRecorded'] });
  });

  test('a feature that is missing too often makes a ticket', () => {
    expectFiring({ ...traffic({ requests: 600, minutes: hour }), ...predictions({ values: 600, nulls: 120, minutes: hour }) }, { 10: [], 30: ['ValuesMissing'] });
  });
});

describe('saturation', () => {
  const healthy = { ...traffic({ requests: 600, minutes: hour }), ...predictions({ values: 600, minutes: hour }) };
  const container = (name: string) => `{namespace="ml",pod="${name}",container="server"}`;
  const limit = (name: string) => `kube_pod_container_resource_limits{namespace="ml",pod="${name}",container="server",resource="memory"}`;
  const crowded = (name: string): Series => ({
    [`container_memory_working_set_bytes${container(name)}`]: `95x${hour}`,
    [limit(name)]: `100x${hour}`,
    [`kube_pod_container_status_restarts_total${container(name)}`]: `0+1x${hour}`,
    [`container_cpu_cfs_throttled_periods_total${container(name)}`]: `0+50x${hour}`,
    [`container_cpu_cfs_periods_total${container(name)}`]: `0+100x${hour}`,
  });

  test('memory near its limit, restarts and throttling make tickets', () => {
    expectFiring({ ...healthy, ...crowded('fraud-1') }, { 30: ['ContainerRestarts', 'CpuThrottled', 'MemoryNearLimit'] });
  });

  test('an init container that restarts makes a ticket', () => {
    expectFiring({ ...healthy, [`kube_pod_init_container_status_restarts_total${container('fraud-1').replace('server', 'load-model')}`]: `0+1x${hour}` },
      { 30: ['ContainerRestarts'] });
  });

  test('pods of other models are none of its business', () => {
    expectFiring({ ...healthy, ...crowded('prices-1') }, { 30: [] });
  });
});

describe('a rollout', () => {
  const chart = Testing.chart();
  const stages = [{ weight: 100, duration: Duration.minutes(30), firstMeasurement: Duration.seconds(330), guardrailNames: [] }];
  const rollout = CanaryRollout.fromRolloutAttributes(chart, 'Rollout', { rolloutName: 'fraud', rolloutNamespace: 'ml', stages });
  const props = monitoringProps(chart);
  new Monitoring(chart, 'Monitoring', { ...props, segments: [new RolloutSegment({ rollout, serving: props.serving })] });
  const rules = Testing.synth(chart).find((object) => object.kind === 'PrometheusRule').spec;
  const phase = (name: string, values: string, of = 'fraud'): Series =>
    ({ [`rollout_info{namespace="argo-rollouts",exported_namespace="ml",name="${of}",strategy="canary",phase="${name}"}`]: values });

  test('that serves, or is on its way, is silent', () => {
    expectFiring({ ...phase('Completed', '1x10 _x40'), ...phase('Progressing', '_x10 1x40') }, { 5: [], 45: [] }, rules);
  });

  test('that went back is told at once, until the next one', () => {
    expectFiring({ ...phase('Abort', '1x20 _x60'), ...phase('Progressing', '_x20 1x60') }, { 3: ['RolloutAborted'], 40: [] }, rules);
  });

  test('that waits for a person, or whose pods never get ready, is told after some minutes', () => {
    expectFiring(phase('Paused', '1x60'), { 3: [], 7: ['RolloutWaitsForPerson'] }, rules);
    expectFiring(phase('Timeout', '1x60'), { 3: [], 7: ['RolloutFailed'] }, rules);
    expectFiring(phase('InvalidSpec', '1x60'), { 7: ['RolloutFailed'] }, rules);
  });

  test('that takes far longer than its stages is stuck', () => {
    expectFiring(phase('Progressing', '1x120'), { 70: [], 80: ['RolloutStuck'] }, rules);
  });

  test('of which nothing is known is told, whatever others do', () => {
    expectFiring(phase('Completed', '1x60', 'other'), { 10: [], 20: ['RolloutMetricsAbsent'] }, rules);
  });
});
