import { cdk } from 'projen';

/** `npm run <task>`: what users and CI call. */
export function configureTasks(project: cdk.JsiiProject): void {
  const { compileTask, postCompileTask, testTask } = project;
  compileTask.exec('node tools/lazy-index.mjs');
  postCompileTask.reset();
  postCompileTask.spawn(project.tasks.tryFind('docgen')!);
  postCompileTask.exec('jsii-rosetta extract --strict --compile --directory . .jsii', { name: 'samples' });

  const lint = project.addTask('lint', { description: 'Types, style, rooms' });
  lint.exec('tsc -p test/tsconfig.json');
  lint.exec('tsc -p projenrc/tsconfig.json');
  lint.env('ESLINT_USE_FLAT_CONFIG', 'false');
  lint.exec('eslint --ext .ts --no-error-on-unmatched-pattern src test examples bench projenrc .projenrc.ts');
  lint.exec('depcruise --config .dependency-cruiser.json src');

  testTask.reset();
  testTask.description = 'Compile, lint, test';
  testTask.spawn(compileTask);
  testTask.spawn(lint);
  testTask.exec('jest --ci --coverage');
  project.addTask('jest', { description: 'Tests alone, on the last compilation', exec: 'jest --ci', receiveArgs: true });

  const synth = project.addTask('synth', { description: 'Compile and synthesize every example' });
  synth.spawn(compileTask);
  synth.exec('node tools/synth-examples.mjs', { receiveArgs: true });

  project.addTask('bench', { description: 'Figures: synthesis against the stock app', exec: 'node bench/run.mjs', receiveArgs: true });
}
