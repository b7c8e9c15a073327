import { Duration, Testing } from 'cdk8s';
import {
  BusinessKpiSegment, DriftReference, Environment, FeatureSchema, Findings, FullStack, FullStackProps, GatewayTls, GitOps, Guardrail, ImageRef,
  Ingress, MeshMode, MetricQuery, MetricsBackend, MinimumViableStack, MlflowAuth, MlflowDatabase, ModelRegistry, NetworkPeer, PlatformProfile,
  ReleaseBranch, RolloutStrategy, SecretRef, StackPromotion, StackRegistry, TrafficRouter,
} from '../../src';
import { collectFacts } from '../../src/private/facts';
import { aRelease, DIGEST } from '../support/fixtures';
import { fullStackProps, sharedProps } from '../support/full-stack';
import { objectOf } from '../support/manifests';
import { SCHEMA_FILE } from '../support/training';

function stackOf(overrides: Partial<FullStackProps> = {}): FullStack {
  return new FullStack(Testing.app(), 'fraud', fullStackProps(overrides));
}

function synth(overrides: Partial<FullStackProps> = {}): any[] {
  return Testing.synth(stackOf(overrides));
}

/** What cannot be changed, or must not: who it is, and what it selects. */
function identityOf({ kind, metadata, spec }: any): any {
  const { selector, podSelector, serviceName, clusterIP } = spec ?? {};
  return { kind, name: metadata.name, namespace: metadata.namespace, selector, podSelector, serviceName, clusterIP };
}

function pipelineOf(manifests: any[]): any {
  return manifests.find(({ kind, metadata }) => kind === 'WorkflowTemplate' && metadata.name === 'fraud-detection-training');
}

function templateOf(manifests: any[], name: string): any {
  return pipelineOf(manifests).spec.templates.find((template: any) => template.name === name);
}

function environmentOf({ env }: any): { [name: string]: any } {
  return Object.fromEntries(env.map(({ name, value, valueFrom }: any) => [name, value ?? valueFrom.secretKeyRef]));
}

/** Who a policy lets its pods call, by address, labels and port. */
function egressOf(manifests: any[], name: string): any[] {
  const { spec } = manifests.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name.startsWith(name));
  return spec.egress;
}

const TO_STORAGE = { to: [{ ipBlock: { cidr: '10.20.0.0/24' } }], ports: [{ port: 443, protocol: 'TCP' }, { port: 15008, protocol: 'TCP' }] };

describe('who moves here from the smallest stack', () => {
  test('with a canary gets the same objects, and more', () => {
    const strategy = RolloutStrategy.canary({ router: TrafficRouter.istio() });
    const before = Testing.synth(new MinimumViableStack(Testing.app(), 'fraud', { ...sharedProps(), strategy })).map(identityOf);

    expect(synth().map(identityOf)).toEqual(expect.arrayContaining(before));
  });

  test('with a Deployment keeps everything but that, whose pods the Rollout takes over behind the same Service', () => {
    const before = Testing.synth(new MinimumViableStack(Testing.app(), 'fraud', sharedProps()));
    const after = synth();

    expect(after.map(identityOf)).toEqual(expect.arrayContaining(before.filter(({ kind }) => kind !== 'Deployment').map(identityOf)));
    expect(objectOf(after, 'Rollout').spec.template.metadata.labels).toMatchObject(before.find(({ kind }) => kind === 'Service').spec.selector);
  });
});

