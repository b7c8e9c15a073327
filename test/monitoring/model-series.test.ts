import { Duration, Testing } from 'cdk8s';
import { ModelSeries } from '../../src';
import { FakeServing } from '../support/fake-serving';

const series = ModelSeries.of(new FakeServing(Testing.chart(), 'Serving'));

test('series are told by namespace and model', () => {
  expect(series.matchers).toBe('namespace="ml",cdk8s_mlops_io_model="fraud-detection"');
});

test('a namespace that is not known at synthesis is left out', () => {
  const nowhere = new FakeServing(Testing.chart(), 'Serving', { namespace: '' });

  expect(ModelSeries.of(nowhere).matchers).toBe('cdk8s_mlops_io_model="fraud-detection"');
});

test('a dashboard chooses the range of its rates, a rule has its own', () => {
  expect(series.onDashboard).toEqual({ selector: series.matchers });
  expect(series.over(Duration.minutes(30))).toEqual({ selector: series.matchers, window: '30m' });
});

test('pods are those that Prometheus scrapes for the model', () => {
  expect(series.pods).toBe('group by (namespace, pod) (up{namespace="ml",cdk8s_mlops_io_model="fraud-detection"})');
});

test('versions are told apart by the label that the monitor copies', () => {
  expect(series.versionLabel).toBe('cdk8s_mlops_io_model_version');
});
