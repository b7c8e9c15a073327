import { FindingSeverity } from '../../core/findings';
import { parseQuantity } from '../../private/quantity';
import { containersOf, podsOf } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

/** Memory cannot be taken back: what a container may take should be what the scheduler reserved. */
export class MemoryOvercommit implements IPolicyRule {
  public readonly ruleId = 'operations/memory-overcommit';
  public readonly severity = FindingSeverity.WARNING;

  public check(manifest: any): PolicyFinding[] {
    return podsOf(manifest).flatMap(containersOf)
      .map(({ where, container }) => ({ where, request: container.resources?.requests?.memory, limit: container.resources?.limits?.memory }))
      .filter(({ request, limit }) => request !== undefined && limit !== undefined && parseQuantity(request) !== parseQuantity(limit))
      .map(({ where, request, limit }) => ({
        message: `${where} requests ${request} of memory and may take ${limit}, so a full node kills it, or its neighbours`,
        remedy: 'make request and limit equal',
      }));
  }
}