describe('what is wired', () => {
  test('the pipeline releases to the Rollout of the stack, and to nothing else', () => {
    const stack = stackOf();
    const manifests = Testing.synth(stack);
    const { rolloutName } = stack.serving.rollout!;

    expect(templateOf(manifests, 'release').container.args).toEqual([
      'fraud-detection', '--version={{inputs.parameters.version}}', `--to=rollout/${rolloutName}`, '--namespace=fraud', '--within=12600',
    ]);
    expect(manifests.flatMap(({ kind, rules }) => (kind === 'Role' ? rules : [])).filter(({ resources }) => resources.includes('rollouts'))).toEqual([
      { apiGroups: ['argoproj.io'], resources: ['rollouts'], resourceNames: [rolloutName], verbs: ['get', 'patch'] },
    ]);
  });

  test('drift reads what servers log, and they log what it compares', () => {
    const manifests = synth();
    const [, log] = objectOf(manifests, 'Rollout').spec.template.spec.initContainers;
    const [check] = objectOf(manifests, 'CronJob').spec.jobTemplate.spec.template.spec.initContainers;

    expect(log.args).toEqual(expect.arrayContaining(['--to=s3://acme-models/predictions-log/fraud-detection/', '--column=amount', '--column=country']));
    expect(check.args).toEqual(expect.arrayContaining(['--current=s3://acme-models/predictions-log/fraud-detection/', '--report=s3://acme-models/reports/fraud-detection/']));
    expect(environmentOf(check)).toMatchObject({ AWS_REGION: 'eu-central-1' });
  });

  test('rows of the log name the version that answers, also where a release has changed it', () => {
    const [, log] = objectOf(synth(), 'Rollout').spec.template.spec.initContainers;

    expect(log.args).toContain('--version=$(MODEL_VERSION)');
    expect(environmentOf(log)).toMatchObject({ MODEL_VERSION: 'v2.1.0' });
  });

  test('the answer is logged with the features, what is hashed as a hash only, and what else is asked for', () => {
    const { drift } = fullStackProps();
    const column = { name: 'score', type: drift.features[0].type };
    const [, log] = objectOf(synth({
      drift: { ...drift, answers: { column } },
      predictionLog: { columns: ['branch'], hashedColumns: ['card'], hashKey: SecretRef.existing('log', 'key') },
    }), 'Rollout').spec.template.spec.initContainers;

    expect(log.args.filter((arg: string) => /^--(column|hash)=/.test(arg))).toEqual([
      '--column=amount', '--column=country', '--column=score', '--column=branch', '--hash=card',
    ]);
  });

  test('drift compares with what the champion was trained on, which the registry of the stack knows, or with what its user says', () => {
    const { drift } = fullStackProps();
    const referenceOf = (manifests: any[]) => objectOf(manifests, 'CronJob').spec.jobTemplate.spec.template.spec.initContainers[0].args
      .filter((arg: string) => /^--re(ference|gistry)/.test(arg));
    const file = DriftReference.file('s3://acme-models/reference/fraud-detection/v2.1.0/features.parquet', 'a'.repeat(64));
    const registry = StackRegistry.existing(ModelRegistry.fromMlflowUrl('http://mlflow.ml.svc:5000'), NetworkPeer.namespace('ml', 5000));
    const ofServer = synth({ registry, release: aRelease({ version: '7' }) });

    expect(referenceOf(synth())).toEqual(['--reference-of=champion', '--registry=s3://acme-models']);
    expect(referenceOf(ofServer)).toEqual(['--reference-of=champion', '--registry=http://mlflow.ml.svc:5000']);
    expect(egressOf(ofServer, 'fraud-drift')).toEqual(expect.arrayContaining([expect.objectContaining({
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ml' } } }],
    })]));
    expect(referenceOf(synth({ drift: { ...drift, reference: file } }))).toEqual([
      '--reference=s3://acme-models/reference/fraud-detection/v2.1.0/features.parquet', `--reference-sha256=${'a'.repeat(64)}`,
    ]);
  });

  test('drift starts the pipeline of the stack, from the day on which somebody gave evidence', () => {
    const { drift } = fullStackProps();
    const settingsOf = (manifests: any[]) => JSON.parse(manifests.find(({ kind, data }) => kind === 'ConfigMap' && data['retrain-0.json']).data['retrain-0.json']);
    const retraining = { evidence: 'accuracy fell', enabledSince: '2026-04-01', coolDown: Duration.hours(6), maximumPerWeek: 5 };
    const manifests = synth({ drift: { ...drift, retraining } });

    expect(settingsOf(manifests)).toMatchObject({ enabled: true, coolDownSeconds: 21_600, maximumPerWeek: 5 });
    expect(settingsOf(manifests).trigger.manifest.spec.workflowTemplateRef).toEqual({ name: pipelineOf(manifests).metadata.name });
    expect(settingsOf(synth())).toMatchObject({ enabled: false });
  });

  test('training, server and gate see one schema of the features', () => {
    const featureSchema = FeatureSchema.fromFile(SCHEMA_FILE);
    const { training } = fullStackProps();
    const release = aRelease({ featureSchemaSha256: featureSchema.sha256 });
    const stack = stackOf({ training: { ...training, program: { ...training.program, featureSchema } }, release });
    const manifests = Testing.synth(stack);
    const trained = manifests.filter(({ kind }) => kind === 'ConfigMap').map(({ data }) => data['feature-schema.json']).filter((content) => content !== undefined);

    expect(trained).toEqual([featureSchema.content]);
    expect(objectOf(manifests, 'Rollout').spec.template.metadata.annotations['cdk8s-mlops.io/feature-schema']).toBe(featureSchema.content);
    expect(Findings.of(stack).list().map(({ ruleId }) => ruleId)).not.toContain('stacks/no-feature-schema');
  });

  test('who needs the bucket reaches it, and is told where it is', () => {
    const manifests = synth();

    for (const name of ['fraud-serving', 'fraud-pipeline-trainer', 'fraud-pipeline-promoter', 'fraud-drift']) {
      expect(egressOf(manifests, name).filter((rule) => rule.to?.[0]?.ipBlock?.cidr === '10.20.0.0/24')).toEqual([TO_STORAGE]);
    }
    expect(environmentOf(templateOf(manifests, 'train').container)).toMatchObject({ AWS_REGION: 'eu-central-1' });
  });

  test('an object store of one\'s own is asked by its address, with its keys', () => {
    const keys = { accessKeyId: SecretRef.existing('minio', 'user'), secretAccessKey: SecretRef.existing('minio', 'password') };
    const reachedAt = NetworkPeer.pods({ namespace: 'storage', labels: { app: 'minio' }, ports: [9000] });
    const manifests = synth({ storage: { uri: 's3://models/risk/', endpointUrl: 'http://minio.storage.svc:9000', reachedAt, ...keys } });
    const told = { AWS_ENDPOINT_URL_S3: 'http://minio.storage.svc:9000', AWS_ACCESS_KEY_ID: { name: 'minio', key: 'user' } };
    const { spec } = objectOf(manifests, 'Rollout').spec.template;

    for (const container of [...spec.initContainers, templateOf(manifests, 'train').container, templateOf(manifests, 'promote').container]) {
      expect(environmentOf(container)).toMatchObject(told);
    }
    expect(templateOf(manifests, 'train').outputs.artifacts[0].s3).toEqual({
      endpoint: 'minio.storage.svc:9000',
      insecure: true,
      bucket: 'models',
      key: 'risk/models/fraud-detection/candidates/runs/{{workflow.uid}}/model.tgz',
      accessKeySecret: { name: 'minio', key: 'user' },
      secretKeySecret: { name: 'minio', key: 'password' },
    });
  });

  test('the way back is one call, which stands first in the report', () => {
    const stack = stackOf();

    expect(collectFacts(stack).rollbackCalls[0]).toBe(stack.rollback);
    expect(stack.rollback?.command).toContain('workflowtemplate/fraud-detection-rollback');
  });

  test('an API server that is named is all that trainings and their start reach of the ports of one', () => {
    const manifests = synth({ apiServer: NetworkPeer.cidr('10.0.0.1/32', 443, 6443) });
    const cidrs = manifests.filter(({ kind }) => kind === 'NetworkPolicy').flatMap(({ spec }) => spec.egress)
      .flatMap(({ to, ports }: any) => (ports?.some(({ port }: any) => port === 6443) ? to.map(({ ipBlock }: any) => ipBlock.cidr) : []));

    expect(new Set(cidrs)).toEqual(new Set(['10.0.0.1/32']));
  });

  test('in staging, a rollback of the Rollout is practised and watched', () => {
    const platform = PlatformProfile.of({
      metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), mesh: MeshMode.istioSidecar({ cni: true }), environment: Environment.STAGING,
    });
    const stack = stackOf({ platform, drill: { fault: { variable: 'FAULT', value: 'errors' }, schedule: '0 9 * * 1' } });
    const drill = Testing.synth(stack).find(({ kind, metadata }) => kind === 'CronJob' && metadata.name === stack.drill!.cronJobName);

    expect(drill.spec.schedule).toBe('0 9 * * 1');
    expect(JSON.stringify(drill.spec.jobTemplate)).toContain(stack.serving.rollout!.rolloutName);
    expect(stack.monitoring.segments).toContain(stack.drill);
  });

  test('a gateway leads to the versions of the canary, and is let in beside the callers', () => {
    const gateway = { hosts: ['fraud.example.com'], tls: GatewayTls.fromSecret('fraud-tls'), ingress: Ingress.istio(), paths: ['/v2/models/fraud-detection'] };
    const manifests = synth({ gateway, callers: [NetworkPeer.namespace('checkout')] });
    const routes = manifests.filter(({ kind }) => kind === 'VirtualService').flatMap(({ spec }) => spec.http.map(({ match }: any) => match?.map(({ uri }: any) => uri)));
    const { spec } = manifests.find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name.startsWith('fraud-serving'));

    expect(routes).toEqual([undefined, [{ exact: '/v2/models/fraud-detection' }, { prefix: '/v2/models/fraud-detection/' }]]);
    expect(spec.ingress.slice(1).map(({ from }: any) => from[0].namespaceSelector.matchLabels['kubernetes.io/metadata.name'])).toEqual(['checkout', 'istio-ingress']);
    expect(synth({ gateway: { ...gateway, paths: undefined } }).filter(({ kind }) => kind === 'VirtualService')[1].spec.http[0].match)
      .toEqual([{ uri: { prefix: '/' } }]);
  });

  test('everything is watched: requests, objectives, the rollout, drift, and what its user adds', () => {
    const kpi = new BusinessKpiSegment({ kpis: [{ query: MetricQuery.promql({ expr: 'sum(kube_pod_info)', title: 'pods of the cluster' }) }] });

    expect(stackOf({ segments: [kpi] }).monitoring.segments.map(({ segmentName }) => segmentName)).toEqual([
      'Requests', 'Service level objectives', 'Availability', 'Saturation', 'Rollout', 'Drift', 'Business',
    ]);
  });
});

