import { App, Chart, Duration, Testing } from 'cdk8s';
import { parse } from 'yaml';
import {
  Artifacts, CanaryRollout, Environment, GitOps, ModelServing, PlatformProfile, RollbackDrill, RollbackDrillProps, RolloutStrategy, RuntimeImage,
  TrafficRouter,
} from '../../src';
import { describeApplication } from '../../src/core/argo-cd-application';
import { aPlatform, DIGEST, servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';

function make(overrides: Partial<RollbackDrillProps> = {}, namespace?: string): { drill: RollbackDrill; manifests: any[]; chart: Chart } {
  const chart = new Chart(new App(), 'fraud', { namespace });
  const platform = PlatformProfile.of({ metrics: aPlatform().metrics, environment: Environment.STAGING, gitOps: GitOps.argoCd() });
  const serving = new ModelServing(chart, 'Serving', servingProps({ platform, strategy: RolloutStrategy.canary({ router: TrafficRouter.istio() }) }));
  const drill = new RollbackDrill(chart, 'Drill', {
    serving,
    rollout: serving.workload as CanaryRollout,
    runtime: RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: DIGEST }),
    fault: { variable: 'FAULT', value: 'errors' },
    platform,
    ...overrides,
  });
  return { drill, manifests: Testing.synth(chart), chart };
}

const containerOf = (manifests: any[]) => objectOf(manifests, 'CronJob').spec.jobTemplate.spec.template.spec.containers[0];

test('is practised by the clock, one at a time, and ends', () => {
  const { schedule, timeZone, concurrencyPolicy, startingDeadlineSeconds, jobTemplate } = objectOf(make().manifests, 'CronJob').spec;

  expect({ schedule, timeZone, concurrencyPolicy, startingDeadlineSeconds }).toEqual({
    schedule: '0 10 * * 2', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 3600,
  });
  expect([jobTemplate.spec.backoffLimit, jobTemplate.spec.activeDeadlineSeconds]).toEqual([0, 3 * 900 + 60]);
  expect(jobTemplate.spec.template.spec.terminationGracePeriodSeconds).toBe(60);
});

test('runs the command of the runtime with what it was given', () => {
  const { manifests, drill } = make({ fault: { variable: 'DELAY', value: '2000', container: 'model' }, objective: Duration.minutes(20) }, 'ml');
  const { command, args, image } = containerOf(manifests);

  expect(image).toBe(`registry.example.com/mlops/runtime@${DIGEST}`);
  expect([...command, ...args]).toEqual([
    'mlops', 'drill', objectOf(manifests, 'Rollout').metadata.name, '--namespace=ml', '--container=model', '--fault=DELAY=2000', '--objective=1200',
    `--record=${drill.recordName}`,
  ]);
});

test('without a namespace, the pod asks where it is', () => {
  expect(containerOf(make().manifests).args[1]).toBe('--namespace=$(NAMESPACE)');
  expect(containerOf(make().manifests).env.at(-1)).toEqual({ name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } });
});

test('may change one rollout and one record, and call nobody but DNS and the API server, wherever it is', () => {
  const { manifests, drill } = make();

  expect(objectOf(manifests, 'Role').rules).toEqual([
    { apiGroups: ['argoproj.io'], resources: ['rollouts'], resourceNames: [objectOf(manifests, 'Rollout').metadata.name], verbs: ['get', 'patch'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: [drill.recordName], verbs: ['get', 'patch'] },
  ]);
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec }) => spec);
  expect(policies.at(-1)).toEqual({
    podSelector: { matchLabels: { 'cdk8s-mlops.io/drill': expect.any(String) } },
    policyTypes: ['Ingress', 'Egress'],
    egress: [
      expect.objectContaining({ ports: [{ port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' }] }),
      { ports: [{ port: 443, protocol: 'TCP' }, { port: 6443, protocol: 'TCP' }] },
    ],
  });
  expect(objectOf(manifests, 'CronJob').spec.jobTemplate.spec.template.metadata.labels).toMatchObject(policies.at(-1).podSelector.matchLabels);
});

test('its pod gets no requests of the model', () => {
  const { manifests } = make();
  const { selector } = manifests.find(({ kind }) => kind === 'Service').spec;

  expect(objectOf(manifests, 'CronJob').spec.jobTemplate.spec.template.metadata.labels).not.toMatchObject(selector);
});

test('Argo CD leaves the fault alone, and what drills wrote down', () => {
  const { chart, drill } = make();
  describeApplication(chart, GitOps.argoCd());

  const { content } = Artifacts.of(chart).list().find(({ path }) => path.endsWith('argocd-application.yaml'))!;
  const { ignoreDifferences } = parse(content).spec;
  expect(ignoreDifferences).toContainEqual(expect.objectContaining({
    kind: 'Rollout',
    jsonPointers: ['/metadata/annotations/cdk8s-mlops.io~1drill'],
    jqPathExpressions: ['.spec.template.spec.containers[] | select(.name == "server") | .env[] | select(.name == "FAULT")'],
  }));
  expect(ignoreDifferences).toContainEqual(expect.objectContaining({ kind: 'ConfigMap', name: drill.recordName, jsonPointers: ['/data'] }));
});

test('somebody is told when a drill failed, and when the last good one is too old', () => {
  const { drill } = make({ maxAge: Duration.days(8) }, 'ml');
  const cronJob = `namespace="ml",cronjob="${drill.cronJobName}"`;
  const lastGood = `(max(kube_cronjob_status_last_successful_time{${cronJob}}) or max(kube_cronjob_created{${cronJob}}))`;

  expect(drill.alerts().map(({ alertName, query, condition }) => [alertName, query.expr, condition])).toEqual([
    ['RollbackDrillFailed',
      `(max(kube_cronjob_status_last_schedule_time{${cronJob}}) > ${lastGood}) and on () (max(kube_cronjob_status_active{${cronJob}}) == 0)`, undefined],
    ['RollbackDrillTooOld', `time() - ${lastGood}`, '> 691200'],
  ]);
  expect(drill.panels().map(({ title }) => title)).toEqual(['Last good rollback drill']);
  expect(drill.recordingRules()).toEqual([]);
});

test('one drill may be missed, and it is said for how long none was good', () => {
  const { drill } = make({}, 'ml');
  const tooOld = drill.alerts().find(({ alertName }) => alertName === 'RollbackDrillTooOld')!;

  expect(tooOld.condition).toBe(`> ${14 * 86_400 + 3600 + 3 * 900 + 60}`);
  expect(tooOld.summary).toBe('no rollback was practised with success for 14 days 1 hour, so nobody knows whether it works');
});

test('its name leaves room for what the CronJob adds to it', () => {
  expect(make().drill.cronJobName.length).toBeLessThanOrEqual(52);
});
