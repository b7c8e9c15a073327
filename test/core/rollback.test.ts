import { Rollback } from '../../src';

const fraud = { name: 'fraud', namespace: 'ml' };
const commands = (calls: { command: string }[]) => calls.map(({ command }) => command);

test('a Deployment is undone', () => {
  expect(commands(Rollback.ofDeployment(fraud))).toEqual(['kubectl rollout undo deployment/fraud --namespace ml']);
});

test('a Rollout is aborted while a version takes over, and undone after it did', () => {
  expect(commands(Rollback.ofRollout(fraud))).toEqual(['kubectl argo rollouts abort fraud --namespace ml', 'kubectl argo rollouts undo fraud --namespace ml']);
});

test('an abort changes nothing that Git describes, so a GitOps controller lets it stand', () => {
  expect(Rollback.ofRollout(fraud).map(({ staysUnderGitOps }) => staysUnderGitOps)).toEqual([true, false]);
});

test('the traffic of a Knative Service goes to the revision before, by name', () => {
  expect(commands(Rollback.ofKnativeService(fraud, 'fraud-v1'))).toEqual([
    'kubectl patch services.serving.knative.dev fraud --namespace ml --type=merge ' +
    '--patch=\'{"spec":{"traffic":[{"revisionName":"fraud-v1","latestRevision":false,"percent":100}]}}\'',
  ]);
});

test('an InferenceService gives the newest revision no requests', () => {
  expect(commands(Rollback.ofInferenceService(fraud))).toEqual([
    'kubectl patch inferenceservices.serving.kserve.io fraud --namespace ml --type=merge --patch=\'{"spec":{"predictor":{"canaryTrafficPercent":0}}}\'',
  ]);
});

test('a release record is reverted by the commit that changed it last', () => {
  expect(commands(Rollback.ofRelease('fraud-detection'))).toEqual([
    'git revert --no-edit "$(git log -1 --format=%H -- releases/fraud-detection.json)" && git push',
  ]);
  expect(commands(Rollback.ofRelease('fraud-detection', 'challenger'))[0]).toContain('-- releases/fraud-detection.challenger.json)');
});

test('without a namespace, that of the context is meant', () => {
  expect(commands(Rollback.ofDeployment({ name: 'fraud' }))).toEqual(['kubectl rollout undo deployment/fraud']);
  expect(commands(Rollback.ofDeployment({ name: 'fraud', namespace: '' }))).toEqual(['kubectl rollout undo deployment/fraud']);
});