describe('the registry', () => {
  const database = MlflowDatabase.postgres(SecretRef.existing('mlflow-db', 'uri'), NetworkPeer.cidr('10.30.0.0/24', 5432));
  const image = ImageRef.fromDigest('ghcr.io/mlflow/mlflow', DIGEST);

  test('is an MLflow server beside the model, which everybody who moves versions reaches', () => {
    const stack = stackOf({ registry: StackRegistry.mlflowServer({ image, database, auth: MlflowAuth.none('a namespace of one team') }), release: aRelease({ version: '7' }) });
    const manifests = Testing.synth(stack);
    const server = objectOf(manifests, 'Deployment').spec.template.spec.containers[0];
    const toServer = { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'fraud' } }, podSelector: { matchLabels: { 'app.kubernetes.io/name': 'mlflow', 'app.kubernetes.io/component': 'server' } } }] };

    expect(server.args).toContain('--artifacts-destination=s3://acme-models/mlflow');
    expect(environmentOf(templateOf(manifests, 'train').container)).toMatchObject({ MLFLOW_TRACKING_URI: 'http://mlflow.fraud.svc:5000' });
    for (const name of ['fraud-serving', 'fraud-pipeline-trainer', 'fraud-pipeline-promoter']) {
      expect(egressOf(manifests, name)).toEqual(expect.arrayContaining([expect.objectContaining(toServer)]));
    }
    expect(objectOf(manifests, 'Rollout').spec.template.spec.initContainers[0].args[0]).toBe('--model-uri=models:/fraud-detection/7');
    expect(stack.mlflow?.url).toBe('http://mlflow.fraud.svc:5000');
    expect(collectFacts(stack).present).toContain('Experiment tracking (MLflow)');
  });

  test('is one that exists, by its address', () => {
    const manifests = synth({
      registry: StackRegistry.existing(ModelRegistry.fromMlflowUrl('http://mlflow.mlops.svc:5000'), NetworkPeer.namespace('mlops', 5000)),
      release: aRelease({ version: '7' }),
    });

    expect(environmentOf(templateOf(manifests, 'register').container)).toMatchObject({ MLFLOW_TRACKING_URI: 'http://mlflow.mlops.svc:5000' });
    expect(manifests.filter(({ kind }) => kind === 'Deployment')).toEqual([]);
    expect(egressOf(manifests, 'fraud-pipeline-promoter')).toEqual(expect.arrayContaining([
      expect.objectContaining({ to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'mlops' } } }] }),
    ]));
  });

  test('that tracks runs without a need is a finding, and with one a sentence of the report', () => {
    const registry = StackRegistry.existing(ModelRegistry.fromMlflowUrl('http://mlflow.mlops.svc:5000'), NetworkPeer.namespace('mlops', 5000));
    const release = aRelease({ version: '7' });
    const asked = stackOf({ registry, release, needs: { tracking: 'six people train every week' } });

    expect(Findings.of(stackOf({ registry, release })).list().filter(({ path }) => path === 'fraud').map(({ message }) => message))
      .toEqual(['there is MLflow, and nobody said who trains how often']);
    expect(collectFacts(asked).notes).toContain('There is experiment tracking, because six people train every week.');
  });
});

