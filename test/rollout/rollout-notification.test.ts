import { RolloutNotification, RolloutTrigger } from '../../src';

const owner = { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud' };

test('tells of what somebody has to look at, unless asked otherwise', () => {
  expect(RolloutNotification.to({ service: 'pagerduty', recipient: 'risk' }).annotations).toEqual({
    'notifications.argoproj.io/subscribe.on-rollout-aborted.pagerduty': 'risk',
    'notifications.argoproj.io/subscribe.on-rollout-paused.pagerduty': 'risk',
    'notifications.argoproj.io/subscribe.on-analysis-run-error.pagerduty': 'risk',
  });
});

test('an owner is told where the contact says', () => {
  const told = (contact: string) => RolloutNotification.toOwner({ ...owner, contact }, [RolloutTrigger.COMPLETED]).annotations;

  expect(told('#risk-ml')).toEqual({ 'notifications.argoproj.io/subscribe.on-rollout-completed.slack': 'risk-ml' });
  expect(told('risk-ml@example.com')).toEqual({ 'notifications.argoproj.io/subscribe.on-rollout-completed.email': 'risk-ml@example.com' });
});
