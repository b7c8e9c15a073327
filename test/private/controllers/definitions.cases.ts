import { refusal } from './refusals';
import { ErrorCase } from '../../support/error-case';

export const cases: ErrorCase[] = [
  refusal('definition/unknown-field', 'a field with a typing mistake', ({ rollout }) => (rollout.spec.strategy.canary.maxSurges = 1),
    "'spec.strategy.canary.maxSurges' is a field that nobody knows; did you mean 'maxSurge'?"),
  refusal('definition/unknown-field', 'a field that resembles none', ({ rollout }) => (rollout.spec.template.spec.containers[0]['example.com/x'] = 1),
    "'spec.template.spec.containers[0]['example.com/x']' is a field that nobody knows; remove it"),
  refusal('definition/missing-field', 'a route without a name', ({ rollout }) => (rollout.spec.strategy.canary.trafficRouting.managedRoutes = [{}]),
    "'spec.strategy.canary.trafficRouting.managedRoutes[0].name' must be given; its definition requires it"),
  refusal('definition/wrong-type', 'a weight that is a text', ({ rollout }) => (rollout.spec.strategy.canary.steps[0].setWeight = '5'),
    "'spec.strategy.canary.steps[0].setWeight' must be a whole number, got '5'; change the value"),
  refusal('definition/wrong-type', 'a surge that is a list', ({ rollout }) => (rollout.spec.strategy.canary.maxSurge = [1]),
    "'spec.strategy.canary.maxSurge' must be a whole number or a string, got [1]; change the value"),
  refusal('definition/refused-value', 'a time that is none', ({ rollout }) => (rollout.spec.restartAt = 'now'),
    "'spec.restartAt' must be a time such as '2026-01-31T12:00:00Z', got 'now'; change the value"),
];
