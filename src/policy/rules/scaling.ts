import { ReplicaRange, replicasOf } from '../../private/replicas';
import { ManifestSet } from '../manifest-set';

/** How many pods a workload has, with the autoscalers beside it. */
export function replicasAmong(manifest: any, neighbours: ManifestSet): ReplicaRange | undefined {
  return replicasOf(manifest, [
    ...neighbours.ofKind('autoscaling', 'HorizontalPodAutoscaler'),
    ...neighbours.ofKind('keda.sh', 'ScaledObject'),
  ]);
}
