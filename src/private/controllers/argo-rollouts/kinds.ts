export const ROLLOUT = 'argoproj.io/Rollout';
export const TEMPLATE = 'argoproj.io/AnalysisTemplate';
export const CLUSTER_TEMPLATE = 'argoproj.io/ClusterAnalysisTemplate';

/** The canary of a Rollout; undefined where it has another strategy. */
export function canaryOf({ spec }: any): any {
  return spec?.strategy?.canary;
}

/** Whether a canary has a router of one of these kinds; an empty one is one. */
export function hasRouter(canary: any, ...kinds: string[]): boolean {
  const routing = canary?.trafficRouting ?? {};
  return kinds.some((kind) => kind === 'plugins' ? Object.keys(routing.plugins ?? {}).length > 0 : routing[kind] !== undefined);
}

/** The number of an int-or-string as Kubernetes reads it: what is no number is 0. */
export function intOf(value: unknown): number {
  if (typeof value === 'number') {return value;}
  return typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : 0;
}
