import { App, Chart, Testing } from 'cdk8s';
import { expectFiring } from './firing';
import { DriftCronJob, DriftSegment, FeatureType, MlflowServer, Monitoring } from '../../../src';
import { monitoringProps } from '../../monitoring/fixtures';
import { driftProps } from '../../support/drift';
import { objectOf } from '../../support/manifests';
import { mlflowProps } from '../../support/mlflow';

describe('drift', () => {
  const chart = Testing.chart();
  const detector = new DriftCronJob(chart, 'Drift', driftProps({ answers: { column: { name: 'score', type: FeatureType.NUMERICAL } } }));
  new Monitoring(chart, 'Monitoring', { ...monitoringProps(chart), segments: [new DriftSegment({ detector })] });
  const rules = objectOf(Testing.synth(chart), 'PrometheusRule').spec;
  const group = (check: string) => `{job="mlops-drift",model="fraud-detection",check="${check}"}`;
  /** A check pushes every hour. */
  const pushed = (hours: number) => Array.from({ length: hours }, (_, hour) => `${hour * 3600}x59`).join(' ');

  test('is told once a check has found it, and no longer when the next one has not', () => {
    expectFiring(rules, {
      [`push_time_seconds${group('features')}`]: pushed(4),
      [`push_time_seconds${group('answers')}`]: pushed(4),
      [`drift_detected${group('features')}`]: '0x59 1x59 0x119',
      [`drift_detected${group('answers')}`]: '0x179 1x59',
    }, { 30: [], 70: ['ModelDrifted'], 150: [], 190: ['AnswersDrifted'] });
  });

  test('that nobody looked for is told: checks that stopped, and checks that never began', () => {
    const stopped = { [`push_time_seconds${group('features')}`]: '0x400', [`push_time_seconds${group('answers')}`]: '0x400' };
    expectFiring(rules, stopped, { 175: [], 190: ['DriftCheckStale', 'AnswersCheckStale'] });
    expectFiring(rules, { up: '1x400' }, { 170: [], 190: ['DriftNeverChecked', 'AnswersNeverChecked'] });
  });
});

describe('MLflow', () => {
  const chart = new Chart(new App(), 'mlops', { namespace: 'mlops' });
  new MlflowServer(chart, 'Mlflow', mlflowProps());
  const rules = objectOf(Testing.synth(chart), 'PrometheusRule').spec;
  const server = 'namespace="mlops",mlflow_server="mlflow"';
  const requests = (status: number) => `mlflow_http_request_duration_seconds_count{${server},method="GET",status="${status}",pod="mlflow-1"}`;

  test('is told when no pod answers, not while one of two does', () => {
    expectFiring(rules, { [`up{${server},pod="mlflow-1"}`]: '1x20 0x20', [`up{${server},pod="mlflow-2"}`]: '0x40' }, { 15: [], 30: ['MlflowUnavailable'] });
  });

  test('is told when more than one request in twenty fails', () => {
    const up = { [`up{${server},pod="mlflow-1"}`]: '1x40' };

    expectFiring(rules, { ...up, [requests(200)]: '0+98x40', [requests(500)]: '0+2x40' }, { 30: [] });
    expectFiring(rules, { ...up, [requests(200)]: '0+90x40', [requests(503)]: '0+10x40' }, { 30: ['MlflowFailing'] });
  });
});
