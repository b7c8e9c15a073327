import { cpus, loadavg } from 'os';
import { CanaryProps, writeCanary, Written } from './canaries';
import { Observed, Weight } from './observed';
import { Cluster } from '../harness/cluster';
import { objectionsTo } from '../harness/describe';
import { differences } from '../harness/differences';
import { FakeModels } from '../harness/fake-models';
import { respecting } from '../harness/ignored-fields';
import { Behaviour } from '../harness/model-page';
import { Prometheus } from '../harness/prometheus';

/** Versions that tests roll out, the one that serves first. */
export const [STABLE, NEW, NEWER] = ['v1.0.0', 'v2.0.0', 'v3.0.0'];

/** A canary as a test is told of it. */
export interface Trial extends Partial<Omit<CanaryProps, 'namespace' | 'prometheus' | 'version'>> {
  /** Requests per second; 200 by default. */
  readonly traffic?: number;
  /** What each version does from the beginning; all is well by default. */
  readonly behaviours?: { [version: string]: Behaviour };
  /** Whether it has a Prometheus of its own, which can go away. */
  readonly ownPrometheus?: boolean;
}

/** One canary on its way, in a namespace of its own. */
export class Case {
  private readonly written = new Map<string, Written>();

  public constructor(
    public readonly namespace: string, public readonly prometheus: Prometheus, public readonly court: Court, private readonly trial: Trial,
  ) {}

  /** The app with a version of the model; written once, since this process answers for the pods, too, and must not be busy. */
  public write(version: string): Written {
    const written = this.written.get(version) ?? writeCanary({ ...this.trial, namespace: this.namespace, prometheus: this.prometheus.url, version });
    this.written.set(version, written);
    return written;
  }

  /**
   * What of a version is not live yet, as Argo CD sees it with our options for sync: what controllers write stays theirs, and what is in sync is left
   * alone.
   */
  public async outOfSync(version: string): Promise<any[]> {
    const { server } = this.court.cluster;
    const { objects, additions } = this.write(version);
    const targets = await Promise.all(objects.map(async (object) => {
      const { status, body: live } = await server.call('GET', await server.pathOf(object));
      if (status !== 200) {return object;}
      const target = respecting(additions.ignored, object, live);
      return differences(target, live).length > 0 ? target : undefined;
    }));
    return targets.filter((target) => target);
  }

  /**
   * Applies a version, as Argo CD does. The Rollout comes last: simulated pods are there so fast, and a busy machine applies so slowly, that a
   * route which is applied after it would take the first share back, since it was read when there was none.
   */
  public async deploy(version: string): Promise<void> {
    const changed = await this.outOfSync(version);
    for (const object of changed.sort((one, other) => Number(one.kind === 'Rollout') - Number(other.kind === 'Rollout'))) {
      const answer = await this.court.cluster.apply(object);
      const objections = objectionsTo(answer);
      if (objections.length > 0) {throw new Error(`${object.kind} ${object.metadata.name}: ${objections.join('\n')}`);}
      if (object.kind === 'Rollout') {
        const { generation } = answer.body.metadata;
        await this.court.observed.until(this.namespace, 'a look at the new manifest', () => this.rollout?.metadata.generation >= generation);
      }
    }
  }

  /** What a version does from now on. */
  public behave(version: string, behaviour: Behaviour): void {
    this.court.models.behave(this.namespace, version, behaviour);
  }

  /** The rollout as it is now. */
  public get rollout(): any {
    return this.court.observed.rolloutOf(this.namespace);
  }

  /**
   * Shares of the requests that new versions got one after the other, since the first one came. The controller takes a share back while no pod of
   * the version is available, as on a machine so busy that simulated nodes miss a heartbeat: a share that went and came back as it was is no change,
   * if in between no pod was available.
   */
  public get weights(): number[] {
    const { observed } = this.court;
    const weights = observed.weightsOf(this.namespace);
    return weights.slice(Math.max(weights.findIndex(({ weight }) => weight > 0), 0)).reduce<Weight[]>((seen, one) => {
      const [before, gone] = seen.slice(-2);
      const cameBack = gone?.weight === 0 && before.weight === one.weight && before.hash === one.hash
        && observed.wasUnavailable(this.namespace, one.hash, gone.at, one.at);
      return cameBack ? seen.slice(0, -1) : [...seen, one];
    }, []).map(({ weight }) => weight);
  }

