import { FindingSeverity } from '../../core/findings';
import { isServer } from '../../private/workloads';
import { ManifestSet } from '../manifest-set';
import { IPolicyRule, PolicyFinding } from '../rule';
import { replicasAmong } from './scaling';

/** A server must survive the loss of a node. */
export class OneReplica implements IPolicyRule {
  public readonly ruleId = 'operations/one-replica';
  public readonly severity = FindingSeverity.WARNING;

  public check(manifest: any, neighbours: ManifestSet): PolicyFinding[] {
    const replicas = isServer(manifest) ? replicasAmong(manifest, neighbours) : undefined;
    return replicas?.min !== 1 ? [] : [{
      message: `${manifest.kind} '${manifest.metadata?.name}' has one pod, so a drained node is an outage`,
      remedy: 'use at least two replicas',
    }];
  }
}
