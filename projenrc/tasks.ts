import { cdk } from 'projen';

/** `npm run <task>`: what users and CI call. */
export function configureTasks(project: cdk.JsiiProject): void {
  const { compileTask, postCompileTask, testTask } = project;
  project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');
  compileTask.exec('node tools/lazy-index.mjs');

  const samples = project.addTask('samples', { description: 'Compile every code sample of README.md and of the API documentation' });
  samples.exec('node -e "fs.rmSync(\'.jsii.tabl.json\', { force: true })"');
  samples.exec('jsii-rosetta extract --strict --directory . .jsii');
  postCompileTask.reset();
  postCompileTask.spawn(project.tasks.tryFind('docgen')!);
  postCompileTask.spawn(samples);

  const lint = project.addTask('lint', { description: 'Types, style, rooms' });
  lint.exec('tsc -p test/tsconfig.json');
  lint.exec('tsc -p projenrc/tsconfig.json');
  lint.spawn(project.tasks.tryFind('eslint')!);
  lint.exec('depcruise --config .dependency-cruiser.json "{src,test,examples,bench}/**/*.ts"');

  testTask.reset();
  testTask.description = 'Compile, lint, test, check documentation';
  testTask.spawn(compileTask);
  testTask.spawn(lint);
  testTask.exec('jest --ci --coverage');
  testTask.spawn(samples);
  testTask.exec('node tools/check-api-md.mjs');
  project.addTask('jest', { description: 'Tests alone, on the last compilation', exec: 'jest --ci', receiveArgs: true });
  project.tasks.tryFind('test:update')!.reset('jest --updateSnapshot', { receiveArgs: true });

  const synth = project.addTask('synth', { description: 'Compile and synthesize every example' });
  synth.spawn(compileTask);
  synth.exec('node tools/synth-examples.mjs', { receiveArgs: true });

  const bench = 'ts-node --transpileOnly --project test/tsconfig.json test/cluster/harness/cli.ts';
  project.addTask('test:cluster', { description: 'What a real control plane says', exec: 'jest --ci --config test/cluster/jest.config.js', receiveArgs: true });
  project.addTask('test:terraform', { description: 'What Terraform and a mock of AWS say', exec: 'jest --ci --config test/terraform/jest.config.js', receiveArgs: true });
  project.addTask('test:runtime', { description: 'Types, style and tests of the Python package in runtime/', exec: 'node tools/runtime.mjs', receiveArgs: true });
  project.addTask('test:mlflow', { description: 'What a real MLflow server does as it is rendered', exec: 'jest --ci --config test/mlflow/jest.config.js', receiveArgs: true });
  project.addTask('test:kubeflow', { description: 'What the SDK of Kubeflow Pipelines says of pipelines', exec: 'jest --ci --config test/kubeflow/jest.config.js', receiveArgs: true });
  project.addTask('bench:drift', { description: 'Figures: the drift check against Evidently', exec: 'node tools/runtime.mjs --run python tests/bench_drift.py', receiveArgs: true });
  project.addTask('bench:build', { description: 'Build the control plane of the cluster tests', exec: `${bench} build`, receiveArgs: true });
  project.addTask('bench:up', { description: 'Start a control plane with simulated nodes', exec: `${bench} up` });
  project.addTask('bench:down', { description: 'Stop it', exec: `${bench} down` });

  const realNodes = 'ts-node --transpileOnly --project test/tsconfig.json test/cluster/node/cli.ts';
  project.addTask('test:node', { description: 'What real nodes do', exec: `${realNodes} jest --ci --config test/cluster/node/jest.config.js`, receiveArgs: true });
  const inLoop = 'ts-node --transpileOnly --project test/tsconfig.json test/loop/cli.ts jest --ci --config';
  const loop = `${inLoop} test/loop/jest.config.js`;
  project.addTask('test:loop', { description: 'The loop, on real nodes', exec: loop, receiveArgs: true });
  project.addTask('demo:loop', {
    description: 'The same to look at: what happens as it happens, and a folder with all of it',
    env: { LOOP_EVIDENCE: 'loop-run', LOOP_REPORT: 'loop-run.xml' },
    exec: `${loop} --reporters=summary`,
    receiveArgs: true,
  });
  project.addTask('test:soak', {
    description: 'Seven days of the loop in minutes, while things break',
    env: { LOOP_EVIDENCE: 'test-reports/soak', LOOP_REPORT: 'soak.xml' },
    exec: `${inLoop} test/loop/soak/jest.config.js`,
    receiveArgs: true,
  });
  project.addTask('bench:node', {
    description: 'A cluster with real nodes, for as long as a command runs',
    exec: `${realNodes} ts-node --transpileOnly --project test/tsconfig.json test/cluster/node/up.ts`,
    receiveArgs: true,
  });

  project.addTask('bench', { description: 'Figures: synthesis against the stock app', exec: 'node bench/run.mjs', receiveArgs: true });
}