describe('who promotes', () => {
  const platform = PlatformProfile.of({
    metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), mesh: MeshMode.istioSidecar({ cni: true }), gitOps: GitOps.argoCd(),
  });

  test('people do under GitOps: the pipeline ends with the challenger, and the report says what follows', () => {
    const stack = stackOf({ platform, promotion: StackPromotion.byPeople('CI commits the record') });

    expect(Testing.synth(stack).filter(({ kind }) => kind === 'WorkflowTemplate')
      .flatMap(({ spec }) => spec.templates.map(({ name }: any) => name))).not.toContain('release');
    expect(collectFacts(stack).notes).toContain('What passed its gate is promoted by people: CI commits the record.');
    expect(stack.rollback).toBeUndefined();
  });

  test('the pipeline does without GitOps, and the report says that the record in Git does not know', () => {
    const noted = (stack: FullStack) => collectFacts(stack).notes.filter((note) => note.startsWith('What is live changes in the cluster'));

    expect(noted(stackOf({}))).toEqual([
      'What is live changes in the cluster, and releases/fraud-detection.json stays as it is: whoever applies these manifests again puts its version back. '
      + 'Under GitOps, StackPromotion.byCommit() changes both.',
    ]);
    expect(noted(stackOf({ platform, promotion: StackPromotion.byPeople('CI commits the record') }))).toEqual([]);
  });

  test('the pipeline does under GitOps, by commits to a branch, and goes back by them', () => {
    const secret = (key: string) => SecretRef.existing('git', key);
    const branch = ReleaseBranch.https('https://git.example.com/team/deployments.git', { username: secret('username'), password: secret('password') });
    const stack = stackOf({ platform, promotion: StackPromotion.byCommit(branch) });
    const manifests = Testing.synth(stack);

    expect(templateOf(manifests, 'release').container.args).toContain('--git=https://git.example.com/team/deployments.git');
    expect(manifests.flatMap(({ kind, rules }) => (kind === 'Role' ? rules : [])).filter(({ resources }) => resources.includes('rollouts'))
      .flatMap(({ verbs }) => verbs)).toEqual(['get']);
    expect(stack.rollback?.staysUnderGitOps).toBe(true);
  });

  test('the pipeline waits as long as its user says', () => {
    expect(templateOf(synth({ promotion: StackPromotion.automatic(Duration.hours(5)) }), 'release').container.args).toContain('--within=18000');
  });

  test('a strategy of its user\'s own is taken as it is', () => {
    const stack = stackOf({ strategy: RolloutStrategy.rollingUpdate(), promotion: StackPromotion.byPeople('by hand') });

    expect(Testing.synth(stack).filter(({ kind }) => ['Deployment', 'Rollout'].includes(kind)).map(({ kind }) => kind)).toEqual(['Deployment']);
    expect(Findings.of(stack).list().map(({ ruleId }) => ruleId)).not.toContain('stacks/canary-without-traffic');
  });
});

