import { Construct } from 'constructs';
import { AnalysisArgument } from './analysis-argument';
import { Analysis, headerArg, toAnalysisMetrics } from './analysis-metrics';
import { IGuardrail } from './guardrail';
import { SecretRef } from '../core/secret-ref';


/** What an AnalysisTemplate measures. */
export interface AnalysisContent {
  readonly guardrails: IGuardrail[];
  /** Measured and recorded; a breach changes nothing. */
  readonly dryRun: IGuardrail[];
  readonly args: { [name: string]: AnalysisArgument };
  readonly analysis: Analysis;
}

/** Arguments that a rollout passes by itself. */
export const VERSION_ARGS = [{ name: 'canary-hash', which: 'Latest' }, { name: 'stable-hash', which: 'Stable' }];

/** Argument by which a rollout says where its pods are. */
export const NAMESPACE_ARG = 'namespace';

/** The spec of an AnalysisTemplate. */
export function toAnalysisSpec(scope: Construct, { guardrails, dryRun, args, analysis }: AnalysisContent): any {
  const { measurementRetention: limit, secretHeaders } = analysis.options;
  const metricsOf = (some: IGuardrail[]) => some.flatMap((guardrail) => toAnalysisMetrics(guardrail, analysis)
    .map((metric) => withSecretEnv(scope, metric, guardrail.check(analysis.subject).secretEnv)));
  const [judged, onlyMeasured] = [metricsOf(guardrails), metricsOf(dryRun)];
  const metrics = [...judged, ...onlyMeasured];
  const secrets = Object.assign({}, ...[...guardrails, ...dryRun].map((guardrail) => guardrail.check(analysis.subject).secrets ?? {}));
  const ofHeaders = Object.entries(secretHeaders).map(([header, secret]) => [headerArg(header), secret]);
  const secretArgs = Object.entries<SecretRef>({ ...Object.fromEntries(ofHeaders), ...secrets })
    .map(([name, secret]) => ({ name, ...AnalysisArgument.secret(secret)._render(scope) }));
  return {
    args: [
      ...VERSION_ARGS.map(({ name }) => ({ name })),
      ...usesNamespaceArg(metrics) ? [{ name: NAMESPACE_ARG }] : [],
      ...secretArgs,
      ...Object.entries(args).map(([name, arg]) => ({ name, ...arg._render(scope) })),
    ],
    metrics,
    dryRun: onlyMeasured.length > 0 ? onlyMeasured.map(({ name }) => ({ metricName: `^${name}$` })) : undefined,
    measurementRetention: limit === undefined ? undefined : [{ metricName: '.*', limit }],
  };
}

/** By reference: an argument would put the value into the manifest of the job. */
function withSecretEnv(scope: Construct, metric: any, secretEnv: { [variable: string]: SecretRef } = {}): any {
  const { job } = metric.provider;
  if (!job || Object.keys(secretEnv).length === 0) {return metric;}
  const env = Object.entries(secretEnv).map(([name, secret]) => {
    const { secretName, key } = secret.bind(scope);
    return { name, valueFrom: { secretKeyRef: { name: secretName, key } } };
  });
  const { template } = job.spec;
  const containers = template.spec.containers.map((container: any) => ({ ...container, env: [...container.env ?? [], ...env] }));
  return { ...metric, provider: { job: { ...job, spec: { ...job.spec, template: { ...template, spec: { ...template.spec, containers } } } } } };
}

function usesNamespaceArg(metrics: any[]): boolean {
  return JSON.stringify(metrics).includes(`{{args.${NAMESPACE_ARG}}}`);
}
