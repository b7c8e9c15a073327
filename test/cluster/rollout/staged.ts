import { ChildProcess, execFileSync, spawn } from 'child_process';
import { createHash } from 'crypto';
import { readFileSync, rmSync, writeFileSync, mkdtempSync } from 'fs';
import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { Chart, Duration, Testing } from 'cdk8s';
import { parse } from 'yaml';
import {
  AnalysisOptions, Findings, ImageRef, IStagedServing, Knative, KnativeServing, KnativeTraffic, KserveMode, KserveServing, MetricsBackend,
  NetworkPeer, PlatformProfile, RuntimeImage, StagedTraffic, TrafficRouter,
} from '../../../src';
import { aRelease, DIGEST, OTHER_DIGEST } from '../../support/fixtures';
import { knativeProps, kserveProps, onePortServer, someScaling } from '../../support/serving-by-others';
import { Cluster } from '../harness/cluster';
import { objectionsTo } from '../harness/describe';
import { actAs, runtimeEnvironment } from '../harness/runtime-process';
import { KNATIVE } from '../harness/simulated-knative';

/** What each kind of object is called, in which the shares stand. */
export type Kind = 'knative' | 'kserve' | 'istio' | 'gateway-api';

/** Seconds of a stage, and of the wait for its first measurement at the first one. */
export const STAGE_SECONDS = 4;

/** Answers queries with what a test says of the version that they select. */
export class FakePrometheus {
  /** Starts to listen. */
  public static async start(): Promise<FakePrometheus> {
    const prometheus = new FakePrometheus();
    await new Promise<void>((resolve) => prometheus.server.listen(0, '127.0.0.1', resolve));
    return prometheus;
  }

  /** Answers by namespace: the value of every series, or nothing. */
  public readonly says = new Map<string, number | undefined>();
  /** Versions that were asked for, by namespace. */
  public readonly asked = new Map<string, Set<string>>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (data) => (body += data)).on('end', () => {
        const query = new URLSearchParams(body).get('query') ?? '';
        const [, namespace] = /namespace="([^"]*)"/.exec(query) ?? [];
        const [, version] = /rollouts_pod_template_hash="([^"]*)"/.exec(query) ?? [];
        this.asked.set(namespace, (this.asked.get(namespace) ?? new Set()).add(version));
        const value = this.says.get(namespace);
        const result = value === undefined ? [] : [{ metric: {}, value: [Date.now() / 1000, `${value}`] }];
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
      });
    });
  }

  /** Where it is asked. */
  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends it. */
  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** How a run ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** A run of `mlops stage`. */
export class Run {
  /** Resolves when it has ended. */
  public readonly ended: Promise<Ended>;

  public constructor(private readonly child: ChildProcess) {
    let output = '';
    [child.stdout!, child.stderr!].forEach((stream) => stream.on('data', (data) => (output += data)));
    this.ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, output })));
  }

  /** Sends a signal. */
  public kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}

/** A model of two versions on the bench, and the rights and settings with which the second one is staged. */
export class Staged {
  /** Applies both versions, as the rendered manifests say. */
  public static async open(
    cluster: Cluster, prometheus: FakePrometheus, python: string, kind: Kind, analysis: AnalysisOptions = {},
  ): Promise<Staged> {
    const namespace = await cluster.namespace();
    prometheus.says.set(namespace, 0.001);
    const staged = new Staged(cluster, prometheus, python, kind, namespace, analysis);
    try {
      await staged.prepare();
    } catch (error) {
      staged.close();
      throw error;
    }
    return staged;
  }

  /** Name of the new version, by which its series are selected. */
  public candidate = '';
  private readonly folder = mkdtempSync(join(tmpdir(), 'cdk8s-mlops-staged-'));
  private object: any;
  private fresh: any;
  private champion?: string;
  private readonly knative = new AbortController();

  private constructor(
    private readonly cluster: Cluster, public readonly prometheus: FakePrometheus, private readonly python: string, private readonly kind: Kind,
    public readonly namespace: string, private readonly analysis: AnalysisOptions,
  ) {
    if (kind === 'knative' || kind === 'kserve') {void this.standInForKnative();}
  }

