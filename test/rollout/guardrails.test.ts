import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  ExternalMetrics, Guardrail, GuardrailSubject, ImageRef, MetricQuery, MetricScope, MetricType, PredictionMetrics, SecretRef,
} from '../../src';
import { DIGEST, servingProps, someMetrics } from '../support/fixtures';

const subject: GuardrailSubject = {
  metrics: someMetrics(), canary: { selector: 'hash="new"', window: '5m' }, stable: { selector: 'hash="old"', window: '5m' },
};

const checkOf = (guardrail: Guardrail): [string, string, string] => {
  const { query, condition } = guardrail.check(subject);
  return [guardrail.guardrailName, query!.expr, condition!];
};

const p99 = (hash: string) => `histogram_quantile(0.99, sum by (le) (rate(model_inference_duration_seconds_bucket{hash="${hash}"}[5m])))`;
const errors = (hash: string) => someMetrics().errorRatio({ selector: `hash="${hash}"`, window: '5m' }).expr;

test('latency is judged in seconds, over all pods together', () => {
  expect(checkOf(Guardrail.latencyBelow(99, Duration.millis(250)))).toEqual(['latency-p99', p99('new'), '< 0.25']);
});

test('latency can be compared with the version that serves, at the same time', () => {
  expect(checkOf(Guardrail.latencyComparedWithStable(99, 1.2))).toEqual(['latency-p99-compared', `(${p99('new')}) / ((${p99('old')}) > 0)`, '<= 1.2']);
});

test('errors are a ratio', () => {
  expect(checkOf(Guardrail.errorRatioBelow(0.01))).toEqual(['error-ratio', errors('new'), '< 0.01']);
});

test('errors can be compared with the version that serves', () => {
  expect(checkOf(Guardrail.errorRatioComparedWithStable(0.005))).toEqual(['error-ratio-compared', `(${errors('new')}) - (${errors('old')})`, '<= 0.005']);
});

test('traffic has to arrive', () => {
  expect(checkOf(Guardrail.throughputAbove(5))).toEqual(['throughput', 'sum(rate(model_inference_requests_total{hash="new"}[5m]))', '> 5']);
});

test('a number of your own is judged as it is', () => {
  const query = MetricQuery.promql({ expr: 'sum(approved{rollouts_pod_template_hash="{{args.canary-hash}}"})', title: 'approved' });

  expect(checkOf(Guardrail.custom('approved', query, '>= 10'))).toEqual(['approved', query.expr, '>= 10']);
});

test('a percentile with a fraction has a name that Kubernetes allows', () => {
  expect(Guardrail.latencyBelow(99.9, Duration.seconds(1)).guardrailName).toBe('latency-p99-9');
});

test('what a model promises is what a new version has to keep', () => {
  expect(Guardrail.fromSlo(servingProps().slo).map(({ guardrailName }) => guardrailName)).toEqual(['latency-p95', 'error-ratio']);
});

describe('outputs', () => {
  const predicting = { ...subject, metrics: someMetrics().withPredictions(PredictionMetrics.standard()) };
  const { canary, stable, metrics: { predictions } } = predicting;

  test('are judged by the limits that are given, one guardrail for each', () => {
    const guardrails = Guardrail.outputWithin({ min: 0.05, max: 0.95, outsideRatioAtMost: 0.001, nullRatioBelow: 0.01, constantRatioBelow: 0.9 });

    expect(guardrails.map((guardrail) => [guardrail.guardrailName, guardrail.check(predicting)])).toEqual([
      ['output-range', { query: predictions!.outputOutsideRatio({ min: 0.05, max: 0.95 }, canary), condition: '<= 0.001' }],
      ['output-nulls', { query: predictions!.outputNullRatio(canary), condition: '< 0.01' }],
      ['output-constant', { query: predictions!.outputConcentration(canary), condition: '< 0.9' }],
    ]);
  });

  test('may by default not leave the range at all', () => {
    expect(Guardrail.outputWithin({ max: 0.95 })[0].check(predicting).condition).toBe('<= 0');
  });

  test('are judged by what they have above those of the version that serves', () => {
    const guardrails = Guardrail.outputWithin({ max: 0.95, nullRatioBelow: 0.005, constantRatioBelow: 0.1, comparedWithStable: true });
    const above = (of: (scope: MetricScope) => MetricQuery) => `(${of(canary).expr}) - (${of(stable).expr})`;
    const checks = guardrails.map((guardrail) => ({ name: guardrail.guardrailName, ...guardrail.check(predicting) }));

    expect(checks.map(({ name, query, condition }) => [name, query!.expr, condition])).toEqual([
      ['output-range-compared', above((scope) => predictions!.outputOutsideRatio({ max: 0.95 }, scope)), '<= 0'],
      ['output-nulls-compared', above((scope) => predictions!.outputNullRatio(scope)), '< 0.005'],
      ['output-constant-compared', above((scope) => predictions!.outputConcentration(scope)), '< 0.1'],
    ]);
  });

  test('are compared with those of the version that serves where chance does not explain the distance', () => {
    const { query, condition, needsTraffic } = Guardrail.scoreDriftBelow(0.2).check(predicting);

    expect(query!.expr).toBe(`${predictions!.outputDistance(canary, stable).expr} and on () (${predictions!.outputsCompared(canary, stable).expr} >= 96)`);
    expect([condition, needsTraffic]).toEqual(['< 0.2', false]);
    expect(Guardrail.scoreDriftBelow(0.2, { minimumOutputs: 50 }).check(predicting).query!.expr).toMatch(/ >= 50\)$/);
  });
});

