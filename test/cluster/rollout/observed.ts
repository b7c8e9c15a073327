import { setTimeout as sleep } from 'timers/promises';
import { ApiServer } from '../harness/api-server';
import { Watched } from '../harness/watched';

/** A share of the requests that the new version got, and since when. */
export interface Weight {
  /** When this process learned of it, which on a busy machine may be seconds later. */
  readonly at: number;
  /** When the API server took it, to the second. */
  readonly writtenAt: number;
  readonly weight: number;
  /** Hash of the version that was new then. */
  readonly hash: string;
}

/** A time in which no pod of a version was available. */
interface Outage {
  readonly from: number;
  until: number;
}

/** What the controller did to the rollouts of all namespaces, change by change. */
export class Observed {
  private readonly weights = new Map<string, Weight[]>();
  private readonly aborts = new Map<string, number>();
  private readonly rollouts: Watched;
  private readonly routes: Watched;
  private readonly runs: Watched;
  private readonly sets: Watched;
  private readonly outages = new Map<string, Outage[]>();

  public constructor(server: ApiServer) {
    this.rollouts = new Watched(server, 'argoproj.io/v1alpha1', 'Rollout', (rollout) => this.noteAbort(rollout));
    this.routes = new Watched(server, 'networking.istio.io/v1', 'VirtualService', (route) => this.noteWeight(route));
    this.runs = new Watched(server, 'argoproj.io/v1alpha1', 'AnalysisRun');
    this.sets = new Watched(server, 'apps/v1', 'ReplicaSet', (set) => this.noteAvailability(set));
  }

  /** The rollout of a namespace as it is now. */
  public rolloutOf(namespace: string): any {
    return this.rollouts.of(namespace)[0];
  }

  /** Weights of the new version, in the order in which the router got them. */
  public weightsOf(namespace: string): Weight[] {
    return this.weights.get(namespace) ?? [];
  }

  /** Whether at some moment between two no pod of a version was available. */
  public wasUnavailable(namespace: string, hash: string, from: number, until: number): boolean {
    return (this.outages.get(`${namespace}/${hash}`) ?? []).some((outage) => outage.from <= until && outage.until >= from);
  }

  /** When the rollout of a namespace was aborted last. */
  public abortOf(namespace: string): number | undefined {
    return this.aborts.get(namespace);
  }

  /** Analyses of a namespace that have not ended. */
  public runningAnalyses(namespace: string): any[] {
    return this.runs.of(namespace).filter(({ status }) => status?.phase === 'Running');
  }

  /** What a person needs to understand a rollout: its own words, and those of its analyses. */
  public describe(namespace: string): string {
    const { status } = this.rolloutOf(namespace) ?? {};
    const analyses = this.runs.of(namespace).map(({ metadata, status: run }) => `${metadata.name} ${run?.phase}: ${
      (run?.metricResults ?? []).map((result: any) => `${result.name} ${result.phase} ${result.message ?? ''} [${(result.measurements ?? [])
        .map(({ value, phase, message }: any) => value ?? message ?? phase).join(' ')}]`).join('; ')}`);
    return [`${status?.phase}: ${status?.message ?? ''}, weights ${this.weightsOf(namespace).map(({ weight }) => weight).join(' ')}`, ...analyses].join('\n');
  }

  /** Waits for something; the error says how the rollout is. */
  public async until(namespace: string, what: string, holds: () => boolean, seconds = 400): Promise<void> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) {
      if (holds()) {return;}
    }
    throw new Error(`${what} did not happen in ${namespace} within ${seconds} s\n${this.describe(namespace)}`);
  }

  /** Waits until a rollout is what its controller calls by one of these names, and has seen the last change of its manifest. */
  public untilPhase(namespace: string, ...phases: string[]): Promise<void> {
    return this.until(namespace, `phase ${phases.join(' or ')}`, () => {
      const { status, metadata } = this.rolloutOf(namespace) ?? {};
      return phases.includes(status?.phase) && Number(status.observedGeneration) === metadata.generation;
    });
  }

  /** Waits until the new version has a share of the requests. */
  public untilWeight(namespace: string, weight: number): Promise<void> {
    return this.until(namespace, `weight ${weight}`, () => this.weightsOf(namespace).at(-1)?.weight === weight);
  }

  /** Lets go of the API server. */
  public async stop(): Promise<void> {
    await Promise.all([this.rollouts, this.routes, this.runs, this.sets].map((watched) => watched.stop()));
  }

  private noteAbort({ metadata, status }: any): void {
    if (!status?.abort) {
      this.aborts.delete(metadata.namespace);
    } else if (!this.aborts.has(metadata.namespace)) {
      this.aborts.set(metadata.namespace, Date.now());
    }
  }

  private noteWeight({ metadata, spec }: any): void {
    // other suites have routes of other forms at the same time
    const canary = spec.http?.[0]?.route?.find(({ destination }: any) => destination.host.includes('canary'));
    if (!canary) {return;}
    const { weight = 0 } = canary;
    const known = this.weights.get(metadata.namespace) ?? [];
    if (known.at(-1)?.weight !== weight) {
      const writtenAt = Math.max(...metadata.managedFields.map(({ time }: any) => Date.parse(time)));
      known.push({ at: Date.now(), writtenAt, weight, hash: this.rolloutOf(metadata.namespace)?.status?.currentPodHash });
    }
    this.weights.set(metadata.namespace, known);
  }

  private noteAvailability({ metadata, status }: any): void {
    const key = `${metadata.namespace}/${metadata.labels?.['rollouts-pod-template-hash']}`;
    const known = this.outages.get(key) ?? [];
    const last = known.at(-1);
    const isAvailable = status?.availableReplicas > 0;
    if (isAvailable && last?.until === Infinity) {last.until = Date.now();}
    if (!isAvailable && last?.until !== Infinity) {known.push({ from: Date.now(), until: Infinity });}
    this.outages.set(key, known);
  }
}