  /** The version that the stable ReplicaSet runs. */
  public async stableVersion(): Promise<string> {
    const { metadata, status } = this.rollout;
    const sets = await this.court.cluster.list('apps/v1', 'ReplicaSet', metadata.namespace, { 'rollouts-pod-template-hash': status.stableRS });
    return sets[0].spec.template.metadata.labels['cdk8s-mlops.io/model-version'];
  }

  /** Waits until the new version has a share of the requests. */
  public untilWeight(weight: number): Promise<void> {
    return this.court.observed.untilWeight(this.namespace, weight);
  }

  /** Waits for a phase of the rollout. */
  public untilPhase(...phases: string[]): Promise<void> {
    return this.court.observed.untilPhase(this.namespace, ...phases);
  }

  /** Waits until the newest version is the stable one, and its canary's Service gets nothing any more. */
  public async untilPromoted(): Promise<void> {
    await this.untilPhase('Healthy');
    if (this.weights.length > 0) {await this.untilWeight(0);}
  }

  /** Waits until the stage has measured something. */
  public untilMeasured(): Promise<void> {
    const { observed } = this.court;
    return observed.until(this.namespace, 'a measurement', () => observed.runningAnalyses(this.namespace)
      .some(({ status }) => (status.metricResults ?? []).some(({ count }: any) => count > 0)));
  }

  /** A version turns bad; seconds until the controller aborted and no request goes to it. */
  public async breach(version: string): Promise<number> {
    const { observed } = this.court;
    const flipped = Date.now();
    this.behave(version, { failing: 0.5 });
    await observed.until(this.namespace, 'an abort', () => observed.abortOf(this.namespace) !== undefined && observed.weightsOf(this.namespace).at(-1)?.weight === 0);
    return (Math.max(observed.abortOf(this.namespace)!, observed.weightsOf(this.namespace).at(-1)!.at) - flipped) / 1000;
  }
}

/** Everything that judges canaries: cluster, controller, Prometheus, and what they look at. */
export class Court {
  /** Opens it, with a version that serves in each case. */
  public static async open(cluster: Cluster, kubeconfig: string, trials: { [name: string]: Trial }): Promise<Court> {
    const court = new Court(cluster, await FakeModels.start(cluster.server), new Observed(cluster.server));
    const shared = await court.newPrometheus();
    for (const [name, trial] of Object.entries(trials)) {
      const namespace = await cluster.namespace();
      court.cases.set(name, new Case(namespace, trial.ownPrometheus ? await court.newPrometheus() : shared, court, trial));
      court.models.receive(namespace, trial.traffic ?? 200);
      Object.entries(trial.behaviours ?? {}).forEach(([version, behaviour]) => court.models.behave(namespace, version, behaviour));
    }
    court.cases.forEach((one) => [STABLE, NEW].forEach((version) => one.write(version)));
    await Promise.all([...court.cases.values()].map((one) => one.deploy(STABLE)));
    await Promise.all(court.prometheuses.map((prometheus) => prometheus.start({
      kubeconfig,
      podMonitors: [...court.cases.values()].filter((one) => one.prometheus === prometheus).flatMap((one) => one.write(STABLE).objects)
        .filter(({ kind }) => kind === 'PodMonitor'),
      proxyUrl: court.models.url,
    })));
    await Promise.all([...court.cases.values()].map((one) => one.untilPhase('Healthy')));
    return court;
  }

  private readonly cases = new Map<string, Case>();
  private readonly prometheuses: Prometheus[] = [];

  private constructor(public readonly cluster: Cluster, public readonly models: FakeModels, public readonly observed: Observed) {}

  /** One of the cases. */
  public case(name: string): Case {
    return this.cases.get(name)!;
  }

  /** Closes it. */
  public async close(): Promise<void> {
    await Promise.all([this.models.stop(), this.observed.stop(), ...this.prometheuses.map((prometheus) => prometheus.stop())]);
  }

  private async newPrometheus(): Promise<Prometheus> {
    const prometheus = await Prometheus.reserve();
    this.prometheuses.push(prometheus);
    return prometheus;
  }
}

/** A figure for whoever reads the log. */
export function print(what: string, seconds: number): void {
  process.stderr.write(`  measured: ${what}: ${seconds.toFixed(1)} s, with a load of ${loadPerCore().toFixed(1)} a core\n`);
}

/** A limit in seconds, as it holds where no more than four programs wait for each core; longer on a machine that is busy with something else. */
export function atLeisure(seconds: number): number {
  return seconds * Math.max(1, loadPerCore() / 4);
}

function loadPerCore(): number {
  return loadavg()[0] / cpus().length;
}
