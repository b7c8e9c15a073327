import { App, Chart, Testing } from 'cdk8s';
import { ArgoTrainingPipelineProps, Approval, Gpu, ModelRegistry, ReleaseTarget, TrainingData, TrainingPipeline } from '../../../src';
import { aProgram, pipelineProps, SNAPSHOT } from '../../support/training';
import { Oracle } from '../harness/oracle';

/** What Argo Workflows itself says of the pipelines that are synthesized. */
const oracle = Oracle.forTests('oracle-workflows');

function make(overrides: Partial<ArgoTrainingPipelineProps> = {}) {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  const pipeline = TrainingPipeline.argoWorkflow(chart, 'Pipeline', pipelineProps(overrides));
  const manifests = Testing.synth(chart).filter(({ kind }) => ['WorkflowTemplate', 'CronWorkflow'].includes(kind));
  const { manifest } = pipeline.toTrigger({ model: 'fraud-detection' });
  return [...manifests, { ...manifest, metadata: { name: 'fraud-detection-retrain-1', namespace: 'ml' } }];
}

const ROLLOUT = ReleaseTarget.rollout('fraud');

test.each<[string, Partial<ArgoTrainingPipelineProps>]>([
  ['as small as it may be', {}],
  ['that releases, by the clock', { release: ROLLOUT, schedule: '0 3 * * 1', timeZone: 'Europe/Zurich' }],
  ['that asks a person for each version', { release: ROLLOUT, approval: Approval.ALWAYS }],
  ['without a snapshot, tests and features', { data: TrainingData.snapshot(SNAPSHOT), program: aProgram({ testModel: undefined, featureSchema: undefined }) }],
  ['on MLflow and GPUs', { registry: ModelRegistry.fromMlflowUrl('http://mlflow.ml.svc:5000'), gpu: Gpu.nvidia(1, { nodeLabels: { pool: 'gpu' } }), release: ROLLOUT }],
])('accepts a pipeline %s, its schedule and what drift starts', async (_, overrides) => {
  expect(await oracle.ask('workflows', make(overrides))).toEqual({ accepted: true, reasons: [] });
});

type Change = (spec: any) => void;
const taskOf = (spec: any, name: string) => spec.templates[0].dag.tasks.find((one: any) => one.name === name);
const templateOf = (spec: any, name: string) => spec.templates.find((one: any) => one.name === name);

test.each<[string, Change, RegExp]>([
  ['a step that is not there', (spec) => (taskOf(spec, 'train').template = 'trian'), /template name 'trian' undefined/],
  ['a step that waits for itself', (spec) => (taskOf(spec, 'validate-data').depends = 'promote.Succeeded'), /contains a cycle|cycle/i],
  ['a version that nobody registers', (spec) => delete templateOf(spec, 'register').outputs, /tasks\.register\.outputs\.parameters\.version/],
  ['an artifact that nobody leaves', (spec) => templateOf(spec, 'train').outputs.artifacts.shift(), /tasks\.train\.outputs\.artifacts\.model/],
  ['an input that nobody gives', (spec) => delete taskOf(spec, 'promote').arguments, /inputs\.parameters\.version was not supplied/],
  ['a field that nobody knows', (spec) => (spec.mutex = 'train'), /unknown field "spec\.mutex"/],
])('refuses %s', async (_, change, reason) => {
  const [template, ...others] = make({ release: ROLLOUT });
  change(template.spec);

  expect((await oracle.ask('workflows', [template, ...others])).reasons.join('\n')).toMatch(reason);
});

describe('a step is tried again', () => {
  const PROGRAM = ['validate-data', 'train', 'test-model'];
  const COMMANDS = ['register', 'evaluate', 'challenge', 'release', 'promote', 'reject'];

  test.each<[string, { status: string; exitCode: string; message: string }, string[]]>([
    ['where its pod was deleted', { status: 'Error', exitCode: '-1', message: 'pod deleted' }, [...PROGRAM, ...COMMANDS]],
    ['where its node is drained', { status: 'Failed', exitCode: '143', message: 'main: Error (exit code 143)' }, [...PROGRAM, ...COMMANDS]],
    ['where its node has no room', { status: 'Failed', exitCode: '137', message: 'The node was low on resource: memory.' }, [...PROGRAM, ...COMMANDS]],
    ['where it was preempted', { status: 'Failed', exitCode: '-1', message: 'Preempted in order to admit critical pod' }, [...PROGRAM, ...COMMANDS]],
    ['where a server did not answer its command', { status: 'Failed', exitCode: '5', message: 'main: Error (exit code 5)' }, COMMANDS],
    ['by nobody where it was judged', { status: 'Failed', exitCode: '1', message: 'main: Error (exit code 1)' }, []],
    ['by nobody where it was wrong', { status: 'Failed', exitCode: '70', message: 'main: Error (exit code 70)' }, []],
    ['by nobody where it needs more memory than it has', { status: 'Failed', exitCode: '137', message: 'main: OOMKilled (exit code 137)' }, []],
    ['by nobody where its time is up', { status: 'Failed', exitCode: '-1', message: 'Pod was active on the node longer than the specified deadline' }, []],
  ])('%s', async (_, ended, again) => {
    const [template] = make({ release: ROLLOUT, data: TrainingData.snapshot(SNAPSHOT) });

    const { details } = await oracle.ask('retries', [template], ended);

    expect([...details].sort()).toEqual([...again].sort());
  });
});
