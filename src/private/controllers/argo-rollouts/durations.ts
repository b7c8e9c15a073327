const UNIT_SECONDS: { [unit: string]: number } = { ns: 1e-9, us: 1e-6, µs: 1e-6, μs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/**
 * Seconds of a duration as Go reads it, such as `1h30m`; undefined where it is none.
 *
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function goSeconds(text: string): number | undefined {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0)$/.exec(text);
  if (!match) {return undefined;}
  const [, sign, terms] = match;
  const seconds = [...terms.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * UNIT_SECONDS[unit], 0);
  // a duration is a number of nanoseconds in 64 bits
  return seconds > 2 ** 63 / 1e9 ? undefined : sign === '-' ? -seconds : seconds;
}