  /** Ends what stands in for Knative. */
  public close(): void {
    this.knative.abort();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What the new version's numbers are from now on; nothing for no data. */
  public says(value: number | undefined): void {
    this.prometheus.says.set(this.namespace, value);
  }

  /** Starts the command with the rights of the rendered ServiceAccount. */
  public start(...args: string[]): Run {
    return new Run(spawn(this.python, ['-m', 'cdk8s_mlops_runtime', 'stage', `--settings=${join(this.folder, 'settings.json')}`, ...args], {
      env: runtimeEnvironment(this.folder),
    }));
  }

  /** The object as it is now. */
  public live(): Promise<any> {
    return this.cluster.get(this.object);
  }

  /** Share of the new version as it stands in the object, in percent. */
  public async share(): Promise<number> {
    const { spec } = await this.live();
    switch (this.kind) {
      case 'knative': return sum(spec.traffic.filter(({ revisionName }: any) => (revisionName ?? this.candidate) === this.candidate).map(({ percent }: any) => percent ?? 0));
      case 'kserve': return spec.predictor.canaryTrafficPercent ?? 100;
      case 'istio': return spec.http[0].route[1].weight;
      default: return spec.rules[0].backendRefs[1].weight;
    }
  }

  /** What the annotation says. */
  public async state(): Promise<any> {
    return JSON.parse((await this.live()).metadata.annotations['cdk8s-mlops.io/stage']);
  }

  /** Waits until the new version has a share. */
  public async untilShare(weight: number): Promise<void> {
    await this.cluster.eventually(`a share of ${weight} %`, async () => {
      const share = await this.share();
      return share === weight || `it is ${share} %`;
    }, 120);
  }

  /** As it was when the new version had arrived, and nothing was staged. */
  public async reset(): Promise<void> {
    this.says(0.001);
    const path = await this.cluster.server.pathOf(this.object);
    const body = { metadata: { annotations: { 'cdk8s-mlops.io/stage': null } }, spec: this.fresh };
    const { status, body: answer } = await this.cluster.server.call('PATCH', path, { body, contentType: 'application/merge-patch+json' });
    if (status !== 200) {throw new Error(`the object cannot be put back: ${answer.message}`);}
    if (this.kind === 'kserve') {
      await this.cluster.eventually('the way back to the first revision', async () => {
        const { status: { components: { predictor } } } = await this.live();
        return predictor.latestRolledoutRevision !== this.candidate || JSON.stringify(predictor);
      }, 60);
    }
  }

  /** What the API server says to a request with the rights of the Job. */
  public async asJob(method: string, path: string): Promise<number> {
    const { clusters: [{ cluster: { server } }], users: [{ user: { token } }] } = parse(readFileSync(join(this.folder, 'kubeconfig'), 'utf8'));
    const output = execFileSync('curl', ['-sk', '-o', '/dev/null', '-w', '%{http_code}', '-X', method, '-H', `Authorization: Bearer ${token}`, `${server}${path}`], { encoding: 'utf8' });
    return Number(output);
  }

  /** Path of the object with the shares. */
  public path(): Promise<string> {
    return this.cluster.server.pathOf(this.object);
  }

  /** Both versions, one after the other, and what the command needs. */
  private async prepare(): Promise<void> {
    const { kind } = this;
    if (kind === 'knative' || kind === 'kserve') {
      const first = this.write('v1.0.0', undefined);
      await this.apply(first.manifests);
      await this.untilServed(first.subject);
    }
    const { manifests, subject } = this.write('v2.0.0', this.champion);
    await this.apply(manifests);
    this.settle(manifests);
    await this.authorize(manifests);
    this.candidate = await this.untilReady(subject);
  }

  private write(version: string, championRevision: string | undefined): { manifests: any[]; subject: string } {
    const chart = new Chart(Testing.app(), 'fraud', { namespace: this.namespace });
    const platform = PlatformProfile.of({
      metrics: MetricsBackend.prometheus({ url: this.prometheus.url, namespace: 'monitoring' }), knative: Knative.serving({ ingress: NetworkPeer.namespace('kourier-system') }),
    });
    const release = aRelease({ version, previousVersion: championRevision === undefined ? undefined : 'v1.0.0' });
    const serving = this.servingOf(chart, { release, platform, server: onePortServer() }, championRevision);
    const stages = new StagedTraffic(chart, 'Stages', {
      serving,
      platform,
      runtime: RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: DIGEST }),
      stages: [5, 25, 50, 100].map((weight) => ({ weight, duration: Duration.seconds(STAGE_SECONDS) })),
      analysis: { interval: Duration.seconds(1), window: Duration.seconds(2), scrapeInterval: Duration.seconds(1), ...this.analysis },
    });
    Findings.of(stages).acknowledge('rollout/staged-unwatched', 'the test answers for Prometheus');
    if (this.kind === 'kserve') {Findings.of(serving).acknowledge('kserve/stage-makes-revisions', 'the bench names the annotation');}
    return { manifests: Testing.synth(chart), subject: serving instanceof KnativeServing ? serving.revisionName : version };
  }

  private servingOf(chart: Chart, own: any, championRevision: string | undefined): IStagedServing {
    const challenger = { release: aRelease({ version: 'v2.2.0' }), image: ImageRef.fromDigest('registry.example.com/fraud/server', OTHER_DIGEST) };
    const standard = (router: any) => new KserveServing(chart, 'Serving', kserveProps({ ...own, mode: KserveMode.standard({ stages: { router, challenger } }) }));
    switch (this.kind) {
      case 'knative': {
        const traffic = championRevision === undefined ? KnativeTraffic.latest() : KnativeTraffic.challenge({ championRevision });
        return new KnativeServing(chart, 'Serving', knativeProps({ ...own, traffic }));
      }
      case 'kserve': return new KserveServing(chart, 'Serving', kserveProps({ ...own, mode: KserveMode.knative({ scaling: someScaling, canaryTrafficPercent: 0 }) }));
      case 'istio': return standard(TrafficRouter.istio());
      default: return standard(TrafficRouter.gatewayApi({ gateways: [{ gatewayName: 'public' }] }));
    }
  }

  /** All but the Job, whose program the tests run themselves. */
  private async apply(manifests: any[]): Promise<void> {
    for (const manifest of manifests.filter(({ kind }) => kind !== 'Job')) {
      const objections = objectionsTo(await this.cluster.apply(manifest));
      if (objections.length > 0) {throw new Error(`${manifest.kind} ${manifest.metadata.name}: ${objections.join('\n')}`);}
    }
  }

  private settle(manifests: any[]): void {
    const kind = { 'knative': 'Service', 'kserve': 'InferenceService', 'istio': 'VirtualService', 'gateway-api': 'HTTPRoute' }[this.kind];
    this.object = manifests.find((manifest) => manifest.kind === kind && (kind !== 'Service' || manifest.apiVersion === KNATIVE));
    const { spec } = this.object;
    this.fresh = { 'knative': { traffic: spec.traffic }, 'kserve': { predictor: { canaryTrafficPercent: 0 } }, 'istio': { http: spec.http }, 'gateway-api': { rules: spec.rules } }[this.kind];
    const own = manifests.find(({ kind: each, data }) => each === 'ConfigMap' && data['settings.json']);
    writeFileSync(join(this.folder, 'settings.json'), own.data['settings.json']);
  }

  /** A kubeconfig with a token of the rendered ServiceAccount. */
  private async authorize(manifests: any[]): Promise<void> {
    const { subjects: [{ name }] } = manifests.find(({ kind }) => kind === 'RoleBinding');
    await actAs(this.cluster, this.namespace, name, this.folder);
  }

  private async untilServed(subject: string): Promise<void> {
    const name = this.kind === 'knative' ? 'fraud-detection' : 'fraud-detection-predictor';
    await this.cluster.eventually('the first revision', async () => {
      const service = await this.cluster.get({ apiVersion: KNATIVE, kind: 'Service', metadata: { name, namespace: this.namespace } });
      this.champion = service.status?.latestReadyRevisionName;
      return this.champion !== undefined && (this.kind === 'kserve' || this.champion === subject);
    }, 60);
    if (this.kind === 'kserve') {
      const isvc = { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', metadata: { name: 'fraud-detection', namespace: this.namespace } };
      await this.cluster.eventually('that KServe knows it', async () => (await this.cluster.get(isvc)).status?.components?.predictor?.latestRolledoutRevision === this.champion, 60);
    }
  }

  /** Name of the new version, once it can answer. */
  private async untilReady(subject: string): Promise<string> {
    let found = subject;
    await this.cluster.eventually('that the new version is ready', async () => {
      const live = await this.live();
      switch (this.kind) {
        case 'knative': return live.status?.latestReadyRevisionName === subject;
        case 'kserve': {
          found = live.status?.components?.predictor?.latestReadyRevision;
          return found !== this.champion;
        }
        default: return true;
      }
    }, 60);
    if (this.kind !== 'knative' && this.kind !== 'kserve') {
      found = JSON.parse(readFileSync(join(this.folder, 'settings.json'), 'utf8')).shares.candidate.version;
    }
    return found;
  }

  /** What Knative's controllers do to the status of a Service: each template is a revision, which is ready at once. */
  private async standInForKnative(): Promise<void> {
    while (!this.knative.signal.aborted) {
      const services = await this.cluster.list(KNATIVE, 'Service', this.namespace).catch(() => []);
      for (const service of services) {
        const { metadata: { name, generation }, spec: { template, traffic = [] }, status = {} } = service;
        const revision = template.metadata?.name ?? `${name}-${createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 8)}`;
        const targets = (traffic.length > 0 ? traffic : [{ latestRevision: true, percent: 100 }])
          .map((target: any) => ({ ...target, revisionName: target.revisionName ?? revision, latestRevision: target.latestRevision ?? true }));
        const next = {
          observedGeneration: generation,
          latestCreatedRevisionName: revision,
          latestReadyRevisionName: revision,
          traffic: targets,
          url: `http://${name}.${this.namespace}.example.com`,
          address: { url: `http://${name}.${this.namespace}.svc.cluster.local` },
          conditions: ['ConfigurationsReady', 'Ready', 'RoutesReady'].map((type) => ({ type, status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' })),
        };
        if (JSON.stringify({ ...status, conditions: 0 }) !== JSON.stringify({ ...status, ...next, conditions: 0 })) {
          const path = await this.cluster.server.pathOf({ apiVersion: KNATIVE, kind: 'Service', metadata: { name, namespace: this.namespace } });
          await this.cluster.server.call('PATCH', `${path}/status`, { body: { status: next }, contentType: 'application/merge-patch+json' });
        }
      }
      await sleep(200);
    }
  }
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
