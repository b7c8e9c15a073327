import { spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { parse, stringify } from 'yaml';
import { freePorts, Processes } from './processes';
import { promtool } from './promtool';

/** One series of an answer. */
export interface Sample {
  readonly metric: { [label: string]: string };
  readonly value: number;
}

/** What a Prometheus is told. */
export interface PrometheusProps {
  /** File that says where the cluster is. */
  readonly kubeconfig: string;
  /** PodMonitors as they were written; what to scrape comes from them alone. */
  readonly podMonitors: any[];
  /** Groups of PrometheusRules. */
  readonly ruleGroups?: any[];
  /**
   * What it knows of the past, in the format of OpenMetrics.
   *
   * @default - nothing
   */
  readonly history?: string;
  /** Raw scrape configurations beside those of the PodMonitors. */
  readonly scrapeConfigs?: any[];
  /**
   * How often everything is scraped.
   *
   * @default - as often as the PodMonitors say
   */
  readonly scrapeEvery?: string;
  /**
   * Proxy that answers for simulated pods, whose addresses are nobody's.
   *
   * @default - pods answer themselves
   */
  readonly proxyUrl?: string;
}

/** How often what the PodMonitors do not decide happens. */
const EVERY = '1s';

/** Tells the proxy which pod is scraped; labels of this kind are dropped after the scrape, so no series has them. */
const WHO_IS_SCRAPED = ['namespace', 'pod_name', 'pod_label_rollouts_pod_template_hash', 'pod_label_cdk8s_mlops_io_model_version'].map((label) => ({
  source_labels: [`__meta_kubernetes_${label}`], target_label: `__param_${label.replace('pod_label_', '')}`,
}));

/** The real Prometheus, which scrapes simulated pods as the configuration of the Prometheus operator tells it. */
export class Prometheus {
  /** A Prometheus whose address is known before it starts: analyses name it. */
  public static async reserve(): Promise<Prometheus> {
    const [port] = await freePorts(1);
    return new Prometheus(port);
  }

  /** A Prometheus at an address that somebody else decided. */
  public static at(host: string, port: number): Prometheus {
    return new Prometheus(port, host);
  }

  private readonly folder = mkdtempSync(join(tmpdir(), 'cdk8s-mlops-bench-prometheus-'));
  private readonly processes = new Processes(this.folder);

  private constructor(private readonly port: number, private readonly host = '127.0.0.1') {
    // whoever is killed cannot remove it: the next bench does, when nobody has this number any more
    writeFileSync(join(this.folder, 'pid'), `${process.pid}`);
  }

  /** Where it is asked. */
  public get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  /** Starts it. */
  public async start(props: PrometheusProps): Promise<void> {
    const file = join(this.folder, 'prometheus.yaml');
    const rules = join(this.folder, 'rules.yaml');
    writeFileSync(rules, stringify({ groups: props.ruleGroups ?? [] }));
    writeFileSync(file, stringify({ ...configurationOf(props), rule_files: [rules] }));
    mkdirSync(join(this.folder, 'data'));
    if (props.history !== undefined) {this.remember(props.history);}
    this.processes.start('prometheus', programOf('PROMETHEUS'), [
      `--config.file=${file}`, `--storage.tsdb.path=${join(this.folder, 'data')}`, `--web.listen-address=${this.host}:${this.port}`, '--log.level=warn',
    ]);
    await this.ready();
  }

  /** Ends it as a crash would; what it knew stays on its disk. */
  public kill(): Promise<void> {
    return this.processes.kill('prometheus');
  }

  /** Starts it again after a crash. */
  public async restart(): Promise<void> {
    this.processes.startAgain('prometheus');
    await this.ready();
  }

  /** Ends it and removes what it knew. */
  public async stop(): Promise<void> {
    await this.processes.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The series that a query answers now. */
  public async query(expr: string): Promise<Sample[]> {
    const { resultType, result } = await this.ask('query', { query: expr });
    if (resultType === 'scalar') {return [{ metric: {}, value: Number(result[1]) }];}
    return result.map(({ metric, value }: any) => ({ metric, value: Number(value[1]) }));
  }

  /** An answer of its API. */
  public async ask(path: string, parameters: { [name: string]: string } = {}): Promise<any> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = await response.json() as any;
    if (status !== 'success') {throw new Error(`Prometheus refused ${JSON.stringify(parameters)}: ${error}`);}
    return data;
  }

  private remember(history: string): void {
    const file = join(this.folder, 'history');
    writeFileSync(file, history);
    const objections = promtool(['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, join(this.folder, 'data')]);
    if (objections !== '') {throw new Error(`promtool makes no blocks of this history: ${objections}`);}
  }

  private ready(): Promise<void> {
    return this.processes.until('readiness of Prometheus', async () => (await fetch(`${this.url}/-/ready`)).ok);
  }
}

/** The operator's configuration, filled in as its sidecar does for the first shard, with what a cluster of simulated pods needs besides. */
function configurationOf({ kubeconfig, podMonitors, scrapeConfigs = [], scrapeEvery, proxyUrl }: PrometheusProps): any {
  if (podMonitors.length === 0) {return { global: { scrape_interval: EVERY, evaluation_interval: EVERY }, scrape_configs: scrapeConfigs };}
  const { status, stdout, stderr } = spawnSync(programOf('SCRAPE_CONFIG'), { input: podMonitors.map((monitor) => `${JSON.stringify(monitor)}\n`).join(''), encoding: 'utf8' });
  if (status !== 0) {throw new Error(`the Prometheus operator makes no configuration of these PodMonitors: ${stderr}`);}
  const configuration = parse(stdout.replaceAll('$(SHARD)', '0').replaceAll('$(POD_NAME)', 'prometheus-0'));
  const fromMonitors = configuration.scrape_configs.map((scrape: any) => ({
    ...scrape,
    ...(scrapeEvery ? { scrape_interval: scrapeEvery, scrape_timeout: scrapeEvery } : {}),
    ...(proxyUrl ? { proxy_url: proxyUrl } : {}),
    kubernetes_sd_configs: scrape.kubernetes_sd_configs.map((discovery: any) => ({ ...discovery, kubeconfig_file: kubeconfig })),
    relabel_configs: [...scrape.relabel_configs, ...proxyUrl ? WHO_IS_SCRAPED : []],
  }));
  return {
    ...configuration,
    global: { ...configuration.global, scrape_interval: EVERY, evaluation_interval: EVERY },
    scrape_configs: [...fromMonitors, ...scrapeConfigs],
  };
}

function programOf(variable: string): string {
  const program = process.env[variable];
  if (!program) {throw new Error(`${variable} is not set; run this file with \`npm run test:cluster\``);}
  return program;
}
