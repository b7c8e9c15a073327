import { Duration, Testing } from 'cdk8s';
import {
  AnalysisArgument, AnalysisTemplate, AnalysisTemplateProps, Guardrail, GuardrailCheck, IGuardrail, MetricQuery, MetricsBackend,
  PlatformProfile, SecretRef,
} from '../../src';
import { ErrorCase } from '../support/error-case';
import { aPlatform, someMetrics } from '../support/fixtures';

const props: AnalysisTemplateProps = { guardrails: [Guardrail.errorRatioBelow(0.01)], metrics: someMetrics(), platform: aPlatform() };
const template = (overrides: Partial<AnalysisTemplateProps>) => () => new AnalysisTemplate(Testing.chart(), 'Template', { ...props, ...overrides });
const own = (guardrailName: string, check: GuardrailCheck): IGuardrail => ({ guardrailName, check: () => check });
const query = MetricQuery.promql({ expr: 'sum(up)', title: 'pods' });
const job = (spec: any) => own('own', { measurements: 1, provider: { job: { spec } } });

export const cases: ErrorCase[] = [
  {
    id: 'rollout/nothing-measured',
    when: 'an analysis without guardrails',
    provoke: template({ guardrails: [] }),
    message: "[test/Template] 'guardrails' must hold at least one, got none; Argo Rollouts refuses an analysis without metrics (rollout/nothing-measured)",
  },
  {
    id: 'rollout/analysis-without-metrics',
    when: 'an analysis on a platform without metrics',
    provoke: template({ platform: PlatformProfile.of({ metrics: MetricsBackend.none('a laptop') }) }),
    message: '[test/Template] guardrails are judged by numbers from Prometheus, but the platform profile has none; give it a metrics backend (rollout/analysis-without-metrics)',
  },
  {
    id: 'rollout/malformed-interval',
    when: 'measurements without a pause between them',
    provoke: template({ analysis: { interval: Duration.seconds(0) }, runsUntilStopped: true }),
    message: "[test/Template] 'interval' must be at least a second, got 0s (rollout/malformed-interval)",
  },
  {
    id: 'rollout/window-below-scrapes',
    when: 'a window that holds one scrape',
    provoke: template({ analysis: { window: Duration.seconds(30) } }),
    message: "[test/Template] 'window' (30s) must hold at least two scrapes of 30s, as a rate is taken between two of them; make it longer, best four scrapes long (rollout/window-below-scrapes)",
  },
  {
    id: 'rollout/malformed-tolerance',
    when: 'a limit of breaches below zero',
    provoke: template({ analysis: { toleratedBreaches: -1 } }),
    message: "[test/Template] 'toleratedBreaches' must be a whole number of at least 0, got -1 (rollout/malformed-tolerance)",
  },
  {
    id: 'rollout/malformed-minimum-requests',
    when: 'fewer requests than none',
    provoke: template({ analysis: { minimumRequests: -5 } }),
    message: "[test/Template] 'minimumRequests' must be at least 0, got -5; 0 judges whatever there is (rollout/malformed-minimum-requests)",
  },
  {
    id: 'rollout/malformed-retention',
    when: 'no measurement kept',
    provoke: template({ analysis: { measurementRetention: 0 } }),
    message: "[test/Template] 'measurementRetention' must be a whole number of at least 1, got 0 (rollout/malformed-retention)",
  },
  {
    id: 'rollout/malformed-guardrail-name',
    when: 'a guardrail of somebody else whose name no metric may have',
    provoke: template({ guardrails: [own('Own', { query, condition: '> 0' })] }),
    message: "[test/Template] 'guardrailName' must be at most 42 lower-case letters, digits and '-', starting with a letter, got 'Own' (rollout/malformed-guardrail-name)",
  },
  {
    id: 'rollout/guardrail-asks-nobody',
    when: 'a guardrail that asks nobody',
    provoke: template({ guardrails: [own('own', { condition: '> 0' })] }),
    message: "[test/Template] guardrail 'own' must say either the query that Prometheus is asked or the provider that is asked instead (rollout/guardrail-asks-nobody)",
  },
  {
    id: 'rollout/malformed-guardrail-condition',
    when: 'a guardrail without a condition, which would always hold',
    provoke: template({ guardrails: [own('own', { query })] }),
    message: "[test/Template] 'condition' of 'own' must be a comparison such as '< 0.1', got '' (rollout/malformed-guardrail-condition)",
  },
  {
    id: 'rollout/job-without-deadline',
    when: 'a job that may run for ever',
    provoke: template({ guardrails: [job({ template: {} })] }),
    message: "[test/Template] the job of guardrail 'own' must have 'activeDeadlineSeconds', or a rollout waits for it for ever (rollout/job-without-deadline)",
  },
  {
    id: 'rollout/counted-guardrail-without-end',
    when: 'a job that runs once, in an analysis without an end',
    provoke: template({ guardrails: [job({ activeDeadlineSeconds: 60 })], runsUntilStopped: true }),
    message: "[test/Template] guardrail 'own' is measured once in a stage, so it cannot watch in the background; name it among 'guardrails' (rollout/counted-guardrail-without-end)",
  },
  {
    id: 'rollout/counted-guardrail-without-end',
    when: 'a number that is asked for three times, in an analysis without an end',
    provoke: template({ guardrails: [own('own', { query, condition: '> 0', measurements: 3 })], runsUntilStopped: true }),
    message: "[test/Template] guardrail 'own' is measured 3 times in a stage, so it cannot watch in the background; name it among 'guardrails' (rollout/counted-guardrail-without-end)",
  },
  {
    id: 'rollout/malformed-arg-name',
    when: 'an argument with a space in its name',
    provoke: template({ args: { 'my token': AnalysisArgument.value('x') } }),
    message: "[test/Template] a name among 'args' must be lower-case letters, digits and '-', starting with a letter, got 'my token' (rollout/malformed-arg-name)",
  },
  {
    id: 'rollout/arg-taken',
    when: 'an argument that rollouts pass by themselves',
    provoke: template({ args: { 'canary-hash': AnalysisArgument.secret(SecretRef.existing('x', 'y')) } }),
    message: "[test/Template] 'canary-hash' among 'args' is passed by every rollout already; choose another name (rollout/arg-taken)",
  },
  {
    id: 'rollout/field-arg-in-template',
    when: 'a field of a rollout where nobody knows which rollout',
    provoke: template({ args: { image: AnalysisArgument.rolloutField('metadata.name') } }),
    message: "[test/Template] 'image' among 'args' is a field of a rollout, which Argo Rollouts reads only where the rollout passes it; " +
      'declare AnalysisArgument.required() here and pass the field there (rollout/field-arg-in-template)',
  },
];
