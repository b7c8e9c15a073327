import { ReportedAmount, ReportedResources, ReportedWorkload } from './report-data';
import { podResourcesOf } from '../private/pod-resources';
import { replicasOf, rollReplicasOf } from '../private/replicas';
import { groupKindOf, podsOf, PodShape } from '../private/workloads';

const SCALERS = ['autoscaling/HorizontalPodAutoscaler', 'keda.sh/ScaledObject'];
const NOTHING: ReportedAmount = { cpuRequest: 0, memoryRequest: 0, cpuLimit: 0, memoryLimit: 0, gpus: 0 };

/** What the pods of some manifests ask for, one by one and together. */
export function resourcesOf(manifests: any[]): ReportedResources {
  const scalers = manifests.filter((manifest) => SCALERS.includes(groupKindOf(manifest)));
  const workloads = manifests.flatMap((manifest) => podsOf(manifest).map((pod) => toWorkload(manifest, pod, scalers)));
  const total = (pods: (workload: ReportedWorkload) => number | undefined) => workloads
    .map((workload) => times(workload.eachPod, pods(workload) ?? 0))
    .reduce(plus, NOTHING);
  return {
    workloads,
    atLeast: total(({ minPods }) => minPods),
    atMost: total(({ maxPods }) => maxPods),
    duringRoll: total(({ rollPods }) => rollPods),
  };
}

function toWorkload(manifest: any, pod: PodShape, scalers: any[]): ReportedWorkload {
  const workload = [manifest.kind, manifest.metadata?.name, pod.part].filter((part) => part !== undefined && part !== '').join(' ');
  const eachPod = podResourcesOf(pod);
  if (pod.role === 'task') {
    const pods = manifest.spec?.parallelism ?? manifest.spec?.jobTemplate?.spec?.parallelism ?? 1;
    return { workload, minPods: 0, maxPods: pods, rollPods: pods, eachPod };
  }
  const replicas = groupKindOf(manifest) === '/Pod' ? { min: 1, max: 1 } : replicasOf(manifest, scalers);
  return { workload, minPods: replicas?.min, maxPods: replicas?.max, rollPods: replicas && rollReplicasOf(manifest, replicas.max), eachPod };
}

/** An absent limit stays absent, unless there is no pod to have it. */
function times(amount: ReportedAmount, pods: number): ReportedAmount {
  if (pods === 0) {return NOTHING;}
  return combine(amount, NOTHING, (each) => each * pods);
}

function plus(a: ReportedAmount, b: ReportedAmount): ReportedAmount {
  return combine(a, b, (left, right) => left + right);
}

function combine(a: ReportedAmount, b: ReportedAmount, by: (a: number, b: number) => number): ReportedAmount {
  const limit = (left: number | undefined, right: number | undefined) =>
    left === undefined || right === undefined ? undefined : by(left, right);
  return {
    cpuRequest: by(a.cpuRequest, b.cpuRequest),
    memoryRequest: by(a.memoryRequest, b.memoryRequest),
    cpuLimit: limit(a.cpuLimit, b.cpuLimit),
    memoryLimit: limit(a.memoryLimit, b.memoryLimit),
    gpus: by(a.gpus, b.gpus),
  };
}
