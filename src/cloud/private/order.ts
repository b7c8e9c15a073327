import { IConstruct } from 'constructs';
import { terraformStackOf } from './location';

/**
 * What a resource has to wait for that names another one by a plain string, which tells Terraform nothing. A construct of another stack makes
 * that whole stack come first; an import is there already.
 *
 * @param user construct whose resource waits
 * @param used construct that is named
 * @param childId id of its resource that must be there
 */
export function waitFor(user: IConstruct, used: IConstruct, childId: string): any[] | undefined {
  const resource = used.node.tryFindChild(childId);
  const usedStack = terraformStackOf(used);
  if (!resource || !usedStack) {return undefined;}
  const stack = terraformStackOf(user);
  if (usedStack === stack) {return [resource];}
  (stack as any).addDependency(usedStack);
  return undefined;
}
