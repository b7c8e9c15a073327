import { groupKindOf } from './workloads';

/** How many pods a workload has: at least and at most. */
export interface ReplicaRange {
  readonly min: number;
  readonly max: number;
}

const COUNTED = ['apps/Deployment', 'apps/StatefulSet', 'apps/ReplicaSet', 'argoproj.io/Rollout'];

/**
 * How many pods a workload has; undefined for kinds whose number is not in the manifest, such as a DaemonSet.
 *
 * @param scalers autoscalers among which one may own the number
 */
export function replicasOf(manifest: any, scalers: any[]): ReplicaRange | undefined {
  const groupKind = groupKindOf(manifest);
  if (groupKind === 'serving.kserve.io/InferenceService') {
    const { minReplicas = 1, maxReplicas = 0 } = manifest.spec?.predictor ?? {};
    return { min: minReplicas, max: Math.max(minReplicas, maxReplicas) };
  }
  if (!COUNTED.includes(groupKind)) {return undefined;}
  const scaler = scalers.find((candidate) => scales(candidate, manifest));
  if (!scaler) {
    const replicas = manifest.spec?.replicas ?? 1;
    return { min: replicas, max: replicas };
  }
  return scaler.kind === 'ScaledObject'
    ? { min: scaler.spec.minReplicaCount ?? 0, max: scaler.spec.maxReplicaCount ?? 100 }
    : { min: scaler.spec.minReplicas ?? 1, max: scaler.spec.maxReplicas };
}

function scales(scaler: any, manifest: any): boolean {
  const target = scaler.spec?.scaleTargetRef;
  return target?.name === manifest.metadata?.name
    && (target.kind ?? 'Deployment') === manifest.kind
    && (scaler.metadata?.namespace ?? '') === (manifest.metadata?.namespace ?? '');
}
