import { ApiObject, Chart } from 'cdk8s';
import { ControllerVerdicts, Finding, Findings, MlopsApp } from '../../src';
import { acceptedManifests } from '../private/controllers/refusals';
import { ErrorCase } from '../support/error-case';

function findingsAfter(change: (manifests: any, app: MlopsApp) => void): Finding[] {
  const app = new MlopsApp();
  const manifests = acceptedManifests();
  change(manifests, app);
  const chart = new Chart(app, 'fraud');
  Object.entries(manifests).forEach(([id, manifest]) => new ApiObject(chart, id, manifest));
  return Findings.of(app).list();
}

const verdicts = () => ControllerVerdicts.of(new Chart(new MlopsApp(), 'fraud'));

export const cases: ErrorCase[] = [
  {
    id: 'controllers/unknown-rule',
    when: 'a rule that is not there',
    provoke: () => verdicts().overrule('argo-rollouts/none', 'ours is newer'),
    message: "'ruleId' must be the id at the end of a refusal, such as 'definition/unknown-field', got 'argo-rollouts/none' (controllers/unknown-rule)",
  },
  {
    id: 'controllers/empty-reason',
    when: 'no reason to leave a rule',
    provoke: () => verdicts().overrule('argo-rollouts/empty-step', ' '),
    message: "'reason' must say which controller accepts what 'argo-rollouts/empty-step' refuses on 'fraud', got '' (controllers/empty-reason)",
  },
  {
    id: 'controllers/overruled',
    when: 'a rule that was left to the controller',
    provoke: () => findingsAfter(({ rollout }, app) => {
      rollout.spec.replicas = -1;
      ControllerVerdicts.of(app).overrule('argo-rollouts/negative-number', 'ours counts down');
    }),
    message: "[fraud/rollout] 'spec.replicas' must be at least 0, got -1; change the number (argo-rollouts/negative-number), but it is left to the controller: ours counts down; "
      + 'try it against the controller of the cluster (controllers/overruled)',
  },
  {
    id: 'controllers/elsewhere',
    when: 'a Service that only the cluster has',
    provoke: () => findingsAfter((manifests) => delete manifests.canary),
    message: "[fraud/rollout] 'spec.strategy.canary.canaryService' names the Service 'canary', which is not made here; "
      + 'see that it is in the cluster before; the controller refuses the rollout until then (controllers/elsewhere)',
  },
  {
    id: 'controllers/unused-overrule',
    when: 'a rule that refuses nothing',
    provoke: () => findingsAfter((_, app) => ControllerVerdicts.of(app).overrule('argo-rollouts/empty-step', 'ours takes it')),
    message: "[] 'argo-rollouts/empty-step' is overruled here but refuses nothing; remove it, so that a later refusal is seen (controllers/unused-overrule)",
  },
];
