import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  Guardrail, ImageRef, JobGuardrailOptions, MetricQuery, PredictionMetrics, RolloutNotification, SecretRef, WebGuardrailOptions,
} from '../../src';
import { ErrorCase } from '../support/error-case';
import { DIGEST, someMetrics } from '../support/fixtures';

const scope = { selector: 'hash="x"', window: '5m' };
const subject = (metrics = someMetrics()) => ({ metrics, canary: scope, stable: scope });
const standard = PredictionMetrics.standard();
const { inputs, nulls, outputs } = { inputs: standard.exported[0], nulls: standard.exported[1], outputs: standard.exported[2] };

const job = (guardrailName: string, overrides: Partial<JobGuardrailOptions> = {}) => () => Guardrail.jobSucceeds(guardrailName, {
  image: ImageRef.fromDigest('registry.example.com/check', DIGEST),
  resources: { cpu: { request: Cpu.millis(100) }, memory: { limit: Size.mebibytes(128) } },
  ...overrides,
});
const web = (overrides: Partial<WebGuardrailOptions>) => () => Guardrail.webReturns('precision', {
  url: 'https://quality.example.com', jsonPath: '{$.precision}', condition: '> 0.9', ...overrides,
});

export const cases: ErrorCase[] = [
  {
    id: 'rollout/job-name-too-long',
    when: 'the name of a job that Argo Rollouts would cut',
    provoke: job('golden-set-of-last-quarter'),
    message: "'guardrailName' of a job must have at most 20 characters, got 'golden-set-of-last-quarter' with 26; " +
      'Argo Rollouts makes the name of the job of it and cuts what is longer (rollout/job-name-too-long)',
  },
  {
    id: 'rollout/malformed-guardrail-name',
    when: 'the name of a job that no metric may have',
    provoke: job('Golden Set'),
    message: "'guardrailName' must be at most 42 lower-case letters, digits and '-', starting with a letter, got 'Golden Set' (rollout/malformed-guardrail-name)",
  },
  {
    id: 'rollout/malformed-retries',
    when: 'fewer retries than none',
    provoke: job('golden-set', { retries: -1 }),
    message: "'retries' of 'golden-set' must be a whole number of at least 0, got -1 (rollout/malformed-retries)",
  },
  {
    id: 'rollout/malformed-deadline',
    when: 'a job without time',
    provoke: job('golden-set', { deadline: Duration.millis(500) }),
    message: "'deadline' of 'golden-set' must be at least a second, got 0.5s (rollout/malformed-deadline)",
  },
  {
    id: 'rollout/job-env-taken',
    when: 'a variable that the analysis sets',
    provoke: job('golden-set', { secretEnv: { CANARY_URL: SecretRef.existing('x', 'y') } }),
    message: "'CANARY_URL' of 'golden-set' is set by the analysis; choose another name (rollout/job-env-taken)",
  },
  {
    id: 'rollout/job-without-resources',
    when: 'a job that may take everything',
    provoke: job('golden-set', { resources: {} }),
    message: "'resources' of 'golden-set' must hold a request of CPU and a limit of memory, so that the job takes nothing from the pods that it judges (rollout/job-without-resources)",
  },
  {
    id: 'rollout/malformed-json-path',
    when: 'a path without braces',
    provoke: web({ jsonPath: '$.precision' }),
    message: "'jsonPath' of 'precision' must be a path in braces such as '{$.precision}', got '$.precision' (rollout/malformed-json-path)",
  },
  {
    id: 'rollout/malformed-web-condition',
    when: 'a condition in words',
    provoke: web({ condition: 'better' }),
    message: "'condition' of 'precision' must be a comparison such as '< 0.1', '== true' or '== \"passed\"', got 'better' (rollout/malformed-web-condition)",
  },
  {
    id: 'rollout/malformed-timeout',
    when: 'an answer that may take no time',
    provoke: web({ timeout: Duration.seconds(0) }),
    message: "'timeout' of 'precision' must be at least a second, got 0s (rollout/malformed-timeout)",
  },
  {
    id: 'rollout/credential-header',
    when: 'a credential that would stand in a manifest',
    provoke: web({ headers: { Authorization: 'x' } }),
    message: "'headers' of 'precision' must not hold credentials, got 'Authorization', which would stand in manifests; pass it among 'secretHeaders' (rollout/credential-header)",
  },
  {
    id: 'rollout/secret-in-clear',
    when: 'a secret that would leave the cluster in clear text',
    provoke: web({ url: 'http://quality.example.com', secretHeaders: { Authorization: SecretRef.existing('x', 'y') } }),
    message: "'secretHeaders' of 'precision' would leave the cluster in clear text to 'quality.example.com'; use https (rollout/secret-in-clear)",
  },
  {
    id: 'rollout/malformed-distance',
    when: 'a distance that no distributions can have',
    provoke: () => Guardrail.scoreDriftBelow(1.5),
    message: "'distance' must be between 0 and 1, got 1.5; it is the largest difference of two shares (rollout/malformed-distance)",
  },
  {
    id: 'rollout/no-prediction-metrics',
    when: 'outputs that nobody tells',
    provoke: () => Guardrail.scoreDriftBelow(0.2).check(subject()),
    message: 'outputs cannot be judged: neither the server nor an exporter beside it tells them; use ServingMetrics.withPredictions() or a PredictionExporter (rollout/no-prediction-metrics)',
  },
  {
    id: 'rollout/no-output-limit',
    when: 'outputs without a limit',
    provoke: () => Guardrail.outputWithin({ outsideRatioAtMost: 0.1 }),
    message: "'limits' must hold at least one of 'min', 'max', 'nullRatioBelow' and 'constantRatioBelow', got none (rollout/no-output-limit)",
  },
  {
    id: 'rollout/empty-output-range',
    when: 'a range that is empty',
    provoke: () => Guardrail.outputWithin({ min: 1, max: 0 }),
    message: "'min' must lie below 'max', got 1 and 0 (rollout/empty-output-range)",
  },
  {
    id: 'rollout/malformed-outside-ratio',
    when: 'a percentage of outputs',
    provoke: () => Guardrail.outputWithin({ max: 1, outsideRatioAtMost: 5 }),
    message: "'outsideRatioAtMost' must be at least 0 and below 1, got 5 (rollout/malformed-outside-ratio)",
  },
  {
    id: 'rollout/malformed-null-ratio',
    when: 'no tolerance at all of missing predictions, which no ratio is below',
    provoke: () => Guardrail.outputWithin({ nullRatioBelow: 0 }),
    message: "'nullRatioBelow' must be between 0 and 1, got 0 (rollout/malformed-null-ratio)",
  },
  {
    id: 'rollout/malformed-constant-excess',
    when: 'more than all outputs in one bucket',
    provoke: () => Guardrail.outputWithin({ constantRatioBelow: 1.5, comparedWithStable: true }),
    message: "'constantRatioBelow' must be between 0 and 1 where it is compared with stable, got 1.5 (rollout/malformed-constant-excess)",
  },
  {
    id: 'rollout/malformed-constant-ratio',
    when: 'a share of equal outputs that buckets cannot tell',
    provoke: () => Guardrail.outputWithin({ constantRatioBelow: 0.4 }),
    message: "'constantRatioBelow' must be above 0.5 and below 1, got 0.4; up to one half, nobody can say from buckets which one is the fullest (rollout/malformed-constant-ratio)",
  },
  {
    id: 'rollout/kpi-of-both-versions',
    when: 'a comparison of a number that does not tell the versions apart',
    provoke: () => Guardrail.businessKpi('approved', MetricQuery.promql({ expr: 'sum(approved)', title: 'approved' }), {
      condition: '> 0.9', exportedBy: [], comparedWithStable: true,
    }),
    message: "the query of 'approved' must select one version by '{{args.canary-hash}}' to be compared with the other, got 'sum(approved)' (rollout/kpi-of-both-versions)",
  },
  {
    id: 'metric/range-between-buckets',
    when: 'a range that ends between two buckets',
    provoke: () => Guardrail.outputWithin({ max: 0.97 })[0].check(subject(someMetrics().withPredictions(standard))),
    message: "a range that ends at 0.97 cannot be judged by 'model_output_value', which counts in buckets; " +
      'the nearest bounds are 0.95 and 1: choose one of them, or declare a bucket at 0.97 (metric/range-between-buckets)',
  },
  {
    id: 'metric/range-between-buckets',
    when: 'a range of outputs whose buckets nobody declared',
    provoke: () => PredictionMetrics.custom({ inputs, nulls, outputs: { ...outputs, buckets: undefined } }).outputOutsideRatio({ min: 0 }, scope),
    message: "a range that ends at 0 cannot be judged by 'model_output_value', which counts in buckets; " +
      'its buckets are not declared: choose one of them, or declare a bucket at 0 (metric/range-between-buckets)',
  },
  {
    id: 'metric/no-output-nulls',
    when: 'missing predictions that nobody counts',
    provoke: () => PredictionMetrics.custom({ inputs, nulls, outputs }).outputNullRatio(scope),
    message: "missing predictions cannot be asked: nobody counts them; declare their counter as 'outputNulls' of PredictionMetrics.custom() (metric/no-output-nulls)",
  },
  {
    id: 'rollout/malformed-notification-service',
    when: 'a notification service with a dot, which would be part of the key',
    provoke: () => RolloutNotification.to({ service: 'slack.com', recipient: 'risk-ml' }),
    message: "'service' must be the name of a notification service such as 'slack', at most 22 letters, digits, '-' and '_', got 'slack.com' (rollout/malformed-notification-service)",
  },
  {
    id: 'rollout/malformed-notification-recipient',
    when: 'a notification to nobody',
    provoke: () => RolloutNotification.to({ service: 'slack', recipient: ' ' }),
    message: "'recipient' must be one line such as 'risk-ml-alerts', got ' ' (rollout/malformed-notification-recipient)",
  },
  {
    id: 'rollout/no-notification-trigger',
    when: 'a notification about nothing',
    provoke: () => RolloutNotification.to({ service: 'slack', recipient: 'risk-ml', triggers: [] }),
    message: "'triggers' must name at least one event that 'risk-ml' is told, got none (rollout/no-notification-trigger)",
  },
  {
    id: 'rollout/owner-cannot-be-notified',
    when: 'an owner who cannot be reached by a machine',
    provoke: () => RolloutNotification.toOwner({ team: 'risk-ml', runbookUrl: 'https://runbooks.example.com', contact: 'third floor' }),
    message: "'owner.contact' of 'risk-ml' must be a channel such as '#risk-ml' or an e-mail address, got 'third floor'; " +
      'name service and recipient with RolloutNotification.to() (rollout/owner-cannot-be-notified)',
  },
];
