/**
 * Where an object of the server does not hold what was written, by path; what the server adds is its own business. A controller that
 * compares what stands in Git with what is live would report each of them for ever. Such controllers know the built-in kinds: they
 * see that `2048Mi` is `2Gi`, and that `false` is left out. Of custom ones they know nothing.
 */
export function differences(written: any, live: any): string[] {
  const [group] = written.apiVersion.split('/');
  const isBuiltIn = !group.includes('.') || group.endsWith('.k8s.io');
  return compare(written, live, '', isBuiltIn ? meansTheSame : (a, b) => a === b);
}

function compare(written: any, live: any, path: string, same: (written: unknown, live: unknown) => boolean): string[] {
  if (Array.isArray(written) && Array.isArray(live) && live.length === written.length) {
    return written.flatMap((item, index) => compare(item, live[index], `${path}/${index}`, same));
  }
  if (written !== null && typeof written === 'object' && !Array.isArray(written)) {
    return Object.keys(written).flatMap((key) => compare(written[key], live?.[key], `${path}/${key}`, same));
  }
  return same(written, live) ? [] : [`${path}: wrote ${JSON.stringify(written)}, found ${JSON.stringify(live)}`];
}

function meansTheSame(written: unknown, live: unknown): boolean {
  return written === live || (written === false && live === undefined) || (quantity(written) !== undefined && quantity(written) === quantity(live));
}

const UNITS: { [suffix: string]: number } = { '': 1, 'm': 1e-3, 'k': 1e3, 'M': 1e6, 'G': 1e9, 'Ki': 2 ** 10, 'Mi': 2 ** 20, 'Gi': 2 ** 30, 'Ti': 2 ** 40 };

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function quantity(value: unknown): number | undefined {
  const [, number, suffix] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(`${value}`) ?? [];
  return number === undefined || UNITS[suffix] === undefined ? undefined : Number(number) * UNITS[suffix];
}
