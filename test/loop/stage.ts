import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { MADE_BY_LOOP, MODEL, NAMESPACE } from './names';
import { address, BESIDE, BUCKET, CREDENTIALS, runPython, urlOf } from './servers';
import { closedLoop, PACE } from './synthesized';
import { Share } from './traffic';
import { goldenSet, Labelled, labelled, Season } from './world';
import type { Pace } from '../../examples/closed-loop/closed-loop';
import { Cluster } from '../cluster/harness/cluster';
import { objectionsTo } from '../cluster/harness/describe';
import { Prometheus } from '../cluster/harness/prometheus';
import { ExampleOutput } from '../support/example';

const ROOT = join(__dirname, '..', '..');
const PROGRAM = join(ROOT, 'examples', 'closed-loop', 'program');
const ENVIRONMENT = {
  ...CREDENTIALS,
  AWS_ENDPOINT_URL_S3: urlOf(BESIDE.objectStore),
  MLFLOW_TRACKING_URI: urlOf(BESIDE.mlflow),
  MLFLOW_DISABLE_TELEMETRY: 'true',
  PYTHONPATH: join(ROOT, 'runtime', 'src'),
  PYTHONDONTWRITEBYTECODE: '1',
};

/** The object store looks at nothing but the form of a signature. */
const ANYBODY = 'AWS4-HMAC-SHA256 Credential=loop/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0';

const labelledPayments = (seasons: Season[], kind: Labelled) => labelled(seasons, 6000, 5, kind);

/** With what a loop begins, where it is not as in the example. */
export interface Beginning {
  readonly golden?: string;
  /** What the first version learns from. */
  readonly first?: string;
  readonly pace?: Pace;
}

/** The world around the loop, and what people do before it begins. Afterwards nobody does anything but pay. */
export class Stage {
  public readonly prometheus = Prometheus.at(address(), BESIDE.prometheus.port);
  private readonly python = process.env.LOOP_PYTHON!;

  public constructor(public readonly cluster = new Cluster()) {}

