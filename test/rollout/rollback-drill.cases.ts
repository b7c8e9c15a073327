import { Chart, Duration, Testing } from 'cdk8s';
import { CanaryRollout, Environment, ModelServing, PlatformProfile, RollbackDrill, RollbackDrillProps, RolloutStrategy, RuntimeImage, TrafficRouter } from '../../src';
import { ErrorCase } from '../support/error-case';
import { aPlatform, DIGEST, servingProps } from '../support/fixtures';

function drill(overrides: Partial<RollbackDrillProps>, namespace?: string): () => RollbackDrill {
  return () => {
    const app = Testing.app();
    const serving = new ModelServing(new Chart(app, 'test'), 'Serving', servingProps({ strategy: RolloutStrategy.canary({ router: TrafficRouter.istio() }) }));
    return new RollbackDrill(namespace ? new Chart(app, 'other', { namespace }) : Chart.of(serving), 'Drill', {
      serving,
      rollout: serving.workload as CanaryRollout,
      runtime: RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: DIGEST }),
      fault: { variable: 'FAULT', value: 'errors' },
      platform: PlatformProfile.of({ metrics: aPlatform().metrics, environment: Environment.STAGING }),
      ...overrides,
    });
  };
}

export const cases: ErrorCase[] = [
  {
    id: 'rollout/drill-outside-staging',
    when: 'a drill in production',
    provoke: drill({ platform: aPlatform() }),
    message: "[test/Drill] a drill deploys a version that fails on purpose, so its platform must be staging, got 'prod'; leave it out elsewhere (rollout/drill-outside-staging)",
  },
  {
    id: 'rollout/drill-before-judgement',
    when: 'an objective that ends before anything is judged',
    provoke: drill({ objective: Duration.minutes(5) }),
    message: "[test/Drill] 'objective' (300s) must be above the time until the first stage is judged (330s), or no drill passes; measure earlier, or raise it (rollout/drill-before-judgement)",
  },
  {
    id: 'rollout/malformed-fault',
    when: 'a variable that no shell knows',
    provoke: drill({ fault: { variable: 'FAULT=1', value: 'x' } }),
    message: "[test/Drill] 'fault.variable' must be letters, digits and '_', not starting with a digit, got 'FAULT=1' (rollout/malformed-fault)",
  },
  {
    id: 'schedule/malformed',
    when: 'a schedule in words',
    provoke: drill({ schedule: 'weekly' }),
    message: "[test/Drill] 'schedule' must be a schedule such as '0 * * * *', got 'weekly', whose number of fields cannot be read (schedule/malformed)",
  },
  {
    id: 'schedule/stale-before-next',
    when: 'a drill that is too old before the next one',
    provoke: drill({ maxAge: Duration.days(7) }),
    message: "[test/Drill] 'maxAge' must be longer than 7 days, the longest time between two runs of '0 10 * * 2', got 7 days; leave it out, and one run may be missed (schedule/stale-before-next)",
  },
  {
    id: 'schedule/time-zone',
    when: 'a place that no map of time has',
    provoke: drill({ timeZone: 'Europe/Bonn' }),
    message: "[test/Drill] 'timeZone' must be a time zone such as 'Europe/Berlin', got 'Europe/Bonn' (schedule/time-zone)",
  },
  {
    id: 'rollout/drill-elsewhere',
    when: 'a drill that may not reach its rollout',
    provoke: drill({}, 'drills'),
    message: "[other/Drill] the drill is in namespace 'drills', and the rollout in ''; a Role reaches its own namespace only, so declare the drill there (rollout/drill-elsewhere)",
  },
];