describe('a business number', () => {
  const kpi = MetricQuery.promql({ expr: 'sum(rate(approved_total{rollouts_pod_template_hash="{{args.canary-hash}}"}[5m]))', title: 'approved' });
  const exportedBy = [ExternalMetrics.declare([{ name: 'approved_total', type: MetricType.COUNTER, labels: ['rollouts_pod_template_hash'] }])];

  test('says who exports it', () => {
    expect(Guardrail.businessKpi('approved', kpi, { condition: '>= 0.35', exportedBy }).check(subject)).toEqual({ query: kpi, condition: '>= 0.35', external: exportedBy });
  });

  test('can be compared with that of the version that serves', () => {
    const { query } = Guardrail.businessKpi('approved', kpi, { condition: '>= 0.95', exportedBy, comparedWithStable: true }).check(subject);

    expect(query!.expr).toBe(`(${kpi.expr}) / ((${kpi.expr.replace('canary', 'stable')}) > 0)`);
  });
});

describe('a job', () => {
  const options = {
    image: ImageRef.fromDigest('registry.example.com/check', DIGEST),
    resources: { cpu: { request: Cpu.millis(500) }, memory: { limit: Size.gibibytes(1) } },
  };

  test('is a restricted pod that runs once a stage, within a deadline', () => {
    const { provider, measurements, condition } = Guardrail.jobSucceeds('golden-set', {
      ...options, command: ['check'], args: ['--strict'], env: { SET: 'v3' }, deadline: Duration.minutes(5), retries: 1, serviceAccountName: 'checker',
    }).check(subject);

    expect([measurements, condition]).toEqual([1, undefined]);
    expect(provider).toEqual({
      job: {
        spec: {
          backoffLimit: 1,
          activeDeadlineSeconds: 300,
          template: {
            spec: {
              restartPolicy: 'Never',
              serviceAccountName: 'checker',
              automountServiceAccountToken: false,
              securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } },
              containers: [{
                name: 'check',
                image: `registry.example.com/check@${DIGEST}`,
                command: ['check'],
                args: ['--strict'],
                env: [
                  { name: 'CANARY_HASH', value: '{{args.canary-hash}}' }, { name: 'STABLE_HASH', value: '{{args.stable-hash}}' }, { name: 'SET', value: 'v3' },
                ],
                resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '1Gi' } },
                securityContext: {
                  runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, privileged: false, capabilities: { drop: ['ALL'] },
                },
                volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
              }],
              volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '256Mi' } }],
            },
          },
        },
      },
    });
  });

  test('has ten minutes and one attempt, unless asked otherwise', () => {
    const { backoffLimit, activeDeadlineSeconds } = Guardrail.jobSucceeds('golden-set', options).check(subject).provider!.job.spec;

    expect([backoffLimit, activeDeadlineSeconds]).toEqual([0, 600]);
  });
});

describe('a web service', () => {
  const options = { url: 'https://quality.example.com/v1/{{args.canary-hash}}', jsonPath: '{$.precision}', condition: '>= 0.9' };

  test('is asked for one value of its answer', () => {
    expect(Guardrail.webReturns('precision', options).check(subject)).toEqual({
      condition: '>= 0.9',
      secrets: {},
      provider: { web: { url: options.url, method: undefined, jsonBody: undefined, jsonPath: '{$.precision}', timeoutSeconds: 10, headers: undefined } },
    });
  });

  test('gets secrets as arguments', () => {
    const token = SecretRef.existing('quality', 'token');
    const { secrets, provider } = Guardrail.webReturns('precision', {
      ...options, headers: { Accept: 'application/json' }, secretHeaders: { Authorization: token }, jsonBody: { set: 'v3' }, timeout: Duration.seconds(30),
    }).check(subject);

    expect(secrets).toEqual({ 'precision-authorization': token });
    expect(provider!.web).toMatchObject({
      method: 'POST',
      jsonBody: { set: 'v3' },
      timeoutSeconds: 30,
      headers: [{ key: 'Accept', value: 'application/json' }, { key: 'Authorization', value: '{{args.precision-authorization}}' }],
    });
  });
});
