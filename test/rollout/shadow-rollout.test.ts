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
    const resources = { cpu: { request: Cpu.millis(500) }, memory: { request: Size.gibibytes(1), limit: Size.gibibytes(2) } };
    const image = RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: DIGEST, fullDigest: OTHER_DIGEST });
    const { manifests } = make({ agreement: { image, liveLog: 's3://log/fraud', shadowLog: 's3://log/fraud-next', resources, atLeast: 0.98, tolerance: 0.001 } });
    const { spec } = objectOf(manifests, 'CronJob');
    const pod = spec.jobTemplate.spec.template.spec;
    const [container] = pod.containers;

    expect([spec.schedule, spec.timeZone, spec.concurrencyPolicy]).toEqual(['17 5 * * *', 'Etc/UTC', 'Forbid']);
    expect(container.command).toEqual(['mlops', 'compare']);
    expect(container.args).toEqual([
      '--live=fraud-detection', '--shadow=fraud-next', '--live-log=s3://log/fraud', '--shadow-log=s3://log/fraud-next', '--request-id-field=request_id',
      '--agreement-at-least=0.98', '--tolerance=0.001', '--until=2027-01-31',
    ]);
    expect(container.image).toBe(`registry.example.com/mlops/runtime@${OTHER_DIGEST}`);
    expect(container.resources).toEqual({ requests: { cpu: '500m', memory: '1024Mi' }, limits: { memory: '2048Mi' } });
    expect(container.env).toEqual([{ name: 'CDK8S_MLOPS_VERSION', value: expect.any(String) }]);
    expect(pod.securityContext.seccompProfile).toEqual({ type: 'RuntimeDefault' });
  });
});

test('who lets in the same callers leaves nothing to find', () => {
  const { chart } = make({}, { callers: [NetworkPeer.namespace('web'), NetworkPeer.cidr('10.8.0.0/14')] });

  expect(Findings.of(chart).list().filter(({ ruleId }) => ruleId === 'shadow/callers-differ')).toEqual([]);
});
