import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { ControllerVerdicts, Findings, MlopsApp } from '../../src';
import { acceptedManifests, synthesize } from '../private/controllers/refusals';

function make(app: App, change: (manifests: any) => void = () => {}): { [id: string]: ApiObject } {
  const chart = new Chart(app, 'fraud');
  const manifests = acceptedManifests();
  change(manifests);
  return Object.fromEntries(Object.entries(manifests).map(([id, manifest]) => [id, new ApiObject(chart, id, manifest)]));
}

test('a rollout that the controller takes is synthesized, with everything that it names', () => {
  expect(synthesize(() => {})).toContain('kind: Rollout');
});

test('a patch is judged as the object that it makes', () => {
  const app = new MlopsApp();
  const { rollout } = make(app);

  rollout.addJsonPatch(JsonPatch.replace('/spec/strategy/canary/steps/0/setWeight', 150));

  expect(() => app.synthYaml()).toThrow("[fraud/rollout] 'spec.strategy.canary.steps[0].setWeight' must be from 0 to 100, got 150");
});

test('everything that is wrong is said at once', () => {
  const app = new MlopsApp();
  make(app, ({ rollout, stage }) => {
    rollout.spec.replicas = -1;
    rollout.spec.strategy.canary.steps.push({});
    stage.spec.metrics[0].failureLimit = 6;
  });

  expect(() => app.synthYaml()).toThrow(/negative-number\)\n.*empty-step\)\n.*limits-beyond-count\)$/);
});

test('what does not fit its definition is not judged further', () => {
  const app = new MlopsApp();
  make(app, ({ rollout }) => {
    rollout.spec.strategy.canary.steps = 'none';
    delete rollout.spec.selector;
  });

  expect(() => app.synthYaml()).toThrow(/errors:\n {2}\[fraud\/rollout\] 'spec.strategy.canary.steps' must be a list, got 'none'; change the value \(definition\/wrong-type\)$/);
});

test('an object that cannot be rendered says so by itself', () => {
  const app = new MlopsApp();
  const odd = new (class Odd {})();
  make(app, ({ rollout, stable }) => {
    rollout.spec.replicas = odd;
    stable.spec.ports = odd;
  });

  expect(() => app.synthYaml()).toThrow(/errors:\n.*\/rollout.*Odd[^]*\/stable.*Odd/);
});

describe('a controller that judges otherwise', () => {
  test('is left to judge, and the report says why', () => {
    const app = new MlopsApp();
    const { rollout } = make(app, (manifests) => (manifests.rollout.spec.strategy.canary.speed = 'fast'));

    ControllerVerdicts.of(rollout).overrule('definition/unknown-field', 'argo-rollouts 1.12 has it');

    expect(app.synthYaml()).toContain('speed: fast');
    expect(Findings.of(app).list()).toEqual([{
      ruleId: 'controllers/overruled',
      severity: 'warning',
      path: 'fraud/rollout',
      message: "'spec.strategy.canary.speed' is a field that nobody knows; remove it (definition/unknown-field), but it is left to the controller: argo-rollouts 1.12 has it",
      remedy: 'try it against the controller of the cluster',
    }]);
  });

  test('is left nothing where nothing was refused', () => {
    const app = new MlopsApp();
    make(app);

    ControllerVerdicts.of(app).overrule('argo-rollouts/empty-step', 'argo-rollouts 1.12 takes it');

    expect(Findings.of(app).list().map(({ path, message }) => ({ path, message }))).toEqual([
      { path: '', message: "'argo-rollouts/empty-step' is overruled here but refuses nothing" },
    ]);
  });
});

test('what the app does not make is left to the cluster, and the report says so', () => {
  const app = new MlopsApp();
  make(app, (manifests) => ['canary', 'virtualService', 'always'].forEach((name) => delete manifests[name]));

  expect(app.synthYaml()).toContain('kind: Rollout');
  expect(Findings.of(app).list().map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([
    "controllers/elsewhere: 'spec.strategy.canary.canaryService' names the Service 'canary', which is not made here",
    "controllers/elsewhere: 'spec.strategy.canary.trafficRouting.istio.virtualService' names the VirtualService 'routes', which is not made here",
    "controllers/elsewhere: 'spec.strategy.canary.analysis.templates' names the AnalysisTemplate 'always', which is not made here",
  ]);
});
