import { createServer, Server } from 'http';
import { AddressInfo } from 'net';
import { ApiServer } from './api-server';
import { Watched } from './watched';

/** What kube-state-metrics and cAdvisor say of live pods, as far as queries of the library ask: names and labels are theirs, usage is made up. */
export class ClusterMetrics {
  /** Starts to listen. */
  public static async start(server: ApiServer): Promise<ClusterMetrics> {
    const metrics = new ClusterMetrics(server);
    await new Promise<void>((resolve) => metrics.page.listen(0, '127.0.0.1', resolve));
    return metrics;
  }

  private readonly pods: Watched;
  private readonly page: Server;
  private readonly since = Date.now();

  private constructor(server: ApiServer) {
    this.pods = new Watched(server, 'v1', 'Pod');
    this.page = createServer((_request, response) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(this.text()));
  }

  /** How it is scraped: its labels are those of the pods that it tells of. */
  public get scrapeConfig(): any {
    return { job_name: 'cluster', honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${(this.page.address() as AddressInfo).port}`] }] };
  }

  /** Lets go of everything. */
  public async stop(): Promise<void> {
    await this.pods.stop();
    this.page.closeAllConnections();
    await new Promise((resolve) => this.page.close(resolve));
  }

  private text(): string {
    const seconds = (Date.now() - this.since) / 1000;
    return this.pods.all.flatMap(({ metadata, spec }) => [
      ...spec.containers.flatMap((container: any) => this.containerLines(metadata, container, seconds)),
      ...(spec.initContainers ?? []).map(({ name }: any) => `kube_pod_init_container_status_restarts_total${labelsOf(metadata, name)} 0`),
    ]).map((line: string) => `${line}\n`).join('');
  }

  private containerLines(metadata: any, { name, resources }: any, seconds: number): string[] {
    const labels = labelsOf(metadata, name);
    const limit = labelsOf(metadata, name, 'resource="memory",unit="byte"');
    return [
      `kube_pod_container_status_restarts_total${labels} 0`,
      ...(resources?.limits?.memory ? [`kube_pod_container_resource_limits${limit} 1e9`] : []),
      `container_memory_working_set_bytes${labels} 5e8`,
      `container_cpu_usage_seconds_total${labels} ${seconds / 2}`,
      `container_cpu_cfs_periods_total${labels} ${seconds * 10}`,
      `container_cpu_cfs_throttled_periods_total${labels} ${seconds / 10}`,
    ];
  }
}

function labelsOf({ namespace, name }: any, container: string, more?: string): string {
  return `{namespace="${namespace}",pod="${name}",container="${container}"${more ? `,${more}` : ''}}`;
}
