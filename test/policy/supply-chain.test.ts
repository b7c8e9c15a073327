import { container, cronJob, deployment, digest, image, inEveryKind, said } from './support';
import { AliasInPod } from '../../src/policy/rules/alias-in-pod';
import { InstallAtStart } from '../../src/policy/rules/install-at-start';
import { UnpinnedImage } from '../../src/policy/rules/unpinned-image';

describe('supply-chain/unpinned-image', () => {
  const rule = new UnpinnedImage();
  const tagged = 'registry.example.com/fraud/server:1.4';

  test.each(Object.entries(inEveryKind({ image: tagged })))('flags an image by tag in a %s', (_kind, manifest) => {
    expect(said(rule, manifest)).toHaveLength(1);
    expect(said(rule, manifest)[0]).toContain(`names '${tagged}' without a digest`);
  });

  test.each(Object.entries(inEveryKind({ image })))('accepts an image by digest in a %s', (_kind, manifest) => {
    expect(said(rule, manifest)).toEqual([]);
  });

  test('flags init containers, ephemeral containers and image volumes, and says which', () => {
    const manifest = deployment({
      initContainers: [{ name: 'loader', image: 'loader:1' }],
      ephemeralContainers: [{ name: 'debug', image: 'debug:1' }],
      volumes: [{ name: 'model', image: { reference: 'model:1' } }, { name: 'tmp', emptyDir: {} }],
    });

    expect(said(rule, manifest).map((message) => message.replace(/ without.*/, ''))).toEqual([
      "init container 'loader' names 'loader:1'",
      "ephemeral container 'debug' names 'debug:1'",
      "image volume 'model' names 'model:1'",
    ]);
  });

  test.each(['server', 'server@sha256:abc', `server@sha256:${'A'.repeat(64)}`, `server@sha512:${'a'.repeat(64)}`])('flags %s', (uri) => {
    expect(said(rule, deployment({ containers: [container({ image: uri })] }))).toHaveLength(1);
  });

  test('accepts a tag beside a digest', () => {
    expect(said(rule, deployment({ containers: [container({ image: `server:1.4@${digest}` })] }))).toEqual([]);
  });

  test('accepts a model whose image is chosen by its runtime', () => {
    const manifest = inEveryKind({ storageUri: 's3://models/fraud' })['InferenceService with a model'];

    expect(said(rule, manifest)).toEqual([]);
  });

  test.each([
    ['a kind that it does not know', { apiVersion: 'example.com/v1', kind: 'Deployment', spec: { template: { spec: { containers: [{ name: 'c', image: 'x' }] } } } }],
    ['a Service, which Knative has as well', { apiVersion: 'v1', kind: 'Service', spec: { template: { spec: { containers: [{ name: 'c', image: 'x' }] } } } }],
    ['an object without a spec', { apiVersion: 'apps/v1', kind: 'Deployment' }],
    ['a Rollout that refers to a Deployment', { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', spec: { workloadRef: {} } }],
    ['a workflow step that runs nothing', { apiVersion: 'argoproj.io/v1alpha1', kind: 'WorkflowTemplate', spec: { templates: [{ name: 'wait', suspend: {} }] } }],
    ['a TrainJob whose image is chosen by its runtime', { apiVersion: 'trainer.kubeflow.org/v1alpha1', kind: 'TrainJob', spec: { trainer: { numNodes: 2 } } }],
  ])('finds nothing in %s', (_what, manifest) => {
    expect(said(rule, manifest)).toEqual([]);
  });
});

describe('supply-chain/install-at-start', () => {
  const rule = new InstallAtStart();

  test.each([
    ['pip install', ['sh', '-c', 'pip install mlflow && serve']],
    ['pip3 --quiet install', ['sh', '-c', 'pip3 --quiet install mlflow']],
    ['apt-get -y install', ['bash', '-c', 'apt-get -y install curl']],
    ['npm ci', ['npm', 'ci']],
    ['curl -sSf https://example.com/install.sh | sh', ['sh', '-c', 'curl -sSf https://example.com/install.sh | sh']],
  ])('flags %s', (installer, command) => {
    expect(said(rule, deployment({ containers: [container({ command })] }))[0]).toContain(`runs '${installer}' when it starts`);
  });

  test('flags it in the source of a workflow script and in arguments', () => {
    expect(said(rule, inEveryKind({ source: 'pip install evidently' })['WorkflowTemplate with a script'])).toHaveLength(1);
    expect(said(rule, deployment({ initContainers: [container({ args: ['apk', 'add', 'git'] })] }))).toHaveLength(1);
  });

  test.each([[['python', 'serve.py']], [['sh', '-c', 'echo install']], [['curl', '-f', 'http://localhost:8080']], [['pipeline', 'install-check']]])('accepts %j', (command) => {
    expect(said(rule, deployment({ containers: [container({ command })] }))).toEqual([]);
  });
});

describe('supply-chain/alias-in-pod', () => {
  const rule = new AliasInPod();

  test.each(['models:/fraud@champion', 'models:/fraud/latest', 'models:/fraud/Production'])('flags %s in arguments, environment and storage address', (uri) => {
    expect(said(rule, deployment({ containers: [container({ args: [`--model-uri=${uri}`] })] }))[0]).toContain(`loads '${uri}'`);
    expect(said(rule, deployment({ containers: [container({ env: [{ name: 'MODEL_URI', value: uri }, { name: 'OTHER', valueFrom: {} }] })] }))).toHaveLength(1);
    expect(said(rule, inEveryKind({ storageUri: uri })['InferenceService with a model'])).toHaveLength(1);
  });

  test.each(['models:/fraud/7', 's3://models/fraud/v7'])('accepts %s', (uri) => {
    expect(said(rule, deployment({ containers: [container({ args: [`--model-uri=${uri}`] })] }))).toEqual([]);
  });

  test('accepts an alias in a task, which may compare with the champion', () => {
    expect(said(rule, cronJob({}, {}, { containers: [container({ args: ['--against=models:/fraud@champion'] })] }))).toEqual([]);
  });
});
