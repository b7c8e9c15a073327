import { ApiObject, App, Chart, Duration, Size, Testing } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  AnalysisArgument, AnalysisTemplate, AnalysisTemplateProps, ClusterAnalysisTemplate, Findings, Guardrail, ImageRef, MetricQuery, SecretRef,
} from '../../src';
import { aPlatform, DIGEST, someMetrics } from '../support/fixtures';
import { objectOf } from '../support/manifests';

const props: AnalysisTemplateProps = { guardrails: [Guardrail.errorRatioBelow(0.01)], metrics: someMetrics(), platform: aPlatform() };

function specOf(overrides: Partial<AnalysisTemplateProps> = {}): any {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  new AnalysisTemplate(chart, 'Template', { ...props, ...overrides });
  return objectOf(Testing.synth(chart), 'AnalysisTemplate').spec;
}

test('the object is the default child, and has the name that was asked for', () => {
  const chart = Testing.chart();
  const template = new AnalysisTemplate(chart, 'Template', { ...props, templateName: 'golden-signals' });

  expect(ApiObject.of(template).kind).toBe('AnalysisTemplate');
  expect([template.templateName, template.isClusterScoped, template.runsUntilStopped]).toEqual(['golden-signals', false, false]);
});

test('it measures for half an hour, for as long as asked, or until somebody ends it', () => {
  const [half] = specOf().metrics;
  const [ten] = specOf({ duration: Duration.minutes(10) }).metrics;
  const [endless] = specOf({ runsUntilStopped: true }).metrics;

  expect([half.count, ten.count, endless.count]).toEqual([25, 5, undefined]);
});

test('versions are told apart by arguments that a rollout passes', () => {
  const { args, metrics } = specOf();

  expect(args).toEqual([{ name: 'canary-hash' }, { name: 'stable-hash' }]);
  expect(metrics[0].provider.prometheus.query).toContain('{namespace="ml",rollouts_pod_template_hash="{{args.canary-hash}}"}');
});

test('a template of the cluster is told the namespace, too', () => {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  const template = new ClusterAnalysisTemplate(chart, 'Template', { ...props, templateName: 'golden-signals' });
  const [{ kind, metadata, spec }] = Testing.synth(chart);

  expect(metadata).toEqual({ name: 'golden-signals' });
  expect([kind, template.isClusterScoped, template.requiredArgs]).toEqual(['ClusterAnalysisTemplate', true, ['canary-hash', 'stable-hash', 'namespace']]);
  expect(spec.metrics[0].provider.prometheus.query).toContain('{namespace="{{args.namespace}}",');
});

test('arguments are values, secrets by reference, or required of whoever runs it', () => {
  const chart = Testing.chart();
  const template = new AnalysisTemplate(chart, 'Template', {
    ...props,
    args: {
      region: AnalysisArgument.value('eu'), token: AnalysisArgument.secret(SecretRef.existing('prometheus', 'token')), shop: AnalysisArgument.required(),
    },
  });
  const { args } = objectOf(Testing.synth(chart), 'AnalysisTemplate').spec;

  expect(args.slice(3)).toEqual([
    { name: 'region', value: 'eu' }, { name: 'token', valueFrom: { secretKeyRef: { name: 'prometheus', key: 'token' } } }, { name: 'shop' },
  ]);
  expect(template.requiredArgs).toEqual(['canary-hash', 'stable-hash', 'namespace', 'shop']);
});

test('a secret header of the metrics backend never stands in the manifest', () => {
  const { args, metrics } = specOf({ analysis: { secretHeaders: { Authorization: SecretRef.existing('prometheus', 'token') } } });

  expect(args.at(-1)).toEqual({ name: 'prometheus-authorization', valueFrom: { secretKeyRef: { name: 'prometheus', key: 'token' } } });
  expect(metrics[0].provider.prometheus.headers).toEqual([{ key: 'Authorization', value: '{{args.prometheus-authorization}}' }]);
});

test('a secret of a job is read by its container, and is no argument', () => {
  const job = Guardrail.jobSucceeds('golden-set', {
    image: ImageRef.fromDigest('registry.example.com/check', DIGEST),
    resources: { cpu: { request: Cpu.millis(100) }, memory: { limit: Size.mebibytes(128) } },
    secretEnv: { TOKEN: SecretRef.existing('quality', 'token') },
  });
  const { args, metrics } = specOf({ guardrails: [job] });

  expect(args.map(({ name }: any) => name)).toEqual(['canary-hash', 'stable-hash']);
  expect(metrics[0].provider.job.spec.template.spec.containers[0].env.at(-1)).toEqual({
    name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'quality', key: 'token' } },
  });
});

test('measurements can be kept, and guardrails only measured', () => {
  const spec = specOf({ analysis: { measurementRetention: 40 }, dryRun: [Guardrail.throughputAbove(1)] });

  expect(spec.measurementRetention).toEqual([{ metricName: '.*', limit: 40 }]);
  expect(spec.dryRun).toEqual([{ metricName: '^throughput$' }]);
});

test('a number that nobody exports is found', () => {
  const chart = Testing.chart();
  const template = new AnalysisTemplate(chart, 'Template', {
    ...props, guardrails: [Guardrail.custom('kpi', MetricQuery.promql({ expr: 'sum(kpi)', title: 'kpi' }), '> 1')],
  });

  expect(Findings.of(template).list().map(({ ruleId }) => ruleId)).toEqual(['metric/unknown-metric']);
});

test('what is known of a template that is made elsewhere is what was said', () => {
  const chart = Testing.chart();
  const template = AnalysisTemplate.fromAnalysisTemplateAttributes(chart, 'Theirs', { templateName: 'theirs' });
  const { templateName, isClusterScoped, runsUntilStopped, requiredArgs, metricNames } = template;

  expect({ templateName, isClusterScoped, runsUntilStopped, requiredArgs, metricNames }).toEqual({
    templateName: 'theirs', isClusterScoped: false, runsUntilStopped: false, requiredArgs: ['canary-hash', 'stable-hash'], metricNames: [],
  });
});

test('a template knows whether it reads secrets, one of somebody else is told', () => {
  const chart = Testing.chart();
  const token = SecretRef.existing('prometheus', 'token');
  const made = (id: string, more: object) => new AnalysisTemplate(chart, id, { ...props, ...more });
  const theirs = (id: string, more: object) => AnalysisTemplate.fromAnalysisTemplateAttributes(chart, id, { templateName: 'theirs', ...more });

  const templates = [made('Open', {}), made('Secret', { args: { token: AnalysisArgument.secret(token) } }), theirs('Theirs', {}), theirs('SecretOfTheirs', { readsSecrets: true })];

  expect(templates.map(({ readsSecrets }) => readsSecrets)).toEqual([false, true, false, true]);
});
