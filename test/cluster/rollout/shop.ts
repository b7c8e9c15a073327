import { AbMetric, MetricType } from '../../../src';

/** What a variant did during a test, spread evenly over it. */
export interface Sales {
  readonly visits: number;
  /** None where the counter never counted, so that Prometheus has no series of it. */
  readonly orders?: number;
}

/** A shop that counts visits and orders of each variant. */
export interface Shop {
  /** Beginning of the names of its metrics. */
  readonly name: string;
  /** First day of what it counts. */
  readonly start: string;
  readonly variants: { [variantName: string]: Sales };
}

const DAY = 86_400;
const TEST = 7 * DAY;
const EVERY = 900;

/** Pods that count, the second one from the third day on, the first one again from zero after the fourth. */
const PODS = ['first', 'second'];

/** Which of them counts how much of what a variant did. */
function countOf(pod: string, seconds: number, total: number): number | undefined {
  const [day3, day4, whole] = [3 * DAY, 4 * DAY, TEST];
  if (pod === 'second') {return seconds < day3 ? undefined : total * (seconds - day3) / (2 * whole);}
  const alone = total * Math.min(seconds, day3) / whole;
  const shared = total * Math.max(0, Math.min(seconds, day4) - day3) / (2 * whole);
  return seconds <= day4 ? alone + shared : total * (seconds - day4) / (2 * whole);
}

/** The past of some shops as OpenMetrics has it, up to now. */
export function historyOf(shops: Shop[], now: number): string {
  const families = shops.flatMap(({ name, start, variants }) => (['visits', 'orders'] as const).map((kind) => [
    `# TYPE ${name}_${kind} counter`,
    ...Object.entries(variants).filter(([, sales]) => sales[kind] !== undefined)
      .flatMap(([variant, sales]) => PODS.flatMap((pod) => samplesOf(`${name}_${kind}_total{variant="${variant}",pod="${pod}"}`, pod, Date.parse(start) / 1000, sales[kind]!, now))),
  ]));
  return [...families.flat(), '# EOF', ''].join('\n');
}

function samplesOf(series: string, pod: string, start: number, total: number, now: number): string[] {
  const samples: string[] = [];
  for (let at = EVERY / 2; at < TEST && start + at < now; at += EVERY) {
    const value = countOf(pod, at, total);
    if (value !== undefined) {samples.push(`${series} ${value} ${start + at}`);}
  }
  return samples;
}

/** The metric of a shop: 4 % of the visits end with an order, one percentage point more is worth knowing. */
export function conversionOf(name: string): AbMetric {
  const counter = (kind: string) => ({ name: `${name}_${kind}_total`, type: MetricType.COUNTER, labels: ['variant'] });
  return AbMetric.proportion({ successes: counter('orders'), trials: counter('visits'), variantLabel: 'variant', baseline: 0.04, effect: 0.01 });
}
