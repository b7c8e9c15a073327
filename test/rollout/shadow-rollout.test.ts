import { App, Chart, Duration, Size, Testing } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  Artifacts, Autoscaling, Findings, Guardrail, ImageRef, ModelServing, Monitoring, NetworkPeer, PredictionExporter,
  RolloutStrategy, RuntimeImage, ShadowOptions,
  TrafficRouter,
} from '../../src';
import { dayAfter } from '../../src/private/calendar';
import { factsOf } from '../../src/private/facts';
import { aPlatform, aRelease, DIGEST, OTHER_DIGEST, servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';

const slo = servingProps().slo;
const agreement = {
  image: RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: DIGEST, fullDigest: OTHER_DIGEST }),
  liveLog: 's3://log/fraud',
  shadowLog: 's3://log/fraud-next',
  resources: { cpu: { request: Cpu.millis(500) }, memory: { request: Size.gibibytes(1), limit: Size.gibibytes(2) } },
};
const told = {
  reports: 's3://log/reports', pushgatewayUrl: 'http://pushgateway.monitoring.svc:9091', pushgatewayAt: NetworkPeer.namespace('monitoring', 9091),
};
const identity = { serviceAccountName: 'reads-logs', serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/reads-logs' } };

function make(options: Partial<ShadowOptions> = {}, serving = {}, namespace: string | null = 'ml') {
  const chart = new Chart(new App(), 'fraud', { namespace: namespace ?? undefined });
  const live = new ModelServing(chart, 'Live', servingProps({ strategy: RolloutStrategy.canary({ router: TrafficRouter.istio() }), ...serving }));
  const next = new ModelServing(chart, 'Next', servingProps({
    release: aRelease({ version: 'v3' }), serviceName: 'fraud-next', strategy: RolloutStrategy.shadow({ live, route: live.route, until: '2027-01-31', ...options }), ...serving,
  }));
  return { chart, live, next, manifests: Testing.synth(chart) };
}

const shadowOf = ({ manifests }: { manifests: any[] }) => objectOf(manifests, 'Deployment');

describe('copies of requests', () => {
  test('go to the Service of the shadow, by a route of their own that the rollout of the live model moves, too', () => {
    const { manifests } = make({ percent: 20, paths: ['/v1/models/fraud/predict'] });
    const { http } = objectOf(manifests, 'VirtualService').spec;

    expect(http[0].mirrors).toEqual([{ destination: { host: 'fraud-next', port: { number: 8080 } }, percentage: { value: 20 } }]);
    expect(http[0].match[0]).toEqual({ uri: { exact: '/v1/models/fraud/predict' } });
    expect(objectOf(manifests, 'Rollout').spec.strategy.canary.trafficRouting.istio.virtualService.routes).toEqual(['mirrored-1', 'primary']);
  });

  test('are of all requests where nothing else is said', () => {
    const { http } = objectOf(make().manifests, 'VirtualService').spec;

    expect(http.map(({ name, mirrors }: any) => [name, mirrors[0].percentage.value])).toEqual([['primary', 100]]);
  });
});

describe('the shadow', () => {
  test('is the version of the challenger, behind labels and under a name of its own', () => {
    const made = make();
    const { template } = shadowOf(made).spec;

    expect(template.metadata.labels).toMatchObject({ 'cdk8s-mlops.io/service': 'fraud-next', 'cdk8s-mlops.io/model-version': 'v3' });
    expect([made.live.modelName, made.next.modelName, made.next.serviceName]).toEqual(['fraud-detection', 'fraud-next', 'fraud-next']);
    expect(made.next.worstCaseRollback.map(({ term }) => term)).toEqual(['GitOps sync']);
  });

  test('is watched beside the live model: their series do not mix', () => {
    const { chart, live, next } = make();
    new Monitoring(chart, 'WatchLive', { serving: live, slo, platform: aPlatform() });
    new Monitoring(chart, 'WatchNext', { serving: next, slo, platform: aPlatform() });
    const monitors = Testing.synth(chart).filter(({ kind }) => kind === 'PodMonitor');

    expect(monitors.map(({ spec }) => spec.podMetricsEndpoints[0].relabelings[0].replacement)).toEqual(['fraud-detection', 'fraud-next']);
  });

  test('wakes nobody up', () => {
    const { chart, next } = make();
    new Monitoring(chart, 'WatchNext', { serving: next, slo, platform: aPlatform() });
    const rule = Testing.synth(chart).find(({ kind, metadata }) => kind === 'PrometheusRule' && metadata.name.includes('watchnext'));
    const alerts = rule.spec.groups.flatMap(({ rules }: any) => rules).filter(({ alert }: any) => alert !== undefined);

    expect(new Set(alerts.map(({ labels }: any) => labels.severity))).toEqual(new Set(['ticket']));
  });

  test('has no way back to be computed, and a lineage that says what it is', () => {
    const { next } = make();

    expect(factsOf(next)).toMatchObject({ rollback: [], lineage: [{ version: 'v3', isShadow: true }] });
  });

  test('may call nobody but DNS', () => {
    const policies = make().manifests.filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name.includes('next'));

    expect(policies[0].spec.egress.flatMap(({ ports }: any) => ports.map(({ port }: any) => port))).toEqual([53, 53]);
  });

  test('has no page about the way back, which is that of the live model', () => {
    const pages = Artifacts.of(make().chart).list().map(({ path }) => path).filter((path) => path.includes('rollback'));

    expect(pages).toEqual(['fraud/docs/rollback-fraud-detection.md']);
  });

  test('is scaled by an autoscaler where there is one', () => {
    expect(shadowOf(make({}, { autoscaling: Autoscaling.cpu({ maxReplicas: 4 }) })).spec.replicas).toBeUndefined();
    expect(shadowOf(make()).spec.replicas).toBe(2);
  });
});

