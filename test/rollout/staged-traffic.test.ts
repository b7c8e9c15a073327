import { App, Chart, Duration, Testing } from 'cdk8s';
import { parse } from 'yaml';
import {
  AfterPatience, AnalysisTemplate, Artifacts, Findings, GitOps, Guardrail, ImageRef, IStagedServing, KnativeScaling, KnativeServing, KnativeTraffic,
  KserveMode, KserveServing, MetricsBackend, Monitoring, NetworkPeer, NoData, PlatformProfile, RuntimeImage, SecretRef, StagedTraffic,
  StagedTrafficProps, TrafficRouter, Unreachable,
} from '../../src';
import { describeApplication } from '../../src/core/argo-cd-application';
import { collectReport } from '../../src/report/collect-report';
import { aPlatform, aRelease, DIGEST, OTHER_DIGEST, servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';
import { knativePlatform, knativeProps, kserveProps, onePortServer } from '../support/serving-by-others';

const runtime = RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: DIGEST });
const CHAMPION = 'fraud-detection-0a1b2c3d';

function knative(chart: Chart): KnativeServing {
  return new KnativeServing(chart, 'Serving', knativeProps({
    server: onePortServer(), release: aRelease({ previousVersion: 'v2.0.0' }), traffic: KnativeTraffic.challenge({ championRevision: CHAMPION }),
  }));
}

function kserveKnative(chart: Chart): KserveServing {
  const scaling = KnativeScaling.concurrency({ perPod: 8, maxReplicas: 10 });
  return new KserveServing(chart, 'Serving', kserveProps({
    release: aRelease({ previousVersion: 'v2.0.0' }), server: onePortServer(), platform: knativePlatform(), mode: KserveMode.knative({ scaling, canaryTrafficPercent: 0 }),
  }));
}

function kserveStandard(router = TrafficRouter.istio()): (chart: Chart) => KserveServing {
  const challenger = { release: aRelease({ version: 'v2.2.0' }), image: ImageRef.fromDigest('registry.example.com/fraud/server', OTHER_DIGEST) };
  return (chart) => new KserveServing(chart, 'Serving', kserveProps({ mode: KserveMode.standard({ stages: { router, challenger } }) }));
}

interface Made {
  readonly chart: Chart;
  readonly serving: IStagedServing;
  readonly staged: StagedTraffic;
  readonly manifests: any[];
  readonly settings: any;
}

function make(servingOf: (chart: Chart) => IStagedServing = knative, overrides: Partial<StagedTrafficProps> = {}, namespace: string | null = 'ml'): Made {
  const chart = new Chart(new App(), 'fraud', { namespace: namespace ?? undefined });
  const serving = servingOf(chart);
  const staged = new StagedTraffic(chart, 'Stages', { serving, runtime, platform: aPlatform(), ...overrides });
  new Monitoring(chart, 'Monitoring', { serving, slo: servingProps().slo, platform: aPlatform() }).add(staged);
  if (servingOf === kserveKnative) {Findings.of(serving).acknowledge('kserve/stage-makes-revisions', 'the cluster names the annotation');}
  const manifests = Testing.synth(chart);
  return { chart, serving, staged, manifests, settings: JSON.parse(settingsOf(manifests).data['settings.json']) };
}

const settingsOf = (manifests: any[]) => manifests.find(({ kind, data }) => kind === 'ConfigMap' && 'settings.json' in data);
const podOf = (manifests: any[]) => objectOf(manifests, 'Job').spec.template;

