import { ControllerRule } from './controller-rule';
import { selectorAndTemplate } from './argo-rollouts/selector-and-template';

/** Every rule, by the controller that would refuse. */
export const CONTROLLER_RULES: ControllerRule[] = [
  ...selectorAndTemplate,
];
