import { SecretRef } from '../../src';
import { dockerRun } from '../../src/training/docker-run';
import { aProgram, COMMIT, IMAGE, SNAPSHOT } from '../support/training';

test('a program is its image, its commit, its hyperparameters and its features', () => {
  const program = aProgram();

  expect([program.modelName, program.image, program.gitCommit, program.parameters, program.featureSchema!.sha256]).toEqual(
    ['fraud-detection', IMAGE, COMMIT, { max_depth: '6', eta: '0.1' }, '0ebccec13f4a82d4ec348c1ce57f484bc1106ee68426b02003da2419238540c4']);
});

test('the parameters that are read are a copy', () => {
  const program = aProgram();
  program.parameters.max_depth = '9';

  expect(program.parameters.max_depth).toBe('6');
});

test('any host with Docker runs the same image with the same arguments', () => {
  const script = dockerRun(aProgram({ env: { NOTE: "it's ours" }, secrets: { DATA_TOKEN: SecretRef.existing('data', 'token') } }), SNAPSHOT.toString(), 2);

  expect(script).toMatchSnapshot();
});

test('without features, tests and devices there is less to run', () => {
  const script = dockerRun(aProgram({ featureSchema: undefined, testModel: undefined }), SNAPSHOT.toString(), 0);

  expect(script.match(/^# .*$/gm)!.slice(1)).toEqual(['# validate-data', '# train']);
  expect(script).not.toMatch(/settings|--gpus/);
});
