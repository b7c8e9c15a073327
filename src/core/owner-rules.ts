import { Owner } from './owner';
import { InputProblems } from '../private/input-error';
import { isLabelValue, LABEL_VALUE_FORM } from '../private/kubernetes-names';
import { requireWebAddress } from '../private/web-address';

/** Adds what is wrong with an owner; constructs call it before they throw. */
export function checkOwner(owner: Owner | undefined, problems: InputProblems): void {
  if (!owner) {
    problems.add('owner/missing', "'owner' must say who answers when this pages: a team and the address of its runbook");
    return;
  }
  if (typeof owner.team !== 'string' || owner.team === '' || !isLabelValue(owner.team)) {
    problems.add('owner/malformed-team', `'owner.team' must be ${LABEL_VALUE_FORM}, got '${owner.team}'`);
  }
  problems.attempt(() => requireWebAddress('owner.runbookUrl', owner.runbookUrl, ['https']));
  if (owner.contact !== undefined && (owner.contact.trim() === '' || /[\r\n]/.test(owner.contact))) {
    problems.add('owner/malformed-contact', `'owner.contact' must be one line such as '#risk-ml', got '${owner.contact}'; leave it out if there is none`);
  }
}