describe('what is staged', () => {
  test('a Service of Knative, by the name of its revision', () => {
    const { settings, serving, staged } = make();

    expect(settings).toMatchObject({
      subject: (serving as KnativeServing).revisionName,
      object: { group: 'serving.knative.dev', version: 'v1', resource: 'services', name: 'fraud-detection', namespace: 'ml' },
      shares: { in: 'knative', revision: (serving as KnativeServing).revisionName },
      isFirst: false,
    });
    expect(settings.ready).toBeUndefined();
    expect(staged.worstCaseRollback.map(({ term, duration }) => [term, duration.toSeconds()])).toEqual([
      ['first measurement', 330], ['breaches', 60], ['change of shares', 10],
    ]);
  });

  test('an InferenceService in the mode Knative, by version and image', () => {
    const { settings } = make(kserveKnative);

    expect(settings).toMatchObject({
      subject: expect.stringMatching(/^v2\.1\.0-[0-9a-f]{8}$/),
      object: { group: 'serving.kserve.io', version: 'v1beta1', resource: 'inferenceservices', name: 'fraud-detection', namespace: 'ml' },
      shares: { in: 'kserve', version: 'v2.1.0', image: `registry.example.com/fraud/server@${DIGEST}` },
    });
  });

  test('two InferenceServices behind a VirtualService, each by a Service that stands for one version for ever', () => {
    const { settings, manifests, serving } = make(kserveStandard());
    const champion = (serving as KserveServing).inferenceServiceName;
    const challenger = manifests.filter(({ kind }) => kind === 'InferenceService').map(({ metadata }) => metadata.name).find((name) => name !== champion);

    expect(settings).toMatchObject({
      subject: challenger,
      object: { group: 'networking.istio.io', version: 'v1', resource: 'virtualservices', name: objectOf(manifests, 'VirtualService').metadata.name, namespace: 'ml' },
      ready: { group: 'serving.kserve.io', version: 'v1beta1', resource: 'inferenceservices', name: challenger, namespace: 'ml' },
    });
    expect(settings.shares).toEqual({
      in: 'istio',
      stable: { version: champion, service: `${champion}-requests`, role: 'fraud-detection', port: 8080 },
      candidate: { version: challenger, service: `${challenger}-requests`, role: 'fraud-detection-challenger', port: 8080 },
    });
    expect(manifests.filter(({ kind, metadata }) => kind === 'Service' && metadata.name.endsWith('-requests')).map(({ metadata, spec }) => [metadata.name, spec])).toEqual(
      [champion, challenger].map((name) => [`${name}-requests`, {
        selector: { 'serving.kserve.io/inferenceservice': name }, ports: [{ name: 'http', port: 8080, targetPort: 8080, protocol: 'TCP' }],
      }]));
  });

  test.each([
    ['an HTTPRoute of ours', TrafficRouter.gatewayApi({ gateways: [{ gatewayName: 'public' }] }), { resource: 'httproutes', name: expect.any(String) }, { in: 'gateway-api' }],
    ['an HTTPRoute that exists', TrafficRouter.joinHttpRoute({ routeName: 'fraud' }), { resource: 'httproutes', name: 'fraud' }, { in: 'gateway-api' }],
    ['a VirtualService that exists', TrafficRouter.joinVirtualService({ virtualServiceName: 'fraud' }), { resource: 'virtualservices', name: 'fraud' }, { in: 'istio' }],
    ['some of its routes', TrafficRouter.joinVirtualService({ virtualServiceName: 'fraud', routes: ['v2'] }), { resource: 'virtualservices' }, { in: 'istio', routes: ['v2'] }],
  ])('two InferenceServices behind %s', (_, router, object, shares) => {
    const { settings } = make(kserveStandard(router));

    expect(settings.object).toMatchObject(object);
    expect(settings.shares).toMatchObject(shares);
  });

  test('the first version, which takes all requests', () => {
    const { settings } = make((chart) => new KnativeServing(chart, 'Serving', knativeProps({ server: onePortServer() })));

    expect(settings.isFirst).toBe(true);
  });
});

