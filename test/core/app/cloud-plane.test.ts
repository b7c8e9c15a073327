import * as fs from 'fs';
import { dirname, join } from 'path';
import { ApiObject, App, Chart, Lazy, Testing } from 'cdk8s';
import { App as TerraformApp, Aspects, LocalBackend, TerraformAsset, TerraformOutput, TerraformResource, TerraformStack, Token } from 'cdktf';
import { Construct } from 'constructs';
import { MlopsApp } from '../../../src';
import { contentOf, temporaryFolder } from '../../support/folders';

describe('stacks', () => {
  test('are written beside the manifests, with the version of cdktf', () => {
    const { app, outdir } = newApp();
    resource(new TerraformStack(app, 'cloud'), 'models', { name: 'models' });
    settings(app);

    app.synth();

    expect(Object.keys(contentOf(dirname(outdir)))).toEqual(['dist/fraud.k8s.yaml', 'mlops.out/dist.files.json', 'mlops.out/terraform/stacks/cloud/cdk.tf.json']);
    expect(terraform(app, 'cloud')).toEqual({
      '//': { metadata: { backend: 'local', overrides: { test_thing: ['name'] }, stackName: 'cloud', version: '0.21.0' }, outputs: {} },
      'resource': { test_thing: { models: { '//': { metadata: { path: 'cloud/models', uniqueId: 'models' } }, 'name': 'models' } } },
      'terraform': { backend: { local: { path: '../../../../terraform.cloud.tfstate' } } },
    });
  });

  test('can have a construct as scope, so that a construct brings its own', () => {
    const { app } = newApp();
    resource(new TerraformStack(new Construct(app, 'fraud'), 'cloud'), 'models');

    app.synth();

    expect(Object.keys(terraform(app, 'cloud').resource)).toEqual(['test_thing']);
  });

  test('keep the backend that they were given', () => {
    const { app } = newApp();
    const stack = new TerraformStack(app, 'cloud');
    new LocalBackend(stack, { path: 'mine.tfstate' });

    app.synth();

    expect(terraform(app, 'cloud').terraform.backend).toEqual({ local: { path: 'mine.tfstate' } });
  });

  test('refer to each other through the state, which they find beside mlops.out', () => {
    const { app } = newApp();
    const models = resource(new TerraformStack(app, 'storage'), 'models');
    resource(new TerraformStack(app, 'roles'), 'reader', { bucket: models.getStringAttribute('arn') });

    app.synth();

    const roles = terraform(app, 'roles');
    expect(roles.data.terraform_remote_state['cross-stack-reference-input-storage'].config).toEqual({ path: '../../../../terraform.storage.tfstate' });
    expect(roles.resource.test_thing.reader.bucket).toBe('${data.terraform_remote_state.cross-stack-reference-input-storage.outputs.cross-stack-output-test_thingmodelsarn}');
    expect(terraform(app, 'storage').output).toEqual({ 'cross-stack-output-test_thingmodelsarn': { sensitive: true, value: '${test_thing.models.arn}' } });
  });

  test('have aspects and assets', () => {
    const { app, outdir } = newApp();
    const stack = new TerraformStack(app, 'cloud');
    fs.writeFileSync(join(dirname(outdir), 'policy.json'), '{}');
    const asset = new TerraformAsset(stack, 'policy', { path: join(dirname(outdir), 'policy.json') });
    resource(stack, 'models', { policy: asset.path });
    Aspects.of(stack).add({ visit: (node) => { if (TerraformResource.isTerraformResource(node)) {node.addOverride('tags.team', 'risk');} } });

    app.synth();

    const { policy, tags } = terraform(app, 'cloud').resource.test_thing.models;
    expect(tags).toEqual({ team: 'risk' });
    expect(fs.readFileSync(join(app.artifactsOutdir, 'terraform/stacks/cloud', policy), 'utf8')).toBe('{}');
  });

  test('find assets from where the app is run', () => {
    const { app } = newApp();

    const asset = new TerraformAsset(new TerraformStack(app, 'cloud'), 'readme', { path: 'LICENSE' });

    expect(asset.fileName).toBe('LICENSE');
  });

  test('do not disturb the order of charts', () => {
    const { app, outdir } = newApp();
    const [first, second] = ['first', 'second'].map((id) => new TerraformStack(app, id));
    first.node.addDependency(second);
    settings(app);

    app.synth();

    expect(fs.readdirSync(outdir)).toEqual(['fraud.k8s.yaml']);
  });

  test('get the same bytes in two folders', () => {
    const outputs = [1, 2].map(() => {
      const { app, outdir } = newApp();
      const storage = new TerraformStack(app, 'storage');
      const models = resource(storage, 'models');
      new TerraformOutput(storage, 'arn', { value: models.getStringAttribute('arn') });
      resource(new TerraformStack(app, 'roles'), 'reader', { bucket: models.getStringAttribute('arn') });
      app.synth();
      return contentOf(dirname(outdir));
    });

    expect(outputs[0]).toEqual(outputs[1]);
    expect(JSON.stringify(outputs[0])).not.toContain(process.cwd());
  });

  test('that fail leave no output, and the others name their errors too', () => {
    const { app, outdir } = newApp();
    for (const id of ['a', 'b']) {
      const stack = new TerraformStack(app, id);
      resource(stack, 'models', { provider: 'missing' }).node.addValidation({ validate: () => [`problem of ${id}`] });
    }
    Aspects.of(new TerraformStack(app, 'c')).add({ visit: (node) => node.node.addValidation({ validate: () => ['found by an aspect'] }) });

    expect(() => app.synth()).toThrow(new RegExp([
      'Validation failed with the following errors:',
      '\\[a/models\\] problem of a',
      '\\[b/models\\] problem of b',
      '\\[c\\] cdktf cannot synthesize the stack: [^]*\\[c\\] found by an aspect[^]*\\(app/stack-failed\\)$',
    ].join('\n  ')));
    expect(fs.readdirSync(dirname(outdir))).toEqual([]);
  });
});

