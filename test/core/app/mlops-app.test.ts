import { join } from 'path';
import { ApiObject, App, AppProps, Chart, IResolver, JsonPatch, Lazy, ResolutionContext, Testing, YamlOutputType } from 'cdk8s';
import { TerraformStack } from 'cdktf';
import { Construct, IConstruct } from 'constructs';
import { parseAllDocuments } from 'yaml';
import { Artifacts, Findings, MlopsApp } from '../../../src';
import { contentOf, temporaryFolder } from '../../support/folders';

const everyOutputType = [
  YamlOutputType.FILE_PER_APP,
  YamlOutputType.FILE_PER_CHART,
  YamlOutputType.FILE_PER_RESOURCE,
  YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE,
];

describe('manifests are those of the stock app', () => {
  test.each([
    ['charts', charts],
    ['nested charts', nestedCharts],
    ['charts that depend on each other', dependentCharts],
    ['objects that depend on each other', dependentObjects],
    ['objects of one name', objectsOfOneName],
    ['charts whose ids are numbers', chartsWithNumbers],
    ['a chart with its own toJson()', chartWithOwnJson],
    ['strings of every kind', strings],
    ['an empty chart', emptyChart],
    ['no chart', () => undefined],
  ])('%s', (_what, build) => {
    for (const yamlOutputType of everyOutputType) {
      const stock = synthesize(App, build, { yamlOutputType });
      const ours = synthesize(MlopsApp, build, { yamlOutputType });

      expect(ours.manifests).toEqual(stock.manifests);
      expect(ours.yaml).toBe(stock.yaml);
    }
  });

  test('with construct metadata when asked', () => {
    const props = { recordConstructMetadata: true };

    expect(synthesize(MlopsApp, charts, props).manifests).toEqual(synthesize(App, charts, props).manifests);
  });

  test('with the extension, the resolvers and the order of keys that were asked for', () => {
    process.env.CDK8S_DISABLE_SORT = 'true';
    const props = { outputFileExtension: '.yaml', resolvers: [new Shout()] };

    try {
      expect(synthesize(MlopsApp, charts, props).manifests).toEqual(synthesize(App, charts, props).manifests);
    } finally {
      delete process.env.CDK8S_DISABLE_SORT;
    }
  });
});

test('everything in the folder of manifests is a manifest', () => {
  for (const yamlOutputType of everyOutputType) {
    const files = synthesize(MlopsApp, (app) => {
      nestedCharts(app);
      Artifacts.of(app).addSource({ artifacts: () => [{ path: 'report.md', content: '# Report' }, { path: 'workflows/train.yaml', content: 'on: push' }] });
      new TerraformStack(app, 'cloud');
    }, { yamlOutputType }).manifests;

    const documents = Object.values(files).flatMap((file) => parseAllDocuments(file)).map((document) => document.toJS());
    expect(documents.map(({ apiVersion, kind, metadata }) => [apiVersion, kind, typeof metadata.name])).toEqual(Array(4).fill(['v1', 'ConfigMap', 'string']));
    expect(Object.keys(files).every((file) => file.endsWith('.k8s.yaml'))).toBe(true);
  }
});

test('a chart of the app can be rendered alone, as tests do', () => {
  const app = new MlopsApp();
  charts(app);

  expect(Testing.synth(app.charts[0])[0]).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings-0' }, data: { ID: '0' } });
});

class Shout implements IResolver {
  public resolve(context: ResolutionContext): void {
    if (typeof context.value === 'string' && context.key.includes('data') && !context.value.endsWith('!')) {
      context.replaceValue(`${context.value}!`);
    }
  }
}

interface Output {
  readonly manifests: { [path: string]: string };
  readonly yaml: string;
}

function synthesize(type: new (props: AppProps) => App, build: (app: App) => unknown, props: AppProps): Output {
  const outdir = join(temporaryFolder(), 'dist');
  const app = new type({ outdir, ...props });
  build(app);
  app.synth();
  return { manifests: contentOf(outdir), yaml: app.synthYaml() };
}

function charts(app: App): void {
  for (const index of [0, 1, 2]) {
    const chart = new Chart(app, `chart-${index}`);
    settings(chart, 'Settings', { ID: String(index) }, `settings-${index}`);
    settings(new Construct(chart, 'Group'), 'Settings', { ID: Lazy.any({ produce: () => `lazy ${index}` }) });
  }
}

function nestedCharts(app: App): void {
  const outer = new Chart(app, 'outer');
  settings(outer, 'Settings');
  const inner = new Chart(new Construct(outer, 'Group'), 'inner');
  settings(inner, 'Settings');
  settings(new Chart(inner, 'innermost'), 'Settings');
  settings(new Chart(outer, 'direct'), 'Settings');
}

function dependentCharts(app: App): void {
  const [first, second, third] = ['a', 'b', 'c'].map((id) => new Chart(app, id));
  [first, second, third].forEach((chart) => settings(chart, 'Settings'));
  first.addDependency(second);
  settings(second, 'Late').addDependency(third);
}

function dependentObjects(app: App): void {
  const chart = new Chart(app, 'chart');
  const group = new Construct(chart, 'Group');
  const [first, second] = ['first', 'second'].map((id) => settings(group, id));
  first.addDependency(second);
  const early = settings(chart, 'Early');
  group.node.addDependency(early);
  settings(new Chart(app, 'other'), 'Settings').addDependency(group);
}

function objectsOfOneName(app: App): void {
  Findings.of(app).acknowledge('app/duplicate-object', 'the charts go to different clusters');
  for (const id of ['a', 'b']) {
    settings(new Chart(app, id), 'Settings', { ID: id }, 'settings');
  }
}

function chartsWithNumbers(app: App): void {
  for (const id of ['10', 'b', '9']) {
    const chart = new Chart(app, id);
    ['2', 'x', '1'].forEach((name) => settings(chart, name));
  }
}

function chartWithOwnJson(app: App): void {
  class Filtered extends Chart {
    public toJson(): any[] {
      return super.toJson().filter((manifest) => manifest.data.ID !== 'hidden');
    }
  }
  const chart = new Filtered(app, 'chart');
  settings(chart, 'Shown');
  settings(chart, 'Hidden', { ID: 'hidden' });
}

function strings(app: App): void {
  const chart = new Chart(app, 'chart');
  const values = ['', 'yes', '0755', '1e3', 'e10', '# no comment', 'a: b', 'http://a', 'line\nline\n', '\ttab', ' blank', 'ünïcode', '---', '%a\nb', "it's"];
  settings(chart, 'Values', Object.fromEntries(values.map((value, index) => [`key-${index}`, value])));
  settings(chart, 'Keys', Object.fromEntries(values.map((value, index) => [value, index])));
  settings(chart, 'Patched').addJsonPatch(JsonPatch.add('/data/none', null), JsonPatch.add('/data/list', [null, 1.5, -0, [[], {}]]));
}

function emptyChart(app: App): void {
  new Chart(app, 'empty');
  settings(new Chart(app, 'full'), 'Settings');
}

function settings(scope: IConstruct, id: string, data: any = { ID: id }, name?: string): ApiObject {
  return new ApiObject(scope as Construct, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: name === undefined ? undefined : { name }, data });
}
