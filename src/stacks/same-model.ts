import { IConstruct } from 'constructs';
import { Findings, FindingSeverity } from '../core/findings';

/** Stacks by model and place, by the root of the tree. */
const STACKS = new WeakMap<IConstruct, Map<string, string>>();

/** Finds a second stack that moves the same aliases, or logs into the same log. */
export function reportSameModel(stack: IConstruct, model: string, places: string[]): void {
  const { root, path } = stack.node;
  const known = STACKS.get(root) ?? new Map<string, string>();
  STACKS.set(root, known);
  for (const place of new Set(places)) {
    const key = `${model} ${place}`;
    const other = known.get(key);
    known.set(key, other ?? path);
    if (other !== undefined) {
      Findings.of(stack).add({
        ruleId: 'stacks/second-stack-of-model',
        severity: FindingSeverity.ERROR,
        message: `'${other}' is a stack of '${model}' in '${place}' already: each would move the aliases of the other, and read its log`,
        remedy: 'give one of them another model, or a storage and a registry of its own',
      });
    }
  }
}
