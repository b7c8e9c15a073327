import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import { ApiServer } from './api-server';
import { Behaviour, ModelPage } from './model-page';
import { Watched } from './watched';

/** Who is scraped, as Prometheus knows from the API server. */
interface Scraped {
  readonly namespace: string;
  readonly pod: string;
  /** Hash of the ReplicaSet of a Rollout; empty otherwise. */
  readonly hash: string;
  readonly version: string;
  readonly port: string;
}

/**
 * What simulated pods would export if they ran: Prometheus reaches them through this proxy. Requests are shared out as the cluster says now, by the
 * weights of a VirtualService and the selectors of the Services behind it, and evenly over the pods where there is none.
 */
export class FakeModels {
  /** Starts to listen. */
  public static async start(server: ApiServer): Promise<FakeModels> {
    const models = new FakeModels(server);
    await new Promise<void>((resolve) => models.proxy.listen(0, '127.0.0.1', resolve));
    return models;
  }

  /** Requests per second of a namespace. */
  private readonly traffic = new Map<string, number>();
  private readonly behaviours = new Map<string, Behaviour>();
  private readonly pages = new Map<string, ModelPage>();
  private readonly proxy: Server;
  private readonly services: Watched;
  private readonly routes: Watched;

  private constructor(server: ApiServer) {
    this.services = new Watched(server, 'v1', 'Service');
    this.routes = new Watched(server, 'networking.istio.io/v1', 'VirtualService');
    this.proxy = createServer((request, response) => this.answer(request, response));
  }

  /** Where Prometheus finds it. */
  public get url(): string {
    return `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
  }

  /** How many requests callers send to a namespace each second. */
  public receive(namespace: string, requestsPerSecond: number): void {
    this.traffic.set(namespace, requestsPerSecond);
  }

  /** How a version of a model answers in a namespace from now on. */
  public behave(namespace: string, version: string, behaviour: Behaviour): void {
    this.behaviours.set(`${namespace}/${version}`, behaviour);
  }

  /** Lets go of everything. */
  public async stop(): Promise<void> {
    await Promise.all([this.services.stop(), this.routes.stop()]);
    this.proxy.closeAllConnections();
    await new Promise((resolve) => this.proxy.close(resolve));
  }

  private answer({ url }: IncomingMessage, response: ServerResponse): void {
    const { port, pathname, searchParams } = new URL(url!, 'http://nobody');
    const who: Scraped = {
      port,
      namespace: searchParams.get('namespace') ?? '',
      pod: searchParams.get('pod_name') ?? '',
      hash: searchParams.get('rollouts_pod_template_hash') ?? '',
      version: searchParams.get('cdk8s_mlops_io_model_version') ?? '',
    };
    const behaviour = this.behaviours.get(`${who.namespace}/${who.version}`) ?? {};
    const text = pathname === '/metrics' && behaviour.exports !== 'nothing' ? this.pageOf(who).at(port, behaviour, this.shareOf(who)) : undefined;
    if (text === undefined) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text);
    }
  }

  private pageOf({ namespace, pod, hash }: Scraped): ModelPage {
    const key = `${namespace}/${pod}`;
    const page = this.pages.get(key) ?? new ModelPage(namespace, hash);
    this.pages.set(key, page);
    return page;
  }

  /** Requests per second that reach one pod. */
  private shareOf({ namespace, hash }: Scraped): number {
    const all = this.traffic.get(namespace) ?? 100;
    const alive = [...this.pages.values()].filter((page) => page.namespace === namespace && page.isScraped);
    const route = this.routes.of(namespace)[0]?.spec.http[0].route;
    if (!route) {return all / Math.max(alive.length, 1);}
    const weight = route
      .filter(({ destination }: any) => this.services.get(namespace, destination.host)?.spec.selector?.['rollouts-pod-template-hash'] === hash)
      .reduce((sum: number, { weight: share }: any) => sum + (share ?? 100), 0);
    return all * weight / 100 / Math.max(alive.filter((page) => page.hash === hash).length, 1);
  }
}
