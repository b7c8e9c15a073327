import { setTimeout as sleep } from 'timers/promises';
import { ApiServer } from './api-server';

/** All objects of a kind as they are now, with a look at every change; it goes on when the API server was away. */
export class Watched {
  private readonly objects = new Map<string, any>();
  private readonly leaving = new AbortController();
  private readonly ended: Promise<void>;

  /** @param onChange called with each object that came or changed */
  public constructor(
    private readonly server: ApiServer, private readonly apiVersion: string, private readonly kind: string,
    private readonly onChange: (object: any) => void = () => {},
  ) {
    this.ended = this.run();
  }

  /** An object of a namespace, if there is one. */
  public get(namespace: string, name: string): any {
    return this.objects.get(`${namespace}/${name}`);
  }

  /** All of them. */
  public get all(): any[] {
    return [...this.objects.values()];
  }

  /** All objects of a namespace. */
  public of(namespace: string): any[] {
    return this.all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  /** Ends it. */
  public async stop(): Promise<void> {
    this.leaving.abort();
    await this.ended;
  }

  private async run(): Promise<void> {
    const { signal } = this.leaving;
    while (!signal.aborted) {
      try {
        const path = await this.server.pathOf({ apiVersion: this.apiVersion, kind: this.kind });
        const { body } = await this.server.call('GET', path);
        this.objects.clear();
        body.items.forEach((object: any) => this.take('ADDED', object));
        await this.server.follow(path, { watch: 'true', resourceVersion: body.metadata.resourceVersion }, (line) => {
          const { type, object } = JSON.parse(line);
          this.take(type, object);
        }, signal);
      } catch {
        // an API server that restarts is asked again
      }
      if (!signal.aborted) {await sleep(200);}
    }
  }

  private take(type: string, object: any): void {
    if (!object.metadata?.name) {return;}
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    if (type === 'DELETED') {
      this.objects.delete(key);
    } else {
      this.objects.set(key, object);
      this.onChange(object);
    }
  }
}
