import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Cluster } from './harness/cluster';
import { DigestEnforcement, DigestPolicy, MlopsApp } from '../../src';
import { DIGEST } from '../support/fixtures';

const PINNED = `registry.example.com/fraud/server@${DIGEST}`;
const TAGGED = 'registry.example.com/fraud/server:1.4';
const SIDECAR = 'docker.io/istio/proxyv2:1.31.1';
const REFUSAL = `images without a digest: ${TAGGED}; name them as <repository>@sha256:<digest>`;

const cluster = new Cluster();
let refusing: string;
let warning: string;
let free: string;
let policies = 0;

beforeAll(async () => {
  [refusing, warning, free] = [await cluster.namespace(), await cluster.namespace(), await cluster.namespace()];
  await applyPolicy((scope) => new DigestPolicy(scope, 'Refused', { namespaces: [refusing], exemptRepositories: ['docker.io/istio/proxyv2'] }));
  await applyPolicy((scope) => new DigestPolicy(scope, 'Warned', { namespaces: [warning], enforcement: DigestEnforcement.WARN }));
  // a policy takes effect a moment after it was accepted
  await cluster.eventually('a refusal', async () => (await cluster.dryRun(pod(TAGGED), refusing)).status === 403);
  await cluster.eventually('a warning', async () => (await cluster.dryRun(pod(TAGGED), warning)).warnings.length > 0);
});

describe('a pod', () => {
  test('with a digest is let in', async () => {
    expect(await cluster.dryRun(pod(PINNED), refusing)).toMatchObject({ status: 201, warnings: [] });
  });

  test.each<[string, any]>([
    ['its container', pod(TAGGED)],
    ['one of its containers', pod(PINNED, TAGGED)],
    ['an init container', pod(PINNED, { initContainers: [container('init', TAGGED)] })],
    ['a native sidecar', pod(PINNED, { initContainers: [{ ...container('sidecar', TAGGED), restartPolicy: 'Always' }] })],
    ['an image volume', pod(PINNED, { volumes: [{ name: 'model', image: { reference: TAGGED } }] })],
  ])('with a tag in %s is refused', async (_where, object) => {
    const { status, body } = await cluster.dryRun(object, refusing);

    expect(status).toBe(403);
    expect(body.message).toContain(REFUSAL);
  });

  test('with the sidecar of a mesh is let in, whose repository is exempt', async () => {
    expect(await cluster.dryRun(pod(PINNED, SIDECAR), refusing)).toMatchObject({ status: 201, warnings: [] });
  });

  test('with a container that is only called like the sidecar is refused', async () => {
    const { status } = await cluster.dryRun(pod(PINNED, { initContainers: [container('istio-proxy', TAGGED)] }), refusing);

    expect(status).toBe(403);
  });

  test('with an image volume by digest is let in', async () => {
    expect(await cluster.dryRun(pod(PINNED, { volumes: [{ name: 'model', image: { reference: PINNED } }] }), refusing)).toMatchObject({ status: 201 });
  });

  test('elsewhere is not judged', async () => {
    expect(await cluster.dryRun(pod(TAGGED), free)).toMatchObject({ status: 201, warnings: [] });
  });

  test('where the policy only warns is let in with a warning', async () => {
    const { status, warnings } = await cluster.dryRun(pod(TAGGED), warning);

    expect(status).toBe(201);
    expect(warnings).toEqual([expect.stringContaining(REFUSAL)]);
  });
});

describe('an ephemeral container', () => {
  const debug = (image: string) => ({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'running' }, spec: { ephemeralContainers: [{ ...container(`debug-${image.length}`, image), resources: undefined }] },
  });

  beforeAll(async () => {
    expect(await cluster.create({ ...pod(PINNED), metadata: { name: 'running' } }, refusing)).toMatchObject({ status: 201 });
  });

  test.each<[string, string, number]>([['a tag', TAGGED, 403], ['a digest', PINNED, 200]])('with %s in a running pod', async (_what, image, status) => {
    const answer = await cluster.server.call('PATCH', `/api/v1/namespaces/${refusing}/pods/running/ephemeralcontainers`, {
      contentType: 'application/strategic-merge-patch+json', body: debug(image),
    });

    expect(answer.status).toBe(status);
    expect(answer.body.message ?? REFUSAL).toContain(REFUSAL);
  });
});

