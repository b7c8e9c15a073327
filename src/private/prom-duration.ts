import { Duration } from 'cdk8s';

const UNITS: [string, number][] = [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1_000], ['ms', 1]];

/** A duration as PromQL and the Prometheus operator write it, in the largest unit that leaves no rest: `3d`, `90s`. */
export function promDuration(duration: Duration): string {
  const millis = duration.toMilliseconds();
  const [unit, size] = UNITS.find(([, candidate]) => millis % candidate === 0)!;
  return `${millis / size}${unit}`;
}
