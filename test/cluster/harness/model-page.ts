import { ExportedMetric, MetricType, PredictionMetrics } from '../../../src';
import { someMetrics } from '../../support/fixtures';

/** How a version of a model answers. */
export interface Behaviour {
  /** Share of the requests that fail; none by default. */
  readonly failing?: number;
  /** Share of the requests that take 400 ms in place of 20 ms; none by default. */
  readonly slow?: number;
  /** What becomes of what it exports: `all` of it by default, `nothing`, or all but `latency`, which stands still. */
  readonly exports?: 'all' | 'nothing' | 'without latency';
}

/** What requests did to one port of a pod so far. */
interface Counts {
  at: number;
  requests: number;
  failures: number;
  /** Requests whose latency was recorded, and those of them that were slow. */
  timed: number;
  slow: number;
}

const FAST_SECONDS = 0.02;
const SLOW_SECONDS = 0.4;
const FEATURES = ['amount', 'country'];

/** What the server and the prediction exporter of one pod export, number by number as requests come in. */
export class ModelPage {
  private readonly counts = new Map<string, Counts>();

  public constructor(public readonly namespace: string, public readonly hash: string) {}

  /** Whether Prometheus asked for it a moment ago. */
  public get isScraped(): boolean {
    return Date.now() - Math.max(...[...this.counts.values()].map(({ at }) => at), 0) < 2500 || this.counts.size === 0;
  }

  /** The page of a port; nothing where nobody listens. */
  public at(port: string, behaviour: Behaviour, requestsPerSecond: number): string | undefined {
    const exported = EXPORTED[port];
    if (!exported) {return undefined;}
    const counts = this.advance(port, behaviour, requestsPerSecond);
    return exported.flatMap((metric) => linesOf(metric, counts)).join('\n') + '\n';
  }

  private advance(port: string, { failing = 0, slow = 0, exports = 'all' }: Behaviour, requestsPerSecond: number): Counts {
    const now = Date.now();
    const counts = this.counts.get(port) ?? { at: now, requests: 0, failures: 0, timed: 0, slow: 0 };
    const more = (now - counts.at) / 1000 * requestsPerSecond;
    counts.at = now;
    counts.requests += more;
    counts.failures += more * failing;
    if (exports !== 'without latency') {
      counts.timed += more;
      counts.slow += more * slow;
    }
    this.counts.set(port, counts);
    return counts;
  }
}

const SERVER = someMetrics();
const EXPORTED: { [port: string]: ExportedMetric[] } = {
  [SERVER.port]: SERVER.exported, [PredictionMetrics.PORT]: PredictionMetrics.standard().exported,
};

function linesOf(metric: ExportedMetric, counts: Counts): string[] {
  const labels = metric.labels?.includes('feature') ? FEATURES.map((feature) => `feature="${feature}"`) : [''];
  return labels.flatMap((label) => (metric.type === MetricType.HISTOGRAM ? histogram(metric, label, counts) : [`${metric.name}${braces(label)} ${counterOf(metric, counts)}`]));
}

function counterOf({ name }: ExportedMetric, { requests, failures }: Counts): number {
  return name.includes('error') ? failures : name.includes('null') ? requests / 100 : requests;
}

/** Fast and slow requests as a histogram: of latencies, and of values that lie as these do. */
function histogram({ name, buckets = [] }: ExportedMetric, label: string, { timed, slow }: Counts): string[] {
  const upTo = (bound: number) => (bound < FAST_SECONDS ? 0 : bound < SLOW_SECONDS ? timed - slow : timed);
  return [
    ...buckets.map((bound) => `${name}_bucket${braces(label, `le="${bound}"`)} ${upTo(bound)}`),
    `${name}_bucket${braces(label, 'le="+Inf"')} ${timed}`,
    `${name}_sum${braces(label)} ${FAST_SECONDS * (timed - slow) + SLOW_SECONDS * slow}`,
    `${name}_count${braces(label)} ${timed}`,
  ];
}

function braces(...labels: string[]): string {
  const set = labels.filter((label) => label !== '');
  return set.length > 0 ? `{${set.join(',')}}` : '';
}
