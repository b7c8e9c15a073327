import { execFileSync } from 'child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Chart } from 'cdk8s';
import { parseAllDocuments, stringify } from 'yaml';
import { Approval, Artifacts, Gpu, KubeflowTrainingPipelineProps, ModelRegistry, ReleaseTarget, SecretRef, Tracking, TrainingData, TrainingPipeline } from '../../src';
import { aProgram, kubeflowProps, SNAPSHOT } from '../support/training';

/** What Kubeflow Pipelines' own SDK says of the pipelines that are synthesized. */
const ROOT = join(__dirname, '..', '..');
const ROLLOUT = ReleaseTarget.rollout('fraud');

function documents(overrides: Partial<KubeflowTrainingPipelineProps> = {}): [any, any] {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  TrainingPipeline.kubeflow(chart, 'Pipeline', kubeflowProps(overrides));
  const [spec, platform] = parseAllDocuments(Artifacts.of(chart).list()[0].content).map((document) => document.toJS());
  return [spec, platform];
}

type Break = (spec: any, kubernetes: any) => void;
const taskOf = (spec: any, name: string) => spec.root.dag.tasks[name];
const containerOf = (spec: any, name: string) => spec.deploymentSpec.executors[`exec-${name}`].container;

const ACCEPTED: [string, Partial<KubeflowTrainingPipelineProps>][] = [
  ['as small as it may be', {}],
  ['that releases', { release: ROLLOUT }],
  ['that asks a person for each version', { release: ROLLOUT, approval: Approval.ALWAYS }],
  ['without a snapshot, tests and features', { data: TrainingData.snapshot(SNAPSHOT), program: aProgram({ testModel: undefined, featureSchema: undefined }) }],
  ['with secrets, on MLflow and GPUs', {
    registry: ModelRegistry.fromMlflowUrl('http://mlflow.ml.svc:5000'),
    gpu: Gpu.nvidia(1, { nodeLabels: { pool: 'gpu' } }),
    program: aProgram({ tracking: Tracking.weightsAndBiases({ entity: 'acme', project: 'fraud', apiKey: SecretRef.existing('wandb', 'api-key') }) }),
    release: ROLLOUT,
  }],
];

const REFUSED: [string, Break, RegExp][] = [
  ['a field that nobody knows', (spec) => (taskOf(spec, 'train').retries = 3), /PipelineTaskSpec.*has no field named "retries"/],
  ['a type that nobody knows', (spec) => (spec.components['comp-train'].inputDefinitions.parameters.snapshot.parameterType = 'TEXT'), /Invalid enum value TEXT/],
  ['a container with a field of Kubernetes', (spec) => (containerOf(spec, 'train').imagePullPolicy = 'Always'), /has no field named "imagePullPolicy"/],
  ['a command that is a text', (spec) => (containerOf(spec, 'train').command = 'python'), /command/],
  ['a pipeline that cannot be told why it runs', (spec) => delete spec.root.inputDefinitions.parameters.reason, /got an unexpected keyword argument "reason"/],
  ['two ways to get one input', (spec) => (taskOf(spec, 'train').inputs.parameters.snapshot.runtimeValue = { constant: 'x' }), /oneof/],
  ['a wait that is no time', (spec) => (taskOf(spec, 'register').retryPolicy.backoffDuration = '10 seconds'), /duration/i],
  ['an order to Kubernetes that Kubeflow cannot pass on', (_, kubernetes) => (kubernetes.deploymentSpec.executors['exec-train'].hostNetwork = true),
    /KubernetesExecutorConfig.*has no field named "hostNetwork"/],
  ['a user that is no number', (_, kubernetes) => (kubernetes.deploymentSpec.executors['exec-train'].securityContext.runAsUser = 'root'), /runAsUser/],
  ['a setting of runs that nobody knows', (_, kubernetes) => (kubernetes.pipelineConfig.mutex = 'train'), /PipelineConfig.*has no field named "mutex"/],
];

let verdicts: string[];

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'kubeflow-'));
  const broken = REFUSED.map(([, change]) => {
    const [spec, platform] = documents({ release: ROLLOUT });
    change(spec, platform.platforms.kubernetes);
    return [spec, platform];
  });
  const files = [...ACCEPTED.map(([, overrides]) => documents(overrides)), ...broken].map((both, i) => {
    const file = join(folder, `${i}.yaml`);
    writeFileSync(file, both.map((document) => stringify(document)).join('---\n'));
    return file;
  });
  const options = ['--lock', 'test/kubeflow/requirements.txt', '--run', 'python', join(__dirname, 'judge.py'), ...files];
  const said = execFileSync(process.execPath, [join(ROOT, 'tools', 'runtime.mjs'), ...options], { cwd: ROOT, encoding: 'utf8' });
  verdicts = JSON.parse(said.trim().split('\n').pop()!);
  rmSync(folder, { recursive: true });
});

test.each(ACCEPTED.map(([name], i) => [name, i] as const))('accepts a pipeline %s', (_, i) => {
  expect(verdicts[i]).toBe('');
});

test.each(REFUSED.map(([name, , reason], i) => [name, reason, i] as const))('refuses %s', (_, reason, i) => {
  expect(verdicts[ACCEPTED.length + i]).toMatch(reason);
});
