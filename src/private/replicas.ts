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

/**
 * How many pods there are at most while a new version rolls out.
 *
 * @param replicas number of pods that are wished
 */
export function rollReplicasOf(manifest: any, replicas: number): number {
  switch (groupKindOf(manifest)) {
    case 'apps/Deployment':
      return manifest.spec?.strategy?.type === 'Recreate' ? replicas : replicas + surge(manifest.spec?.strategy?.rollingUpdate?.maxSurge, replicas);
    case 'argoproj.io/Rollout': {
      const { canary } = manifest.spec?.strategy ?? {};
      // with a traffic router, and in a blue-green rollout, the stable version stays complete until the new one is
      return !canary || canary.trafficRouting ? 2 * replicas : replicas + surge(canary.maxSurge, replicas);
    }
    case 'serving.kserve.io/InferenceService':
      return 2 * replicas;
    default:
      return replicas;
  }
}

/** Kubernetes rounds a percentage of surge up; the default is a quarter. */
function surge(maxSurge: number | string = '25%', replicas: number): number {
  const share = /^(\d+)%$/.exec(String(maxSurge));
  return share ? Math.ceil(Number(share[1]) * replicas / 100) : Number(maxSurge);
}