describe('a value that only Terraform knows', () => {
  const hint = 'that only Terraform knows, when it applies; use a string that is known at synthesis, such as the name that the resource was given (app/token-in-manifest)';

  test.each<[string, (thing: TerraformResource) => any, string]>([
    ['part of a string', (thing) => ({ url: `s3://${thing.getStringAttribute('bucket')}/models` }), "'data.url' holds 'test_thing.models.bucket'"],
    ['a number', (thing) => ({ port: thing.getNumberAttribute('port') }), "'data.port' holds 'test_thing.models.port'"],
    ['a number in a string', (thing) => ({ port: `:${thing.getNumberAttribute('port')}` }), "'data.port' holds 'test_thing.models.port'"],
    ['a list', (thing) => ({ zones: thing.getListAttribute('zones') }), "'data.zones.0' holds 'test_thing.models.zones'"],
    ['a list of numbers', (thing) => ({ ports: thing.getNumberListAttribute('ports') }), "'data.ports.0' holds 'test_thing.models.ports'"],
    ['an item of a list', (thing) => ({ zones: ['a', thing.getStringAttribute('zone')] }), "'data.zones.1' holds 'test_thing.models.zone'"],
    ['a map', (thing) => ({ tags: thing.getStringMapAttribute('tags') }), "'data.tags' holds 'test_thing.models.tags'"],
    ['a key', (thing) => ({ [thing.getStringAttribute('arn')]: 'a' }), "'data' holds 'test_thing.models.arn'"],
    ['a resolvable', (thing) => ({ enabled: thing.getBooleanAttribute('enabled') }), "'data.enabled' holds 'test_thing.models.enabled'"],
    ['a lazy resolvable', (thing) => ({ enabled: Lazy.any({ produce: () => thing.getBooleanAttribute('enabled') }) }), "'data.enabled' holds 'test_thing.models.enabled'"],
    ['a value of no resource', () => ({ name: Token.asString({ a: 1 }) }), "'data.name' holds a value"],
    ['what looks like a token', () => ({ name: '${TfToken[TOKEN.987654]}' }), "'data.name' holds a value"],
  ])('is refused as %s', (_what, data, problem) => {
    const { app } = newApp();
    settings(app, data(resource(new TerraformStack(app, 'cloud'), 'models')));

    expect(() => app.synth()).toThrow(new Error(`Validation failed with the following errors:\n  [fraud/Settings] ${problem} ${hint}`));
  });

  test('is refused in a chart that is rendered alone, and in one text', () => {
    const { app } = newApp();
    const settingsObject = settings(app, { arn: resource(new TerraformStack(app, 'cloud'), 'models').getStringAttribute('arn') });
    const problem = `[fraud/Settings] 'data.arn' holds 'test_thing.models.arn' ${hint}`;

    expect(() => Testing.synth(Chart.of(settingsObject))).toThrow(problem);
    expect(() => app.synthYaml()).toThrow(problem);
  });

  test('of a cdktf app elsewhere in the program is refused too', () => {
    const { app } = newApp();
    const elsewhere = new TerraformStack(new TerraformApp({ outdir: temporaryFolder() }), 'cloud');
    settings(app, { arn: resource(elsewhere, 'models').getStringAttribute('arn') });

    expect(() => app.synth()).toThrow("'data.arn' holds 'test_thing.models.arn'");
  });

  test('is every one that there is', () => {
    const { app } = newApp();
    const thing = resource(new TerraformStack(app, 'cloud'), 'models');
    settings(app, { first: thing.getStringAttribute('a'), second: thing.getStringAttribute('b') });

    expect(() => app.synth()).toThrow(/'data.first' holds [^]*'data.second' holds /);
  });

  test('is not a plain value that resembles one', () => {
    const { app, outdir } = newApp();
    resource(new TerraformStack(app, 'cloud'), 'models');
    settings(app, { script: 'echo ${HOME} #{x} &{y}', numbers: [-1e289, 1.5, 0, -8], resolve: { creationStack: [] } });

    app.synth();

    expect(contentOf(outdir)['fraud.k8s.yaml']).toContain('script: "echo ${HOME} #{x} &{y}"');
  });
});

test('users of manifests alone need no app of ours', () => {
  const outdir = join(temporaryFolder(), 'dist');
  const app = new App({ outdir });
  new ApiObject(new Chart(app, 'fraud'), 'Settings', { apiVersion: 'v1', kind: 'ConfigMap' });

  app.synth();

  expect(fs.readdirSync(dirname(outdir))).toEqual(['dist']);
});

function newApp(): { readonly app: MlopsApp; readonly outdir: string } {
  const outdir = join(temporaryFolder(), 'dist');
  return { outdir, app: new MlopsApp({ outdir }) };
}

function settings(app: MlopsApp, data: any = {}): ApiObject {
  return new ApiObject(new Chart(app, 'fraud'), 'Settings', { apiVersion: 'v1', kind: 'ConfigMap', data });
}

function resource(scope: Construct, id: string, attributes: { [name: string]: any } = {}): TerraformResource {
  const thing = new TerraformResource(scope, id, { terraformResourceType: 'test_thing' });
  Object.entries(attributes).forEach(([name, value]) => thing.addOverride(name, value));
  return thing;
}

function terraform(app: MlopsApp, stack: string): any {
  return JSON.parse(fs.readFileSync(join(app.artifactsOutdir, 'terraform/stacks', stack, 'cdk.tf.json'), 'utf8'));
}
