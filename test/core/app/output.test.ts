import * as fs from 'fs';
import { tmpdir } from 'os';
import { basename, dirname, join } from 'path';
import { ApiObject, Chart, YamlOutputType } from 'cdk8s';
import { Construct } from 'constructs';
import { Artifacts, MlopsApp, MlopsAppProps } from '../../../src';
import { contentOf, temporaryFolder } from '../../support/folders';

const parentFolder = tmpdir();

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env.CDK8S_OUTDIR;
});

describe('folders', () => {
  test('manifests and everything else lie side by side', () => {
    const { outdir, app } = newApp();
    settings(app, 'fraud');
    artifact(app, 'fraud/report.md', '# Fraud\n');

    app.synth();

    expect(fs.readdirSync(dirname(outdir)).sort()).toEqual(['dist', 'mlops.out']);
    expect(Object.keys(contentOf(outdir))).toEqual(['fraud.k8s.yaml']);
    expect(contentOf(app.artifactsOutdir)).toEqual({
      'dist.files.json': '{\n  "manifests": [\n    "fraud.k8s.yaml"\n  ],\n  "artifacts": [\n    "fraud/report.md"\n  ]\n}\n',
      'fraud/report.md': '# Fraud\n',
    });
  });

  test('the folder that the cdk8s CLI asks for is used', () => {
    process.env.CDK8S_OUTDIR = join(temporaryFolder(), 'from-cli');

    const app = new MlopsApp();

    expect(app.outdir).toBe(process.env.CDK8S_OUTDIR);
    expect(app.artifactsOutdir).toBe(join(dirname(process.env.CDK8S_OUTDIR), 'mlops.out'));
  });

  test('a folder that the cdk8s CLI makes for standard output shares nothing with its neighbours', () => {
    process.env.CDK8S_OUTDIR = join(parentFolder, 'cdk8s-abc');

    expect(new MlopsApp().artifactsOutdir).toBe(join(parentFolder, 'cdk8s-abc.mlops.out'));
  });

  test('the folder of everything else can be chosen', () => {
    const { app } = newApp({ artifactsOutdir: join(temporaryFolder(), 'reports') });
    artifact(app, 'report.md', 'text');

    app.synth();

    expect(Object.keys(contentOf(app.artifactsOutdir))).toEqual(['dist.files.json', 'report.md']);
  });

  test('a folder for a chart without objects is made, as the stock app does', () => {
    const { outdir, app } = newApp({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
    new Chart(app, 'empty');

    app.synth();

    expect(fs.readdirSync(outdir)).toEqual(['empty']);
  });

  test('nothing of the work is left behind', () => {
    const { outdir, app } = newApp();
    settings(app, 'fraud');

    app.synth();
    app.synth();

    expect(fs.readdirSync(dirname(outdir)).sort()).toEqual(['dist', 'mlops.out']);
  });
});

describe('an earlier output', () => {
  test('loses the files that are no longer made, and keeps what others put there', () => {
    const { outdir, app } = newApp();
    settings(app, 'old');
    artifact(app, 'old/report.md', 'old');
    app.synth();
    fs.writeFileSync(join(outdir, 'secret.yaml'), 'by hand');
    fs.mkdirSync(join(app.artifactsOutdir, 'terraform/.terraform'), { recursive: true });
    fs.writeFileSync(join(app.artifactsOutdir, 'terraform/.terraform/lock'), 'by terraform');

    const next = new MlopsApp({ outdir });
    settings(next, 'new');
    next.synth();

    expect(Object.keys(contentOf(outdir))).toEqual(['new.k8s.yaml', 'secret.yaml']);
    expect(Object.keys(contentOf(next.artifactsOutdir))).toEqual(['dist.files.json', 'terraform/.terraform/lock']);
    expect(fs.existsSync(join(next.artifactsOutdir, 'old'))).toBe(false);
  });

  test('of a stack that got another name goes, with all its files and folders', () => {
    const { outdir, app } = newApp({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
    const next = new MlopsApp({ outdir, yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
    for (const [stacks, id] of [[app, 'fraud'], [next, 'score']] as const) {
      settings(stacks, id);
      ['report.md', 'report.json', 'deep/a.md', 'deep/b.md'].forEach((file) => artifact(stacks, `${id}/${file}`, id));
    }
    app.synth();

    next.synth();
    next.synth();

    expect(fs.readdirSync(outdir)).toEqual(['score']);
    expect(fs.readdirSync(next.artifactsOutdir)).toEqual(['dist.files.json', 'score']);
    expect(Object.keys(contentOf(join(next.artifactsOutdir, 'score')))).toEqual(['deep/a.md', 'deep/b.md', 'report.json', 'report.md']);
  });

  test('of a stack that is gone goes, even if somebody removed its folder', () => {
    const { outdir, app } = newApp();
    ['report.md', 'report.json'].forEach((file) => artifact(app, `fraud/${file}`, 'text'));
    app.synth();
    fs.rmSync(join(app.artifactsOutdir, 'fraud'), { recursive: true });

    new MlopsApp({ outdir }).synth();

    expect(fs.readdirSync(app.artifactsOutdir)).toEqual(['dist.files.json']);
  });

  test('gives way to a file with the name of its folder, and to a folder with the name of its file', () => {
    const { outdir, app } = newApp();
    artifact(app, 'one/report.md', 'in a folder');
    artifact(app, 'two', 'a file');
    app.synth();

    const next = new MlopsApp({ outdir });
    artifact(next, 'one', 'a file');
    artifact(next, 'two/report.md', 'in a folder');
    next.synth();

    expect(Object.keys(contentOf(next.artifactsOutdir))).toEqual(['dist.files.json', 'one', 'two/report.md']);
  });

  test('of another app of the project stays', () => {
    const project = temporaryFolder();
    for (const name of ['staging', 'prod']) {
      const app = new MlopsApp({ outdir: join(project, name) });
      settings(app, 'fraud');
      artifact(app, `${name}.md`, name);
      app.synth();
    }

    expect(Object.keys(contentOf(join(project, 'mlops.out')))).toEqual(['prod.files.json', 'prod.md', 'staging.files.json', 'staging.md']);
  });

  test('is not touched outside of its folder by a list that somebody edited', () => {
    const { outdir, app } = newApp();
    fs.mkdirSync(app.artifactsOutdir, { recursive: true });
    fs.writeFileSync(join(dirname(outdir), 'main.ts'), 'source');
    fs.writeFileSync(join(app.artifactsOutdir, 'dist.files.json'), JSON.stringify({ manifests: ['../main.ts', join(dirname(outdir), 'main.ts')] }));

    app.synth();

    expect(fs.readFileSync(join(dirname(outdir), 'main.ts'), 'utf8')).toBe('source');
  });

  test('stays where the list of its files cannot be read', () => {
    const { outdir, app } = newApp();
    settings(app, 'old');
    app.synth();
    fs.writeFileSync(join(app.artifactsOutdir, 'dist.files.json'), '{');

    new MlopsApp({ outdir }).synth();

    expect(Object.keys(contentOf(outdir))).toEqual(['old.k8s.yaml']);
  });
});

describe('a synthesis that fails', () => {
  test('leaves the earlier output as it is, and names every error at once', () => {
    const { outdir, app } = newApp();
    settings(app, 'fraud');
    artifact(app, 'report.md', 'earlier');
    app.synth();
    const before = contentOf(dirname(outdir));

    const next = new MlopsApp({ outdir });
    settings(next, 'fraud', { changed: 'yes' }).node.addValidation({ validate: () => ['first', 'second'] });
    next.node.addValidation({ validate: () => ['of the app'] });
    settings(next, 'broken', { value: new Map() });
    new Construct(next, 'throws').node.addValidation({ validate: () => {throw new Error('third');} });
    artifact(next, 'report.md', 'later');

    expect(() => next.synth()).toThrow(new Error([
      'Validation failed with the following errors:',
      'of the app',
      '[fraud/Settings] first',
      '[fraud/Settings] second',
      '[throws] third',
      "Failed serializing construct at path 'broken/Settings' with name 'broken-settings-c85d57a1': Error: can't render non-simple object of type 'Map'",
    ].join('\n  ')));
    expect(contentOf(dirname(outdir))).toEqual(before);
  });

  test('says which charts wait for each other', () => {
    const { app } = newApp();
    const [first, second] = ['a', 'b'].map((id) => new Chart(app, id));
    first.addDependency(second);
    second.addDependency(first);

    expect(() => app.synth()).toThrow('Validation failed with the following errors:\n  Dependency cycle detected: a => b => a');
  });

  test('says which objects wait for each other', () => {
    const { app } = newApp();
    const chart = new Chart(app, 'chart');
    const [first, second] = ['a', 'b'].map((id) => new ApiObject(chart, id, { apiVersion: 'v1', kind: 'ConfigMap' }));
    first.addDependency(second);
    second.addDependency(first);

    expect(() => app.synthYaml()).toThrow('Validation failed with the following errors:\n  Dependency cycle detected: chart/a => chart/b => chart/a');
  });

  test('puts everything back when a file cannot be moved in', () => {
    const { outdir, app } = newApp();
    settings(app, 'a');
    settings(app, 'b');
    app.synth();
    const before = contentOf(dirname(outdir));
    fs.rmSync(join(outdir, 'b.k8s.yaml'));
    fs.mkdirSync(join(outdir, 'b.k8s.yaml'));
    delete before['dist/b.k8s.yaml'];

    const next = new MlopsApp({ outdir });
    settings(next, 'a', { changed: 'yes' });
    settings(next, 'b');
    artifact(next, 'b/deep/report.md', 'text');

    expect(() => next.synth()).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(contentOf(dirname(outdir))).toEqual(before);
  });

  test('leaves no folder behind that it made on the way', () => {
    const { outdir, app } = newApp();
    settings(app, 'a');
    artifact(app, 'b', 'text');
    artifact(app, 'new/deep/report.md', 'text');
    fs.mkdirSync(join(app.artifactsOutdir, 'b'), { recursive: true });
    fs.writeFileSync(join(app.artifactsOutdir, 'b/by-hand'), 'text');

    expect(() => app.synth()).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(fs.existsSync(outdir)).toBe(false);
    expect(fs.readdirSync(app.artifactsOutdir)).toEqual(['b']);
  });
});

test('a folder on another filesystem, such as the volume of a container, is filled too', () => {
  const { outdir, app } = newApp();
  settings(app, 'fraud');
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  jest.spyOn(require('fs'), 'renameSync').mockImplementation(() => {throw Object.assign(new Error('cross-device'), { code: 'EXDEV' });});

  app.synth();
  app.synth();

  expect(Object.keys(contentOf(outdir))).toEqual(['fraud.k8s.yaml']);
});

test('two folders get the same bytes', () => {
  const outputs = [1, 2].map(() => {
    const { outdir, app } = newApp();
    settings(app, 'fraud');
    artifact(app, 'report.md', 'text');
    app.synth();
    return contentOf(dirname(outdir));
  });

  expect(outputs[0]).toEqual(outputs[1]);
  expect(JSON.stringify(outputs[0])).not.toContain(basename(parentFolder) + '/');
});

function newApp(props: MlopsAppProps = {}): { readonly outdir: string; readonly app: MlopsApp } {
  const outdir = join(temporaryFolder(), 'dist');
  return { outdir, app: new MlopsApp({ outdir, ...props }) };
}

function settings(app: MlopsApp, id: string, data: any = {}): ApiObject {
  return new ApiObject(new Chart(app, id), 'Settings', { apiVersion: 'v1', kind: 'ConfigMap', data });
}

function artifact(app: MlopsApp, path: string, content: string): void {
  Artifacts.of(app).addSource({ artifacts: () => [{ path, content }] });
}
