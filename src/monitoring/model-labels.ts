import { AuditKey } from '../private/audit';
import { IModelServing } from '../serving/serving';

/** Labels that say which model an object is about, also where nobody applied the audit labels of a release. */
export function modelLabels(serving: IModelServing): { [key: string]: string } {
  return { [AuditKey.MODEL]: serving.modelName, [AuditKey.OWNER]: serving.owner.team };
}
