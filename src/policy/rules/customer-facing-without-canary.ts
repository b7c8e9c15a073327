import { FindingSeverity } from '../../core/findings';
import { CUSTOMER_FACING } from '../../private/keys';
import { groupKindOf, podsOf } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

/** A model that customers meet shows a small share of them first. */
export class CustomerFacingWithoutCanary implements IPolicyRule {
  public readonly ruleId = 'adoption/customer-facing-without-canary';
  public readonly severity = FindingSeverity.ERROR;

  public check(manifest: any): PolicyFinding[] {
    return !isCustomerFacing(manifest) || takesOverInStages(manifest) ? [] : [{
      message: `${manifest.kind} '${manifest.metadata?.name}' is customer-facing, and a new version meets all customers at once`,
      remedy: 'use RolloutStrategy.canary() or a traffic split of the serving platform, or acknowledge why a bad model costs little here',
    }];
  }
}

function isCustomerFacing(manifest: any): boolean {
  const pods = podsOf(manifest);
  const marks = [manifest.metadata, ...pods].flatMap((metadata) => [metadata?.labels, metadata?.annotations]);
  return pods.length > 0 && marks.some((mark) => mark?.[CUSTOMER_FACING] === 'true');
}

function takesOverInStages(manifest: any): boolean {
  switch (groupKindOf(manifest)) {
    case 'argoproj.io/Rollout':
      return (manifest.spec?.strategy?.canary?.steps ?? []).some((step: any) => step.setWeight !== undefined || step.setCanaryScale !== undefined);
    case 'serving.kserve.io/InferenceService':
      return manifest.spec?.predictor?.canaryTrafficPercent !== undefined;
    case 'serving.knative.dev/Service':
      return (manifest.spec?.traffic ?? []).filter((target: any) => target.percent !== undefined).length > 1;
    default:
      return false;
  }
}