describe('its end', () => {
  test('stands on the object, in the report, and in an alert of the owner that fires when the day is over', () => {
    const made = make();
    const [group] = objectOf(made.manifests, 'PrometheusRule').spec.groups;
    const deployment = shadowOf(made);

    expect(deployment.metadata.annotations['cdk8s-mlops.io/until']).toBe('2027-01-31');
    expect(group.rules).toEqual([{
      alert: 'ShadowOutlivedItsEnd',
      expr: `max(kube_deployment_spec_replicas{namespace="ml",deployment="${deployment.metadata.name}"}) > 0 and on () vector(time()) >= ${Date.UTC(2027, 1, 1) / 1000}`,
      for: '5m',
      labels: { namespace: 'ml', model: 'fraud-detection', owner: 'risk-ml', severity: 'ticket' },
      annotations: { summary: 'fraud-detection: its shadow should have ended on 2027-01-31, and still gets copies of requests', runbook_url: 'https://runbooks.example.com/fraud' },
    }]);
    expect(factsOf(made.next.node.findChild('Shadow')).notes[0]).toContain('It is compared until 2027-01-31: after that an alert reminds risk-ml until it is removed');
  });

  test('days are counted by the calendar', () => {
    expect([dayAfter('until', '2027-12-31', 1), dayAfter('until', '2028-02-28', 1)]).toEqual(['2028-01-01', '2028-02-29']);
  });

  test('a contact of the owner is told, and no namespace where none is known', () => {
    const [rule] = objectOf(make({}, { owner: { ...servingProps().owner, contact: '#risk' } }, null).manifests, 'PrometheusRule').spec.groups[0].rules;

    expect(rule.annotations.contact).toBe('#risk');
    expect(rule.labels.namespace).toBeUndefined();
  });
});