test('every duration of the loop can be set, so that a test of it takes minutes', () => {
  const { drift, training } = fullStackProps();
  const manifests = synth({
    scrapeInterval: Duration.seconds(1),
    canary: {
      stages: [{ weight: 50, duration: Duration.seconds(20) }, { weight: 100, duration: Duration.seconds(20) }],
      analysis: { interval: Duration.seconds(2), window: Duration.seconds(10) },
    },
    drift: { ...drift, schedule: '* * * * *', window: Duration.minutes(5), minimumSamples: 100, deadline: Duration.minutes(2), staleAfter: Duration.minutes(5) },
    training: { ...training, deadline: Duration.minutes(5), approvalWithin: Duration.minutes(1) },
    promotion: StackPromotion.automatic(Duration.minutes(3)),
    predictionLog: { flushEvery: Duration.seconds(1) },
  });

  expect(manifests.filter(({ kind }) => kind === 'AnalysisTemplate').flatMap(({ spec }) => spec.metrics.map(({ interval, initialDelay, count }: any) => [initialDelay, interval, count]))).toEqual([
    ['11s', '2s', 5], ['11s', '2s', 5], [undefined, '2s', 11], [undefined, '2s', 11],
  ]);
  expect(objectOf(manifests, 'CronJob').spec).toMatchObject({ schedule: '* * * * *', jobTemplate: { spec: { activeDeadlineSeconds: 120 } } });
  expect(pipelineOf(manifests).spec.activeDeadlineSeconds).toBe(300 + 60 + 180);
});

test('a stack whose parts all have a reason has nothing to mend', () => {
  const featureSchema = FeatureSchema.fromFile(SCHEMA_FILE);
  const { training } = fullStackProps();
  const stack = stackOf({
    customerFacing: true,
    canary: { guardrails: [Guardrail.errorRatioBelow(0.01)] },
    needs: { requestsPerSecond: 40, drift: 'accuracy fell in March', canary: 'a wrong answer costs a customer' },
    training: { ...training, program: { ...training.program, featureSchema } },
    release: aRelease({ featureSchemaSha256: featureSchema.sha256 }),
  });

  expect(Findings.of(stack).list().filter(({ ruleId }) => ruleId.startsWith('stacks/'))).toEqual([]);
  expect(collectFacts(stack).notes).toContain('There is a canary, because a wrong answer costs a customer.');
});
