import { setTimeout as sleep } from 'timers/promises';
import { MODEL, NAMESPACE } from './names';
import { BESIDE, urlOf } from './servers';
import { Stage } from './stage';
import { Share, Traffic, TrafficCount } from './traffic';

/** Something that happened, seconds after the beginning. */
export interface Happening {
  readonly at: number;
  readonly what: 'drift' | 'training' | 'gate' | 'rollout' | 'guardrails' | 'alias' | 'audit' | 'requests' | 'alert' | 'world';
  readonly text: string;
  /** Numbers to draw. */
  readonly values?: { [name: string]: number };
  /** Whom it happened to, where there are several: a run of the pipeline. */
  readonly subject?: string;
}

/** What is seen of the loop while nobody touches it: once a second it looks, and writes down what is new. */
export class History {
  public readonly happenings: Happening[] = [];
  /** All requests until now. */
  public readonly total: TrafficCount = { requests: 0, failures: {}, versions: {} };
  /** The audit trail, as the registry tells it at the end. */
  public trail: any[] = [];
  public readonly started = Date.now();
  private readonly seen = new Map<string, string>();
  private readonly alerting = new Set<string>();
  private readonly stopped = new AbortController();
  private watching: Promise<void> = Promise.resolve();

  public constructor(private readonly stage: Stage, private readonly traffic: Traffic, private readonly say: (line: string) => void) {}

  /** Begins to look, and to pass the shares of the VirtualService on to the customers. */
  public begin(): void {
    this.watching = this.watch();
  }

  public async end(): Promise<void> {
    this.stopped.abort();
    await this.watching;
  }

  /** Writes something down. */
  public note(what: Happening['what'], text: string, values?: Happening['values'], subject?: string): void {
    this.noteAt(Date.now(), { what, text, values, subject });
  }

  /** Writes down what happened at another time than now. */
  public noteAt(time: number, happening: Omit<Happening, 'at'>): void {
    const at = Math.round((time - this.started) / 1000);
    this.happenings.push({ at, ...happening });
    this.say(`${String(at).padStart(4)} s  ${happening.what.padEnd(10)}  ${happening.text}`);
  }

  /** Writes down the moves of the audit trail, each at its own time. */
  public noteMoves(trail: any[]): void {
    this.trail = trail;
    trail.forEach(({ at, move, version, by }) => this.noteAt(Math.max(Date.parse(at), this.started), { what: 'audit', text: `${move} ${version} by ${by}` }));
  }

