import { Mismatch, mismatchesOf, MismatchReason } from './mismatches';
import { DEFINED_KINDS, schemaOf } from './schemas';
import { groupKindOf } from '../../workloads';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * What the definition of a kind says. These rules come first: what they refuse never reaches a controller.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
 */
export const definitionRules: ControllerRule[] = [
  { ruleId: 'definition/unknown-field', kinds: DEFINED_KINDS, violations: only('unknown-field') },
  { ruleId: 'definition/missing-field', kinds: DEFINED_KINDS, violations: only('missing-field') },
  { ruleId: 'definition/wrong-type', kinds: DEFINED_KINDS, violations: only('wrong-type') },
  { ruleId: 'definition/refused-value', kinds: DEFINED_KINDS, violations: only('refused-value') },
];

const compared = new WeakMap<object, Mismatch[]>();

function only(reason: MismatchReason): (manifest: any) => Violation[] {
  return (manifest) => {
    if (!compared.has(manifest)) {
      const { apiVersion, kind, metadata, ...rest } = manifest;
      compared.set(manifest, mismatchesOf(rest, schemaOf(groupKindOf(manifest)), ''));
    }
    return compared.get(manifest)!.filter((mismatch) => mismatch.reason === reason);
  };
}
