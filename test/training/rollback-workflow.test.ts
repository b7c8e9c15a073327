import { App, Chart, Duration, Testing } from 'cdk8s';
import { ReleaseBranch, ReleaseTarget, TrainingPipeline } from '../../src';
import { gitCredentials, pipelineProps } from '../support/training';

function make(through?: ReleaseBranch) {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  const release = ReleaseTarget.rollout('fraud', { within: Duration.hours(2), through });
  const pipeline = TrainingPipeline.argoWorkflow(chart, 'Pipeline', pipelineProps({ release, promoter: { serviceAccountName: 'promoter', serviceAccountAnnotations: {} } }));
  const call = pipeline.addRollback();
  const manifests = Testing.synth(chart);
  const { spec } = manifests.find(({ kind, metadata }) => kind === 'WorkflowTemplate' && metadata.name === 'fraud-detection-rollback');
  const [entry, ...templates] = spec.templates;
  return { call, manifests, spec, tasks: entry.dag.tasks, template: (name: string) => templates.find((one: any) => one.name === name) };
}

test('moves the alias back, then points what serves at the version that it names', () => {
  const { tasks, template } = make();

  expect(tasks).toEqual([
    { name: 'rollback', template: 'rollback' },
    {
      name: 'release',
      template: 'release',
      depends: 'rollback.Succeeded',
      arguments: { parameters: [{ name: 'version', value: '{{tasks.rollback.outputs.parameters.version}}' }] },
    },
  ]);
  expect([...template('rollback').container.command, ...template('rollback').container.args]).toEqual([
    'mlops', 'rollback', 'fraud-detection', '--reason={{workflow.parameters.reason}}', '--by={{workflow.name}}', '--without-record',
    '--version-file=/workspace/version',
  ]);
  expect(template('rollback').outputs.parameters).toEqual([{ name: 'version', valueFrom: { path: '/workspace/version' } }]);
  expect(template('release').container.args).toEqual([
    'fraud-detection', '--version={{inputs.parameters.version}}', '--to=rollout/fraud', '--namespace={{workflow.namespace}}', '--within=7200',
  ]);
});

test('through a branch, a version that was released before is committed again', () => {
  const { template } = make(ReleaseBranch.https('https://git.example.com/team/deployments.git', gitCredentials()));
  const { args } = template('release').container;

  expect(args).toContain('--git=https://git.example.com/team/deployments.git');
  expect(args.at(-1)).toBe('--again');
});

test('is not tried again by itself, as who goes back twice goes further back; pointing is', () => {
  const { template } = make();

  expect(template('rollback').retryStrategy).toBeUndefined();
  expect(template('release').retryStrategy.limit).toBe('5');
});

test('runs as the one who promotes, waits for no training, and ends', () => {
  const { spec, template, manifests } = make();
  const { metadata: { labels } } = template('rollback');
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy').map(({ spec: { podSelector } }) => podSelector.matchLabels);

  expect([template('rollback').serviceAccountName, template('release').serviceAccountName]).toEqual(['promoter', 'promoter']);
  expect(spec.synchronization).toBeUndefined();
  expect(spec.activeDeadlineSeconds).toBe(7200 + 900);
  expect(policies.filter((selector: any) => Object.entries(selector).every(([key, value]) => labels[key] === value))).toHaveLength(1);
});

test('says how it is called', () => {
  expect(make().call).toEqual({
    when: 'after a bad version took over',
    command: "argo submit --watch --from workflowtemplate/fraud-detection-rollback --namespace ml --parameter reason='<what went wrong>'",
    effect: '@previous becomes the champion again and serves, and the bad version is rejected; a second call goes further back',
    staysUnderGitOps: false,
  });
});