  /** Names by which pods find what runs beside the cluster; the namespace of the model; its secrets. */
  public async prepare(): Promise<void> {
    for (const namespace of [...new Set(Object.values(BESIDE).map((each) => each.namespace))]) {
      await this.cluster.namespace(namespace, MADE_BY_LOOP);
    }
    await Promise.all(Object.values(BESIDE).map((each) => this.nameFor(each)));
    await this.cluster.namespace(NAMESPACE, MADE_BY_LOOP);
    await this.apply([{
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'object-store' },
      stringData: { 'access-key': CREDENTIALS.AWS_ACCESS_KEY_ID, 'secret-key': CREDENTIALS.AWS_SECRET_ACCESS_KEY },
    }, {
      // what stands beside the cluster is no pod, which a policy of the example could let in
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'beside-the-cluster' },
      spec: {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [{ ipBlock: { cidr: `${address()}/32` } }] }],
        egress: [{ to: [{ ipBlock: { cidr: `${address()}/32` } }] }],
      },
    }]);
  }

  /** Trains the first version as on a laptop, registers and promotes it, and applies the example. */
  public async begin(beginning: Beginning = {}): Promise<ExampleOutput> {
    const { golden = goldenSet(), first = labelledPayments([Season.USUAL], Labelled.GOOD), pace = PACE } = beginning;
    await this.put('reference/fraud-detection/golden.csv', golden);
    await this.learnFrom(first);
    const release = await this.firstVersion();
    const written = closedLoop({ goldenSet: golden, release, pace });
    const { manifests } = written;
    await this.prometheus.start({
      kubeconfig: process.env.KUBECONFIG!,
      podMonitors: manifests.filter(({ kind }) => kind === 'PodMonitor'),
      ruleGroups: manifests.filter(({ kind }) => kind === 'PrometheusRule').flatMap(({ spec }) => spec.groups),
      scrapeConfigs: [{ job_name: 'pushgateway', honor_labels: true, static_configs: [{ targets: [`${address()}:${BESIDE.pushgateway.port}`] }] }],
    });
    await this.apply(manifests);
    return written;
  }

  /** What labelled payments a training finds from now on. */
  public labelled(seasons: Season[], kind: Labelled): Promise<void> {
    return this.learnFrom(labelledPayments(seasons, kind));
  }

  /** The same, as a file. */
  public learnFrom(payments: string): Promise<void> {
    return this.put('labelled/fraud-detection/payments.csv', payments);
  }

  /** Waits until the version that was applied serves. */
  public async serves(): Promise<void> {
    await this.cluster.eventually('a Rollout that is Healthy', async () => {
      const [rollout] = await this.cluster.list('argoproj.io/v1alpha1', 'Rollout', NAMESPACE);
      return rollout?.status?.phase === 'Healthy' || `${rollout?.status?.phase}: ${rollout?.status?.message}`;
    }, 240);
  }

  /** How requests are shared out at this moment, as the VirtualService says. */
  public async shares(): Promise<Share[]> {
    const [{ spec }] = await this.cluster.list('networking.istio.io/v1', 'VirtualService', NAMESPACE);
    return Promise.all(spec.http[0].route.map(async ({ destination: { host, port }, weight }: any) => {
      const service = await this.cluster.get({ apiVersion: 'v1', kind: 'Service', metadata: { name: host } }, NAMESPACE);
      return { host: service.spec.clusterIP, port: port.number, weight: weight ?? 100 };
    }));
  }

  /** Runs a command of the runtime as a person would, with the rights of this machine. */
  public mlops(args: string[], cwd = tmpdir()): Promise<string> {
    return runPython(this.python, ['-m', 'cdk8s_mlops_runtime', ...args], { ...ENVIRONMENT, KUBECONFIG: process.env.KUBECONFIG }, cwd);
  }

  /** Runs a script with the Python of the servers. */
  public script(text: string): Promise<string> {
    return runPython(this.python, text, ENVIRONMENT);
  }

  private async firstVersion(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'first-version-'));
    try {
      const train = { MODEL_PATH: join(folder, 'model'), METRICS_PATH: join(folder, 'metrics.json'), ARCHITECTURE_PATH: join(folder, 'architecture.json'), REFERENCE_PATH: join(folder, 'reference'), DATA_SNAPSHOT_PATH: join(folder, 'snapshot') };
      await runPython(this.python, [join(PROGRAM, 'snapshot.py')], { ...ENVIRONMENT, ...train });
      const snapshot = readFileSync(train.DATA_SNAPSHOT_PATH, 'utf8');
      await runPython(this.python, [join(PROGRAM, 'train.py'), '--max_depth=8'], { ...ENVIRONMENT, ...train, DATA_SNAPSHOT: snapshot });
      await this.mlops([
        'register', MODEL, train.MODEL_PATH, '--git-commit=6dcb09b5b57875f334f61aebed695e2e4193db5e', `--data=${snapshot}`, '--trained-by=ada',
        '--parameter=max_depth=8', `--metrics=${train.METRICS_PATH}`, `--architecture=${train.ARCHITECTURE_PATH}`, `--reference=${train.REFERENCE_PATH}`,
        `--feature-schema=${join(PROGRAM, '..', 'schemas', 'payments.json')}`,
      ]);
      mkdirSync(join(folder, 'releases'));
      await this.mlops(['promote', MODEL, '--version=1', '--by=ada', '--without-gate=the first version', '--releases', join(folder, 'releases')]);
      return readFileSync(join(folder, 'releases', `${MODEL}.json`), 'utf8');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** What stands in the bucket under a key. */
  public async read(key: string): Promise<string> {
    const answer = await fetch(`${urlOf(BESIDE.objectStore)}/${BUCKET}/${key}`, { headers: { Authorization: ANYBODY } });
    if (!answer.ok) {throw new Error(`${key} cannot be read: ${answer.statusText}`);}
    return answer.text();
  }

  private async put(key: string, text: string): Promise<void> {
    const { ok, statusText } = await fetch(`${urlOf(BESIDE.objectStore)}/${BUCKET}/${key}`, { method: 'PUT', headers: { Authorization: ANYBODY }, body: text });
    if (!ok) {throw new Error(`${key} cannot be written: ${statusText}`);}
  }

  private async apply(manifests: any[]): Promise<void> {
    for (const manifest of manifests) {
      const objections = objectionsTo(await this.cluster.apply(manifest, NAMESPACE));
      if (objections.length > 0) {throw new Error(`${manifest.kind} ${manifest.metadata.name}: ${objections.join(', ')}`);}
    }
  }

  private async nameFor({ namespace, service, port }: { namespace: string; service: string; port: number }): Promise<void> {
    const metadata = { name: service, namespace };
    await this.cluster.apply({ apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ name: 'http', port, protocol: 'TCP' }] } });
    await this.cluster.apply({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': service } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port, protocol: 'TCP' }],
      endpoints: [{ addresses: [address()], conditions: { ready: true } }],
    });
  }
}
