import { Cron, Duration, Size, Testing } from 'cdk8s';
import { BatchScoring, BatchScoringProps, Gpu, ImageRef, ModelRegistry, ModelSource, NetworkPeer, SecretRef } from '../../../src';
import { DIGEST } from '../../support/fixtures';
import { kindsOf, objectOf } from '../../support/manifests';
import { batchProps, synthBatch } from '../../support/serving-by-others';

function jobOf(manifests: any[]): any {
  return objectOf(manifests, 'CronJob').spec.jobTemplate.spec;
}

test('a batch makes what production asks for, and nothing else', () => {
  expect(kindsOf(synthBatch())).toEqual(['ServiceAccount', 'CronJob', 'NetworkPolicy']);
});

test('it never runs twice at once, starts in time or not at all, and gives up', () => {
  const { jobTemplate, ...schedule } = objectOf(synthBatch({ timeZone: 'Europe/Berlin' }), 'CronJob').spec;
  const { template: _, ...job } = jobTemplate.spec;

  expect(schedule).toEqual({
    schedule: '0 4 * * *', timeZone: 'Europe/Berlin', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 3600, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 3,
  });
  expect(job).toEqual({ backoffLimit: 2, activeDeadlineSeconds: 7200, ttlSecondsAfterFinished: 604800 });
});

test('predictions of a version go to a place of their own, and say where they come from', () => {
  const [scorer] = jobOf(synthBatch({ args: ['--columns=amount,country'] })).template.spec.containers;

  expect(scorer.args).toEqual([
    '--columns=amount,country', '--input=s3://example-warehouse/transactions/', '--output=s3://example-warehouse/predictions/fraud-detection/v2.1.0/',
    '--model=fraud-detection', '--model-version=v2.1.0', `--sha256=${'c'.repeat(64)}`,
  ]);
  expect(scorer.env).toEqual([
    { name: 'MODEL_NAME', value: 'fraud-detection' }, { name: 'MODEL_VERSION', value: 'v2.1.0' }, { name: 'MODEL_SHA256', value: 'c'.repeat(64) },
    { name: 'RUN_NAME', valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-name']" } } },
  ]);
});

test('the pod is restricted, has no probes, and is not started again in place', () => {
  const { containers: [scorer], securityContext, restartPolicy, automountServiceAccountToken } = jobOf(synthBatch()).template.spec;

  expect(restartPolicy).toBe('Never');
  expect(automountServiceAccountToken).toBe(false);
  expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } });
  expect(scorer.securityContext).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true });
  expect([scorer.startupProbe, scorer.livenessProbe, scorer.readinessProbe]).toEqual([undefined, undefined, undefined]);
});

test('it gets devices, secrets and a loader where asked', () => {
  const manifests = synthBatch({
    gpu: Gpu.nvidia(1),
    secrets: { TOKEN: SecretRef.existing('warehouse', 'token') },
    source: ModelSource.loadedFrom(ModelRegistry.fromS3Uri('s3://example-models'), {
      loader: ImageRef.fromDigest('registry.example.com/loader', DIGEST), sizeLimit: Size.gibibytes(1), egress: [NetworkPeer.cidr('10.20.0.0/16', 443)],
    }),
  });
  const { containers: [scorer], initContainers: [loader], tolerations } = jobOf(manifests).template.spec;

  expect(scorer.resources.limits).toEqual({ 'memory': '8192Mi', 'nvidia.com/gpu': 1 });
  expect(tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
  expect(loader.name).toBe('model-loader');
  expect(loader.securityContext.readOnlyRootFilesystem).toBe(true);
  expect(objectOf(manifests, 'NetworkPolicy').spec.egress).toHaveLength(3);
});

test('nobody may call it', () => {
  const { ingress, policyTypes } = objectOf(synthBatch({ platform: batchProps().platform }), 'NetworkPolicy').spec;

  expect([ingress, policyTypes]).toEqual([undefined, ['Ingress', 'Egress']]);
});

test('somebody is told when predictions get old, runs fail, or it stays suspended', () => {
  const batch = new BatchScoring(Testing.chart(), 'Batch', batchProps({ staleAfter: Duration.hours(30) }));
  const { segment } = batch;

  expect(segment.alerts().map(({ alertName, condition }) => [alertName, condition])).toEqual([
    ['BatchPredictionsStale', '> 108000'], ['BatchRunFailed', '> 0'], ['BatchSuspended', '== 1'],
  ]);
  expect(segment.panels()[0].thresholds).toEqual([{ level: 'good' }, { from: 54000, level: 'warning' }, { from: 108000, level: 'bad' }]);
  expect(segment.recordingRules()).toEqual([]);
  expect(segment.segmentName).toBe(`Batch ${batch.cronJobName}`);
});

test('predictions are old when two runs are missing', () => {
  const staleAfter = (props: Partial<BatchScoringProps>) =>
    new BatchScoring(Testing.chart(), 'Batch', batchProps({ startWithin: Duration.hours(1), deadline: Duration.hours(2), ...props })).segment.alerts()[0].condition;

  expect(staleAfter({ schedule: Cron.schedule({ minute: '0', hour: '4' }) })).toBe(`> ${(48 + 3) * 3600}`);
  expect(staleAfter({ schedule: Cron.schedule({ minute: '0', hour: '4', weekDay: '1-5' }) })).toBe(`> ${(2 * 72 + 3) * 3600}`);
});