describe('the comparison', () => {
  test('is a template without arguments, in which the live model stands for the stable version', () => {
    const template = make().manifests.find(({ kind, metadata }) => kind === 'AnalysisTemplate' && metadata.name.includes('comparison'));
    const [latency, errors] = template.spec.metrics;

    expect(template.spec.args).toBeUndefined();
    expect(template.spec.metrics.map(({ name, count }: any) => [name, count])).toEqual([['latency-p95-compared', 25], ['error-ratio-compared', 25]]);
    expect(latency.provider.prometheus.query).toContain('cdk8s_mlops_io_model="fraud-next"');
    expect(errors.provider.prometheus.query).toContain('cdk8s_mlops_io_model="fraud-detection"');
    expect(JSON.stringify(template.spec)).not.toContain('{{args.');
  });

  test('compares the distributions of outputs where they are exported', () => {
    const predictionExporter = PredictionExporter.of({
      image: ImageRef.fromDigest('registry.example.com/exporter', OTHER_DIGEST),
      resources: { cpu: { request: Cpu.millis(50) }, memory: { request: Size.mebibytes(64), limit: Size.mebibytes(64) } },
    });
    const { next, manifests } = make({}, { predictionExporter });
    const template = manifests.find(({ kind, metadata }) => kind === 'AnalysisTemplate' && metadata.name.includes('comparison'));

    expect(template.spec.metrics.at(-1).name).toBe('score-drift');
    expect(next.route).toBeUndefined();
  });

  test('takes guardrails of its user', () => {
    const { manifests } = make({ guardrails: [Guardrail.latencyBelow(99, Duration.millis(200))] });
    const template = manifests.find(({ kind, metadata }) => kind === 'AnalysisTemplate' && metadata.name.includes('comparison'));

    expect(template.spec.metrics.map(({ name }: any) => name)).toEqual(['latency-p99']);
  });

  test('of answers is a restricted job once a day that knows both logs', () => {
    const { manifests } = make({ agreement: { ...agreement, atLeast: 0.98, tolerance: 0.001 } });
    const { spec } = objectOf(manifests, 'CronJob');
    const pod = spec.jobTemplate.spec.template.spec;
    const [container] = pod.containers;

    expect([spec.schedule, spec.timeZone, spec.concurrencyPolicy]).toEqual(['17 5 * * *', 'Etc/UTC', 'Forbid']);
    expect(container.command).toEqual(['mlops', 'compare']);
    expect(container.args).toEqual([
      '--live=fraud-detection', '--shadow=fraud-next', '--live-log=s3://log/fraud', '--shadow-log=s3://log/fraud-next',
      '--agreement-at-least=0.98', '--tolerance=0.001', '--minimum-pairs=1000', '--until=2027-01-31',
    ]);
    expect(container.image).toBe(`registry.example.com/mlops/runtime@${OTHER_DIGEST}`);
    expect(container.resources).toEqual({ requests: { cpu: '500m', memory: '1024Mi' }, limits: { memory: '2048Mi' } });
    expect(container.env).toEqual([{ name: 'HOME', value: '/tmp' }, { name: 'CDK8S_MLOPS_VERSION', value: expect.any(String) }]);
    expect(pod.securityContext.seccompProfile).toEqual({ type: 'RuntimeDefault' });
    expect(spec.jobTemplate.spec.podFailurePolicy.rules[0].onExitCodes).toEqual({ containerName: 'compare', operator: 'NotIn', values: [5] });
  });

  test('of answers reads two folders, tells the Pushgateway, and may call nobody else', () => {
    const { manifests } = make({ agreement: { ...agreement, ...told, bucketAt: NetworkPeer.cidr('10.9.0.0/24', 443), identity } });
    const { template } = objectOf(manifests, 'CronJob').spec.jobTemplate.spec;
    const policy = manifests.find(({ kind, spec }) => kind === 'NetworkPolicy' && spec.podSelector.matchLabels['app.kubernetes.io/component'] === 'shadow-comparison');

    expect(template.spec.containers[0].args.slice(-4)).toEqual([
      '--minimum-pairs=1000', '--until=2027-01-31', '--report=s3://log/reports', '--push=http://pushgateway.monitoring.svc:9091',
    ]);
    expect(template.spec.serviceAccountName).toBe('reads-logs');
    expect(template.metadata.labels).toMatchObject(policy.spec.podSelector.matchLabels);
    expect(policy.spec.ingress).toBeUndefined();
    expect(policy.spec.egress.slice(-2)).toEqual([
      { to: [{ ipBlock: { cidr: '10.9.0.0/24' } }], ports: [{ port: 443, protocol: 'TCP' }] },
      { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }], ports: [{ port: 9091, protocol: 'TCP' }] },
    ]);
  });

  test('of answers is part of the verdict where Prometheus knows it, as long as it is fresh', () => {
    const { manifests } = make({ agreement: { ...agreement, ...told, atLeast: 0.98 } });
    const { metrics } = manifests.find(({ kind, metadata }) => kind === 'AnalysisTemplate' && metadata.name.includes('comparison')).spec;
    const asked = metrics.at(-1);

    expect(asked).toMatchObject({ name: 'agreement', count: 1, inconclusiveLimit: 0, successCondition: 'len(result) > 0 && !isNaN(result[0]) && result[0] >= 0.98' });
    expect(asked.interval).toBeUndefined();
    expect(asked.provider.prometheus.query).toBe('max(shadow_agreement_ratio{job="mlops-compare",model="fraud-detection",shadow="fraud-next"}) and on () '
      + '(time() - max(push_time_seconds{job="mlops-compare",model="fraud-detection",shadow="fraud-next"}) < 129600)');
  });

  test('of answers that failed is a ticket of the owner, until the shadow has ended', () => {
    const { manifests } = make({ agreement });
    const { metadata: { name } } = objectOf(manifests, 'CronJob');
    const job = `{namespace="ml",cronjob="${name}"}`;
    const [, rule] = objectOf(manifests, 'PrometheusRule').spec.groups[0].rules;

    expect(rule).toEqual({
      alert: 'ShadowDisagrees',
      expr: `(max(kube_cronjob_status_last_schedule_time${job}) > (max(kube_cronjob_status_last_successful_time${job}) or max(kube_cronjob_created${job}))) `
        + `and on () (max(kube_cronjob_status_active${job}) == 0) and on () (vector(time()) < ${Date.UTC(2027, 1, 1) / 1000})`,
      for: '5m',
      labels: { namespace: 'ml', model: 'fraud-detection', owner: 'risk-ml', severity: 'ticket' },
      annotations: {
        summary: `fraud-detection: less than 99 % of the answers of fraud-next agreed, or there were too few to say: the log of CronJob ${name} says which`,
        runbook_url: 'https://runbooks.example.com/fraud',
      },
    });
  });

  test('waits until enough requests stand behind both', () => {
    const { manifests } = make();
    const { metrics: [latency] } = manifests.find(({ kind, metadata }) => kind === 'AnalysisTemplate' && metadata.name.includes('comparison')).spec;
    const enough = (model: string) =>
      `((sum(rate(model_inference_requests_total{namespace="ml",cdk8s_mlops_io_model="${model}"}[5m]))) * 300 >= 20)`;

    expect(latency.provider.prometheus.query).toMatch(/ and on \(\) .* and on \(\) /);
    expect(latency.provider.prometheus.query.endsWith(` and on () ${enough('fraud-next')} and on () ${enough('fraud-detection')}`)).toBe(true);
  });
});

test('who lets in the same callers leaves nothing to find', () => {
  const { chart } = make({}, { callers: [NetworkPeer.namespace('web'), NetworkPeer.cidr('10.8.0.0/14')] });

  expect(Findings.of(chart).list().filter(({ ruleId }) => ruleId === 'shadow/callers-differ')).toEqual([]);
});