describe('how it is judged', () => {
  const guardrails = [
    Guardrail.latencyBelow(95, Duration.millis(250)), Guardrail.errorRatioBelow(0.02), Guardrail.latencyComparedWithStable(95, 1.2),
    Guardrail.errorRatioComparedWithStable(0.005), Guardrail.throughputAbove(1),
  ];

  test.each([['the namespace is known', 'ml'], ['it is not', null]])('by the queries and conditions of an AnalysisTemplate, where %s', (_, namespace) => {
    const { settings, serving } = make(knative, { guardrails }, namespace);
    const chart = new Chart(new App(), 'analysis', { namespace: namespace ?? undefined });
    new AnalysisTemplate(chart, 'Analysis', { guardrails, metrics: serving.metrics, platform: aPlatform(), analysis: { onEmpty: NoData.pause({ upTo: Duration.minutes(10), then: AfterPatience.WAIT }) } });
    const { metrics } = objectOf(Testing.synth(chart), 'AnalysisTemplate').spec;

    expect(Object.keys(settings.guardrails)).toEqual(metrics.map(({ name }: any) => name));
    expect(Object.values<any>(settings.guardrails).map(({ query, condition }) => [query, `len(result) > 0 && !isNaN(result[0]) && result[0] ${condition}`]))
      .toEqual(metrics.map(({ provider, successCondition }: any) => [provider.prometheus.query, successCondition]));
  });

  test('at every stage, and once the old version has no requests by what needs none', () => {
    const stages = [{ weight: 10, duration: Duration.minutes(10) }, { weight: 100, duration: Duration.hours(1) }];
    const { settings } = make(knative, { guardrails, stages });

    expect(settings.stages).toEqual([
      { weight: 10, seconds: 600, firstMeasurement: 330, guardrails: guardrails.map(({ guardrailName }) => guardrailName) },
      { weight: 100, seconds: 3600, firstMeasurement: 0, guardrails: ['latency-p95', 'error-ratio', 'throughput'] },
    ]);
  });

  test('by what the model promises, where nothing is said', () => {
    const { settings } = make();

    expect(Object.keys(settings.guardrails)).toEqual(['latency-p95', 'error-ratio']);
    expect(settings.stages.map(({ weight, seconds }: any) => [weight, seconds])).toEqual([[5, 1800], [25, 1800], [50, 1800], [100, 1800]]);
    expect(settings.policy).toEqual({ interval: 60, toleratedBreaches: 0, onEmpty: 'pause', patience: 600, unreachable: 120 });
  });

  test('as the options of the analysis say', () => {
    const { settings, manifests } = make(knative, {
      platform: PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring', headers: { 'X-Scope-OrgID': 'ml' } }) }),
      analysis: {
        interval: Duration.seconds(20),
        toleratedBreaches: 2,
        onEmpty: NoData.fail(),
        onUnreachable: Unreachable.abortAfter(Duration.minutes(5)),
        secretHeaders: { Authorization: SecretRef.existing('prometheus', 'token') },
      },
    });

    expect(settings.policy).toEqual({ interval: 20, toleratedBreaches: 2, onEmpty: 'fail', patience: 0, unreachable: 300 });
    expect(settings.prometheus).toEqual({
      url: 'http://monitoring-kube-prometheus-prometheus.monitoring.svc:9090',
      headers: { 'X-Scope-OrgID': 'ml' },
      secretHeaders: { Authorization: 'PROMETHEUS_HEADER_AUTHORIZATION' },
    });
    expect(podOf(manifests).spec.containers[0].env).toContainEqual({
      name: 'PROMETHEUS_HEADER_AUTHORIZATION', valueFrom: { secretKeyRef: { name: 'prometheus', key: 'token' } },
    });
  });
});

