import { FindingSeverity } from '../../core/findings';
import { containersOf, podsOf, PodShape } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

/** The scheduler must know what a container needs, and the node what it may take. */
export class NoResources implements IPolicyRule {
  public readonly ruleId = 'operations/no-resources';
  public readonly severity = FindingSeverity.ERROR;

  public check(manifest: any): PolicyFinding[] {
    return podsOf(manifest).filter((pod) => pod.complete).flatMap((pod) => containersOf(pod)
      .filter(({ type }) => type !== 'ephemeral')
      .map(({ where, container }) => ({ where, missing: missingIn(pod, container) }))
      .filter(({ missing }) => missing.length > 0)
      .map(({ where, missing }) => ({
        message: `${where} has no ${missing.join(', no ')}`,
        remedy: 'set them from a load test',
      })));
  }
}

/** A limit without a request is its own request; resources of the pod count for each of its containers. */
function missingIn(pod: PodShape, container: any): string[] {
  const limits = { ...pod.spec.resources?.limits, ...container.resources?.limits };
  const requests = { ...limits, ...pod.spec.resources?.requests, ...container.resources?.requests };
  return [
    ...requests.cpu === undefined ? ['cpu request'] : [],
    ...requests.memory === undefined ? ['memory request'] : [],
    ...limits.memory === undefined ? ['memory limit'] : [],
  ];
}