  /** Waits until something of a kind was written down since an earlier moment. */
  public async until(what: Happening['what'], pattern: RegExp, seconds: number, since = 0): Promise<Happening> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(250)) {
      const found = this.happenings.slice(since).find((each) => each.what === what && pattern.test(each.text));
      if (found) {return found;}
    }
    throw new Error(`no ${what} that is like ${pattern} within ${seconds} s; the last ones: ${this.happenings.slice(-8).map(({ what: kind, text }) => `${kind} ${text}`).join('; ')}`);
  }

  private async watch(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      for (const look of [this.rollout, this.trainings, this.checks, this.aliases, this.alerts, this.requests]) {
        try {
          await look.call(this);
        } catch (error) {
          this.changed('trouble', `${look.name}: ${(error as Error).message}`, (text) => this.say(`        ${text}`));
        }
      }
      await sleep(1000);
    }
  }

  private changed(key: string, value: string, tell: (value: string) => void): void {
    if (this.seen.get(key) === value) {return;}
    this.seen.set(key, value);
    tell(value);
  }

  private async rollout(): Promise<void> {
    const shares = await this.stage.shares();
    this.traffic.share(shares);
    const [rollout] = await this.stage.cluster.list('argoproj.io/v1alpha1', 'Rollout', NAMESPACE);
    if (!rollout?.status) {return;}
    const version = rollout.spec.template.metadata.labels['app.kubernetes.io/version'];
    const weight = weightOf(shares);
    this.changed('rollout', `version ${version} ${rollout.status.phase}${rollout.status.abort ? ' aborted' : ''}, canary ${weight} %`, (text) => this.note('rollout', text, { weight }));
    for (const run of await this.stage.cluster.list('argoproj.io/v1alpha1', 'AnalysisRun', NAMESPACE)) {
      const results: any[] = run.status?.metricResults ?? [];
      if (!['Successful', 'Failed', 'Error', 'Inconclusive'].includes(run.status?.phase)) {continue;}
      const values = Object.fromEntries(results.map(({ name, measurements }) => [name, Number(/[\d.eE+-]+/.exec(measurements?.at(-1)?.value ?? '')?.[0])]));
      this.changed(`analysis ${run.metadata.name}`, `${run.status.phase}: ${Object.entries(values).map(([name, value]) => `${name} ${value}`).join(', ')}`,
        (text) => this.note('guardrails', text, values));
    }
  }

  private async trainings(): Promise<void> {
    for (const workflow of await this.stage.cluster.list('argoproj.io/v1alpha1', 'Workflow', NAMESPACE)) {
      const { name } = workflow.metadata;
      const { phase, nodes = {}, message } = workflow.status ?? {};
      for (const node of Object.values<any>(nodes).filter(({ type }) => type === 'Pod').sort(byEnd)) {
        if (!['Succeeded', 'Failed', 'Error'].includes(node.phase)) {continue;}
        this.changed(`node ${node.id}`, `${node.displayName.replace(/\(.*/, '')} ${node.phase}${node.phase === 'Succeeded' ? '' : ` ${node.message ?? ''}`}`,
          (text) => this.note('training', text, undefined, name));
        await this.gate(name, node).catch(() => undefined);
      }
      if (phase) {this.changed(`workflow ${name}`, `${phase} ${message ?? ''}`.trim(), (text) => this.note('training', `run ${text}`, undefined, name));}
    }
  }

  /** The numbers of a gate, once its report is there. */
  private async gate(run: string, { id, outputs }: any): Promise<void> {
    const report = outputs?.artifacts?.find(({ name }: any) => name === 'gate-report');
    if (!report || this.seen.has(`gate ${id}`)) {return;}
    const { version, champion, verdict, gates } = JSON.parse(await this.stage.read(report.s3.key));
    const words = gates.map(({ metric, value, champion: compared }: any) => `${metric} ${rounded(value)}, champion ${rounded(compared)}`).join('; ');
    this.changed(`gate ${id}`, `version ${version} ${verdict} against ${champion}: ${words}`,
      (text) => this.note('gate', text, { passed: verdict === 'passed' ? 1 : 0, version: Number(version) }, run));
  }

  private async checks(): Promise<void> {
    for (const job of await this.stage.cluster.list('batch/v1', 'Job', NAMESPACE)) {
      const done = job.status?.conditions?.find(({ type, status }: any) => ['Complete', 'Failed'].includes(type) && status === 'True');
      if (!done) {continue;}
      const [share, samples] = await Promise.all(['drift_share', 'drift_samples'].map((name) => this.pushed(name)));
      this.changed(`job ${job.metadata.name}`, done.type, () => this.note('drift', `check ${done.type}: share ${Math.round(share * 100) / 100}, samples ${samples}`, { share, samples }));
    }
  }

  /** A number that the last check pushed. */
  private async pushed(name: string): Promise<number> {
    const text = await (await fetch(`${urlOf(BESIDE.pushgateway)}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(name) && !each.startsWith('#'));
    return line ? Number(line.split(' ').at(-1)) : NaN;
  }

  private async aliases(): Promise<void> {
    const answer = await fetch(`${urlOf(BESIDE.mlflow)}/api/2.0/mlflow/registered-models/get?name=${MODEL}`);
    const { registered_model: { aliases = [] } } = await answer.json() as any;
    const text = aliases.map(({ alias, version }: any) => `@${alias} is ${version}`).sort().join(', ');
    const values = Object.fromEntries(aliases.map(({ alias, version }: any) => [alias, Number(version)]));
    this.changed('aliases', text, (now) => this.note('alias', now, values));
  }

  private async alerts(): Promise<void> {
    const firing = (await this.stage.prometheus.query('ALERTS{alertstate="firing"}')).map(({ metric }) => `${metric.alertname} (${metric.severity})`);
    [...this.alerting].filter((text) => !firing.includes(text)).forEach((text) => this.alerting.delete(text));
    firing.filter((text) => !this.alerting.has(text)).forEach((text) => {
      this.alerting.add(text);
      this.note('alert', text);
    });
  }

  private async requests(): Promise<void> {
    const count = await this.traffic.count();
    this.total.requests += count.requests;
    add(this.total.failures, count.failures);
    add(this.total.versions, count.versions);
    const failed = Object.values(count.failures).reduce((sum, each) => sum + each, 0);
    if (failed > 0) {this.note('requests', `${failed} of ${count.requests} failed: ${Object.keys(count.failures).slice(0, 3).join('; ')}`, { failed });}
  }
}

function weightOf(shares: Share[]): number {
  return shares.at(-1)?.weight ?? 0;
}

/** What has ended comes first, in the order in which it did. */
function byEnd(one: any, other: any): number {
  return Date.parse(one.finishedAt ?? '9999-01-01') - Date.parse(other.finishedAt ?? '9999-01-01');
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function add(to: { [key: string]: number }, more: { [key: string]: number }): void {
  Object.entries(more).forEach(([key, value]) => (to[key] = (to[key] ?? 0) + value));
}