describe('the Job', () => {
  test('runs the command with its settings, tries again after accidents, and not after verdicts', () => {
    const { manifests, staged } = make();
    const { metadata, spec } = objectOf(manifests, 'Job');

    expect(metadata.name).toBe(staged.jobName);
    expect({ backoffLimit: spec.backoffLimit, podFailurePolicy: spec.podFailurePolicy, activeDeadlineSeconds: spec.activeDeadlineSeconds }).toEqual({
      backoffLimit: 6,
      podFailurePolicy: {
        rules: [
          { action: 'FailJob', onExitCodes: { containerName: 'stage', operator: 'In', values: [1, 2, 3, 4] } },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      // until the version is ready, all stages twice with the patience for Prometheus, and two minutes
      activeDeadlineSeconds: 435 + 2 * 4 * (1800 + 120) + 120,
    });
    const [container] = podOf(manifests).spec.containers;
    expect([...container.command, ...container.args]).toEqual(['mlops', 'stage', '--settings=/etc/stage/settings.json']);
    expect(container.image).toBe(`registry.example.com/mlops/runtime@${DIGEST}`);
    expect(podOf(manifests).spec).toMatchObject({ restartPolicy: 'Never', terminationGracePeriodSeconds: 60, automountServiceAccountToken: true });
  });

  test('asks where it is, where nobody says it', () => {
    const { manifests } = make(knative, {}, null);
    const [container] = podOf(manifests).spec.containers;

    expect(container.args).toEqual(['--settings=/etc/stage/settings.json', '--namespace=$(NAMESPACE)']);
    expect(container.env.at(-1)).toEqual({ name: 'NAMESPACE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } } });
  });

  test('is another one for another version, with settings of its own', () => {
    const [one, same, other] = [make(), make(), make(knative, { stages: [{ weight: 100 }] })]
      .map(({ staged, manifests }) => [staged.jobName, settingsOf(manifests).metadata.name]);

    expect(one).toEqual(same);
    expect(one[0]).not.toBe(other[0]);
    expect([one[1], other[1]]).toEqual([one[0], other[0]]);
  });

  test('is made once the model is healthy, where Argo CD applies it', () => {
    const { manifests } = make(knative, { platform: PlatformProfile.of({ metrics: aPlatform().metrics, gitOps: GitOps.argoCd() }) });

    expect(objectOf(manifests, 'Job').metadata.annotations['argocd.argoproj.io/sync-wave']).toBe('1');
  });

  test('may change one object and read another, and reach the API server, Prometheus and the DNS alone', () => {
    const { manifests, settings } = make(kserveStandard());

    expect(objectOf(manifests, 'Role').rules).toEqual([
      { apiGroups: ['networking.istio.io'], resources: ['virtualservices'], resourceNames: [settings.object.name], verbs: ['get', 'patch'] },
      { apiGroups: ['serving.kserve.io'], resources: ['inferenceservices'], resourceNames: [settings.ready.name], verbs: ['get'] },
    ]);
    const policy = manifests.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec).find(({ podSelector }) => podSelector.matchLabels['app.kubernetes.io/component'] === 'staged-traffic');
    expect(podOf(manifests).metadata.labels).toMatchObject(policy.podSelector.matchLabels);
    expect(policy.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(policy.ingress).toBeUndefined();
    expect(policy.egress.slice(-2)).toEqual([
      { ports: [{ port: 443, protocol: 'TCP' }, { port: 6443, protocol: 'TCP' }] },
      {
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } }, podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } } }],
      },
    ]);
  });

  test('finds a Prometheus that is elsewhere', () => {
    const { manifests } = make(knative, { prometheusAt: NetworkPeer.cidr('10.20.0.0/16', 9090) });

    expect(JSON.stringify(manifests.filter(({ kind }) => kind === 'NetworkPolicy'))).toContain('10.20.0.0/16');
  });

  test('gets no requests of the model', () => {
    const { manifests, serving } = make();

    expect(podOf(manifests).metadata.labels).not.toMatchObject(serving.podLabels);
  });
});