describe('a running pod that was there before', () => {
  test('can be changed in everything but its images', async () => {
    const name = await cluster.namespace();
    await cluster.create({ ...pod(TAGGED), metadata: { name: 'old' } }, name);
    await applyPolicy((scope) => new DigestPolicy(scope, 'Later', { namespaces: [name] }));
    await cluster.eventually('a refusal', async () => (await cluster.dryRun(pod(TAGGED), name)).status === 403);
    const change = (body: object) => cluster.server.call('PATCH', `/api/v1/namespaces/${name}/pods/old`, {
      contentType: 'application/strategic-merge-patch+json', body,
    });

    expect(await change({ metadata: { labels: { seen: 'yes' } } })).toMatchObject({ status: 200 });
    expect(await change({ spec: { containers: [{ name: 'c0', image: `${TAGGED}.1` }] } })).toMatchObject({ status: 403 });
    expect(await change({ spec: { containers: [{ name: 'c0', image: PINNED }] } })).toMatchObject({ status: 200 });
  });
});

describe('every kind that makes pods', () => {
  const template = (image: string) => ({ metadata: { labels: { app: 'kind' } }, spec: pod(image).spec });
  const selected = (image: string) => ({ selector: { matchLabels: { app: 'kind' } }, template: template(image) });
  const job = (image: string) => ({ template: { spec: { ...pod(image).spec, restartPolicy: 'Never' } } });

  test.each<[string, string, (image: string) => object]>([
    ['apps/v1', 'Deployment', selected],
    ['apps/v1', 'ReplicaSet', selected],
    ['apps/v1', 'StatefulSet', (image) => ({ ...selected(image), serviceName: 'kind' })],
    ['apps/v1', 'DaemonSet', selected],
    ['v1', 'ReplicationController', (image) => ({ selector: { app: 'kind' }, template: template(image) })],
    ['batch/v1', 'Job', job],
    ['batch/v1', 'CronJob', (image) => ({ schedule: '* * * * *', jobTemplate: { spec: job(image) } })],
    ['argoproj.io/v1alpha1', 'Rollout', (image) => ({ replicas: 1, strategy: { canary: {} }, ...selected(image) })],
  ])('%s %s gets pods with a digest, and none with a tag', async (apiVersion, kind, specOf) => {
    const name = await cluster.namespace();
    await applyPolicy((scope) => new DigestPolicy(scope, `For${kind}`, { namespaces: [name] }));
    await cluster.eventually('a refusal', async () => (await cluster.dryRun(pod(TAGGED), name)).status === 403);
    for (const [id, image] of [['pinned', PINNED], ['tagged', TAGGED]]) {
      expect(await cluster.create({ apiVersion, kind, metadata: { name: id }, spec: specOf(image) }, name)).toMatchObject({ status: 201 });
      if (kind === 'CronJob') {await trigger(name, id, job(image));}
    }

    await cluster.eventually('a pod with a digest, and a refusal', async () => {
      const images = await imagesIn(name);
      const refusals = (await cluster.list('v1', 'Event', name)).filter(({ reason, message }) => /^FailedCreate/.test(reason) && message.includes(REFUSAL));
      return (images.length > 0 && refusals.length > 0) || `pods with ${images.join(', ')}; ${refusals.length} refusals`;
    });
    expect(new Set(await imagesIn(name))).toEqual(new Set([PINNED]));
  });

  async function imagesIn(namespace: string): Promise<string[]> {
    return (await cluster.list('v1', 'Pod', namespace)).flatMap(({ spec }) => spec.containers.map(({ image }: any) => image));
  }

  /** As `kubectl create job --from` does: nobody waits for the clock. */
  async function trigger(namespace: string, name: string, spec: object): Promise<void> {
    const { metadata } = await cluster.get({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name } }, namespace);
    const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'CronJob', name, uid: metadata.uid, controller: true }];
    await cluster.create({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: `${name}-now`, ownerReferences }, spec }, namespace);
  }
});

async function applyPolicy(declare: (scope: Construct) => DigestPolicy): Promise<void> {
  const chart = new Chart(new MlopsApp(), `policy-${policies++}`);
  declare(chart);
  for (const object of chart.toJson()) {
    expect(await cluster.apply(object)).toMatchObject({ status: 201, warnings: [] });
  }
}

function container(name: string, image: string): any {
  return {
    name,
    image,
    resources: { requests: { cpu: '1m', memory: '1Mi' } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
}

/** A pod that the restricted standard lets in, with a container for each image. */
function pod(...parts: (string | object)[]): any {
  const images = parts.filter((part): part is string => typeof part === 'string');
  const rest = Object.assign({}, ...parts.filter((part) => typeof part === 'object'));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'judged' },
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: images.map((image, index) => container(`c${index}`, image)),
      ...rest,
    },
  };
}
