import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { Findings, MlopsApp } from '../../../src';

function withSameNames(app: App): ApiObject[] {
  return ['dev', 'prod'].map((id) =>
    new ApiObject(new Chart(app, id, { namespace: 'ml' }), 'Service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'fraud' } }));
}

test('charts for different clusters are accepted with a reason, and change by no byte', () => {
  const [app, stock] = [new MlopsApp(), new App()];
  [app, stock].forEach(withSameNames);
  Findings.of(app).acknowledge('app/duplicate-object', 'dev and prod are different clusters');

  expect(app.synthYaml()).toBe(stock.synthYaml());
  expect(Findings.of(app).list().map(({ path, acknowledged }) => [path, acknowledged])).toEqual([
    ['prod/Service', 'dev and prod are different clusters'],
  ]);
});

test('the stock app says nothing', () => {
  const app = new App();
  withSameNames(app);

  expect(app.synthYaml().match(/name: fraud/g)).toHaveLength(2);
});

test('an object that a patch renames or moves is another one', () => {
  const app = new MlopsApp();
  const [, prod] = withSameNames(app);
  prod.addJsonPatch(JsonPatch.replace('/metadata/namespace', 'ml-prod'));

  expect(Findings.of(app).list()).toEqual([]);
});

test('one name for several kinds, groups and namespaces is no duplicate', () => {
  const app = new MlopsApp();
  const object = (id: string, apiVersion: string, kind: string, namespace?: string) =>
    new ApiObject(new Chart(app, id), 'Object', { apiVersion, kind, metadata: { name: 'fraud', namespace } });
  object('a', 'v1', 'Service', 'ml');
  object('b', 'serving.knative.dev/v1', 'Service', 'ml');
  object('c', 'v1', 'ConfigMap', 'ml');
  object('d', 'v1', 'Service', 'search');
  object('e', 'v1', 'Service');

  expect(Findings.of(app).list()).toEqual([]);
});

test('three of a kind are two findings, each of which names the first', () => {
  const app = new MlopsApp();
  withSameNames(app);
  new ApiObject(new Chart(app, 'test', { namespace: 'ml' }), 'Service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'fraud' } });

  expect(Findings.of(app).list().map(({ path, message }) => [path, message.includes("made by 'dev/Service'")])).toEqual([
    ['prod/Service', true], ['test/Service', true],
  ]);
});