describe('whoever applies manifests', () => {
  test.each<[string, (chart: Chart) => IStagedServing, any]>([
    ['a Service of Knative', knative, { kind: 'Service', jsonPointers: ['/metadata/annotations/cdk8s-mlops.io~1stage'] }],
    ['a VirtualService', kserveStandard(), {
      kind: 'VirtualService', jsonPointers: ['/metadata/annotations/cdk8s-mlops.io~1stage'], jqPathExpressions: ['.spec.http[].route'],
    }],
    ['an HTTPRoute', kserveStandard(TrafficRouter.gatewayApi({ gateways: [{ gatewayName: 'public' }] })), {
      kind: 'HTTPRoute', jqPathExpressions: ['.spec.rules[].backendRefs'],
    }],
  ])('leaves the shares of %s alone', (_, servingOf, expected) => {
    const { chart } = make(servingOf);
    describeApplication(chart, GitOps.argoCd());

    const { content } = Artifacts.of(chart).list().find(({ path }) => path.endsWith('argocd-application.yaml'))!;
    expect(parse(content).spec.ignoreDifferences).toContainEqual(expect.objectContaining(expected));
  });

  test('is told that Argo CD would keep a percentage for the next version', () => {
    const gitOps = PlatformProfile.of({ metrics: aPlatform().metrics, gitOps: GitOps.argoCd(), knative: knativePlatform().knative });
    const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
    const serving = new KserveServing(chart, 'Serving', { ...kserveProps({ server: onePortServer() }), platform: gitOps, mode: KserveMode.knative({ scaling: knativeProps().scaling, canaryTrafficPercent: 0 }) });
    serving.bindStages();

    expect(Findings.of(chart).list().map(({ ruleId }) => ruleId)).toContain('kserve/share-outlives-version');
  });
});

describe('people', () => {
  test('are told when a version did not arrive', () => {
    const { staged } = make();
    const job = `namespace="ml",job_name="${staged.jobName}"`;

    expect(staged.alerts().map(({ alertName, query, condition }) => [alertName, query.expr, condition])).toEqual([
      ['StagedTrafficFailed', `max(kube_job_failed{${job},condition="true"})`, '== 1'],
    ]);
    expect(staged.panels().map(({ queries }) => queries[0].expr)).toEqual([
      `0 * (max(kube_job_complete{${job},condition="true"}) == 1) or 2 * (max(kube_job_failed{${job},condition="true"}) == 1) or 0 * max(kube_job_created{${job}}) + 1`,
    ]);
    expect(staged.recordingRules()).toEqual([]);
  });

  test('read in the report how it takes over, and how long the way back takes', () => {
    const { rollouts, rollbacks } = collectReport(make().chart, undefined, []);

    expect(rollouts.map(({ router, stages }) => [router, stages.map(({ weight }) => weight)])).toEqual([['Knative', [5, 25, 50, 100]]]);
    expect(rollbacks.map(({ path, totalSeconds, objectiveSeconds }) => [path, totalSeconds, objectiveSeconds])).toContainEqual(['fraud/Stages', 400, 600]);
  });

  test('are told when nobody scrapes the pods', () => {
    const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
    new StagedTraffic(chart, 'Stages', { serving: knative(chart), runtime, platform: aPlatform() });

    expect(Findings.of(chart).list().map(({ ruleId }) => ruleId)).toContain('rollout/staged-unwatched');
    expect(Findings.of(make().chart).list().map(({ ruleId }) => ruleId)).not.toContain('rollout/staged-unwatched');
  });
});

test.each<[string, (chart: Chart) => IStagedServing, string]>([
  ['Knative', knative, 'serving_knative_dev_revision'],
  ['KServe in the mode Knative', kserveKnative, 'serving_knative_dev_revision'],
  ['KServe in the mode Standard', kserveStandard(), 'serving_kserve_io_inferenceservice'],
])('series of %s say their version where guardrails ask for it', (_, servingOf, label) => {
  const { podMetricsEndpoints: [{ relabelings }] } = objectOf(make(servingOf).manifests, 'PodMonitor').spec;

  expect(relabelings.at(-1)).toEqual({ action: 'replace', sourceLabels: [`__meta_kubernetes_pod_label_${label}`], targetLabel: 'rollouts_pod_template_hash' });
});

test('names leave room for what is added to them', () => {
  const chart = new Chart(new App(), 'a'.repeat(60), { namespace: 'ml' });
  const { jobName } = new StagedTraffic(chart, 'b'.repeat(60), { serving: knative(chart), runtime, platform: aPlatform() });

  expect(jobName.length).toBeLessThanOrEqual(63);
});
