import { FindingSeverity } from '../../core/findings';
import { containersOf, podsOf, PodShape } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

/** A pod must not reach into its node: no host paths, ports or namespaces. */
export class HostAccess implements IPolicyRule {
  public readonly ruleId = 'hardening/host-access';
  public readonly severity = FindingSeverity.ERROR;

  public check(manifest: any): PolicyFinding[] {
    return podsOf(manifest).flatMap((pod) => reachesOf(pod).map((reach) => ({
      message: `the pod uses ${reach} of its node, so whoever takes the pod has a hold on the node`,
      remedy: 'leave it out, or acknowledge why this pod has to manage nodes',
    })));
  }
}

function reachesOf(pod: PodShape): string[] {
  return [
    ...['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => pod.spec[field] === true),
    ...(pod.spec.volumes ?? []).filter((volume: any) => volume.hostPath).map((volume: any) => `path '${volume.hostPath.path}'`),
    ...containersOf(pod).flatMap(({ container }) => (container.ports ?? []))
      .filter((port: any) => port.hostPort)
      .map((port: any) => `port ${port.hostPort}`),
  ];
}
