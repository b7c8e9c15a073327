import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { manifestOf } from '../../private/manifests';
import { Finding, FindingSeverity, IFindingSource } from '../findings';

/** Objects that one cluster would take for the same: the one that is applied last replaces the other without a word. */
export class DuplicateObjects implements IFindingSource {
  public constructor(private readonly app: IConstruct) {}

  public findings(): Finding[] {
    const objects = this.app.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node));
    // what an object was made with tells nearly all apart; only the rest is rendered, since a patch may rename it
    return collisionsOf(objects, (object) => identityOf(object, object.metadata))
      .flatMap((group) => collisionsOf(group, (object) => identityOf(object, manifestOf(object).metadata)))
      .flatMap(([first, ...others]) => others.map((other) => toFinding(first, other)));
  }
}

function toFinding(first: ApiObject, other: ApiObject): Finding {
  const { namespace } = other.metadata;
  const place = namespace === undefined ? '' : ` in the namespace '${namespace}'`;
  return {
    ruleId: 'app/duplicate-object',
    severity: FindingSeverity.ERROR,
    path: other.node.path,
    message: `the ${other.kind} '${manifestOf(other).metadata.name}'${place} is made by '${first.node.path}' too, and the one that is applied last replaces the other`,
    remedy: 'give one of them another name or namespace, or, if their charts go to different clusters, acknowledge it and apply each chart alone',
  };
}

function identityOf(object: ApiObject, { name, namespace }: { readonly name?: string; readonly namespace?: string }): string {
  return JSON.stringify([object.apiGroup, object.kind, namespace ?? '', name ?? '']);
}

/** Groups of two or more of the same identity. */
function collisionsOf(objects: ApiObject[], identity: (object: ApiObject) => string): ApiObject[][] {
  const groups = new Map<string, ApiObject[]>();
  for (const object of objects) {
    const key = identity(object);
    groups.set(key, groups.get(key) ?? []);
    groups.get(key)!.push(object);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}
