import { FindingSeverity } from '../../core/findings';
import { containersOf, podsOf, PodShape } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

const MOVING_MODEL = /\bmodels:\/[^\s"'@/]+(?:@[\w-]+|\/(?:latest|None|Staging|Production|Archived)\b)/;

/** A server must load a fixed version: a restart after an alias moved would load a model that no rollout has judged. */
export class AliasInPod implements IPolicyRule {
  public readonly ruleId = 'supply-chain/alias-in-pod';
  public readonly severity = FindingSeverity.ERROR;

  public check(manifest: any): PolicyFinding[] {
    return podsOf(manifest)
      .filter((pod) => pod.role === 'server')
      .flatMap((pod) => mentionsIn(pod).map(({ where, uri }) => ({
        message: `${where} loads '${uri}', which is another version once the alias or stage moves`,
        remedy: 'name the version of the release record, as ModelSource does',
      })));
  }
}

function mentionsIn(pod: PodShape): { where: string; uri: string }[] {
  return containersOf(pod).flatMap(({ where, container }) => {
    const texts = [
      ...container.command ?? [],
      ...container.args ?? [],
      ...(container.env ?? []).map((variable: any) => variable.value ?? ''),
      container.storageUri ?? '',
    ];
    return texts
      .map((text) => MOVING_MODEL.exec(String(text))?.[0])
      .filter((uri): uri is string => uri !== undefined)
      .map((uri) => ({ where, uri }));
  });
}
