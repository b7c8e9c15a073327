import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';

/** Fields of an object that a controller sets while it runs; who applies manifests must leave them alone. */
export interface ControllerFields {
  readonly object: ApiObject;
  /** JSON pointers, such as `/spec/replicas`. */
  readonly jsonPointers: string[];
  /** jq expressions, where a pointer cannot say it, such as `.spec.http[].route[].weight`. */
  readonly jqPathExpressions: string[];
  /** Which controller, and what it decides. */
  readonly why: string;
  /** Whether the controller takes its values back when the object that made it set them is deleted. */
  readonly undoneAtDeletion?: boolean;
}

const FIELDS = Symbol.for('cdk8s-mlops.controller-fields');

/** Says that a controller owns fields of an object. */
export function declareControllerFields(fields: ControllerFields): void {
  const holder = fields.object as any;
  if (!holder[FIELDS]) {
    Object.defineProperty(holder, FIELDS, { value: [] });
  }
  holder[FIELDS].push(fields);
}

/** What controllers own below a construct. */
export function controllerFieldsBelow(scope: IConstruct): ControllerFields[] {
  return scope.node.findAll().flatMap((node) => ((node as any)[FIELDS] ?? []) as ControllerFields[]);
}
