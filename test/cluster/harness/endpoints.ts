import { setTimeout as sleep } from 'timers/promises';
import { Cluster } from './cluster';

/** What was behind a Service while somebody looked. */
export interface Seen {
  /** Fewest pods that were ready at one time. */
  readonly fewest: number;
  /** What the pods behind the Service were, each time that it changed, such as `3 Deployment, 1 Rollout`. */
  readonly changes: string[];
}

/** Looks at the pods behind a Service as fast as the API server answers. */
export class EndpointWatch {
  private readonly changes: string[] = [];
  private fewest = Infinity;
  private watching = true;
  private readonly ended: Promise<void>;

  /** @param ownerOf what a pod is counted as, by its labels */
  public constructor(
    private readonly cluster: Cluster, private readonly namespace: string, private readonly service: string,
    private readonly ownerOf: (labels: { [key: string]: string }) => string,
  ) {
    this.ended = this.watch();
  }

  /** What is behind the Service now. */
  public get last(): string {
    return this.changes.at(-1) ?? 'nothing seen yet';
  }

  /** Ends it; what it saw. */
  public async stop(): Promise<Seen> {
    this.watching = false;
    await this.ended;
    return { fewest: this.fewest, changes: this.changes };
  }

  private async watch(): Promise<void> {
    const owners = new Map<string, string>();
    for (; this.watching; await sleep(10)) {
      const slices = await this.cluster.list('discovery.k8s.io/v1', 'EndpointSlice', this.namespace, { 'kubernetes.io/service-name': this.service });
      const ready = slices.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions.ready);
      const names: string[] = ready.map(({ targetRef }) => targetRef.name);
      if (names.some((name) => !owners.has(name))) {
        for (const { metadata } of await this.cluster.list('v1', 'Pod', this.namespace)) {
          owners.set(metadata.name, this.ownerOf(metadata.labels));
        }
      }
      const found = names.map((name) => owners.get(name) ?? 'gone');
      const line = [...new Set(found)].sort().map((owner) => `${found.filter((other) => other === owner).length} ${owner}`).join(', ') || 'none';
      this.fewest = Math.min(this.fewest, names.length);
      if (line !== this.changes.at(-1)) {this.changes.push(line);}
    }
  }
}
