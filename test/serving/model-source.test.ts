import { generateKeyPairSync } from 'crypto';
import { Size, Testing } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { FeatureSchema, Findings, IModelRegistry, ImageRef, ModelRelease, ModelServing, ModelSource, NetworkPeer, SecretRef } from '../../src';
import { aRelease, DIGEST, OTHER_DIGEST, servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';

const registry: IModelRegistry = {
  countsVersions: false,
  environment: { AWS_REGION: 'eu-central-1' },
  secretEnvironment: { AWS_SECRET_ACCESS_KEY: SecretRef.existing('minio', 'secret-key') },
  modelUri: (release: ModelRelease) => `s3://models/${release.model}/${release.version}`,
};
const loader = ImageRef.fromDigest('registry.example.com/model-loader', OTHER_DIGEST);
const egress = [NetworkPeer.anyHttps('models are read from S3')];

function podWith(source: ModelSource): any {
  const chart = Testing.chart();
  new ModelServing(chart, 'Serving', servingProps({ source }));
  return objectOf(Testing.synth(chart), 'Deployment').spec.template.spec;
}

describe('a model that is loaded', () => {
  test('is fetched and checked before the server starts', () => {
    const pod = podWith(ModelSource.loadedFrom(registry, { loader, sizeLimit: Size.gibibytes(2), egress }));

    expect(pod.initContainers[0]).toMatchObject({
      name: 'model-loader',
      image: `registry.example.com/model-loader@${OTHER_DIGEST}`,
      args: ['--model-uri=s3://models/fraud-detection/v2.1.0', `--sha256=${'c'.repeat(64)}`, '--output=/models/current'],
      env: [
        { name: 'AWS_REGION', value: 'eu-central-1' },
        { name: 'AWS_SECRET_ACCESS_KEY', valueFrom: { secretKeyRef: { name: 'minio', key: 'secret-key' } } },
      ],
      volumeMounts: [{ name: 'model', mountPath: '/models' }, { name: 'scratch', mountPath: '/tmp' }],
      resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '256Mi' } },
      securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    });
  });

  test('lies on a volume with a limit, which the server can only read', () => {
    const pod = podWith(ModelSource.loadedFrom(registry, { loader, sizeLimit: Size.gibibytes(2), egress }));

    expect(pod.volumes).toContainEqual({ name: 'model', emptyDir: { sizeLimit: '2048Mi' } });
    expect(pod.containers[0].volumeMounts).toContainEqual({ name: 'model', mountPath: '/models', readOnly: true });
    expect(pod.containers[0].env).toContainEqual({ name: 'MODEL_PATH', value: '/models/current' });
  });

  test('uses the command of a loader that has no entry point', () => {
    const pod = podWith(ModelSource.loadedFrom(registry, {
      loader,
      sizeLimit: Size.gibibytes(2),
      egress,
      loaderCommand: ['python', 'load_model.py'],
      loaderResources: { cpu: { request: Cpu.units(1) }, memory: { request: Size.gibibytes(1), limit: Size.gibibytes(1) } },
    }));

    expect(pod.initContainers[0].command).toEqual(['python', 'load_model.py']);
    expect(pod.initContainers[0].resources).toEqual({ requests: { cpu: '1', memory: '1024Mi' }, limits: { memory: '1024Mi' } });
  });

  test('must be signed where a key is given, which the loader has in its environment', () => {
    const chart = Testing.chart();
    const verifyKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const source = ModelSource.loadedFrom(registry, { loader, sizeLimit: Size.gibibytes(2), egress, verifyKey });
    new ModelServing(chart, 'Serving', servingProps({ source, release: aRelease({ artifactSignature: 'c2lnbmVk' }) }));
    const [container] = objectOf(Testing.synth(chart), 'Deployment').spec.template.spec.initContainers;

    expect(container.args).toContain('--signature=c2lnbmVk');
    expect(container.env).toContainEqual({ name: 'MLOPS_VERIFY_KEY', value: verifyKey });
  });

  describe('with the features that the server computes', () => {
    const schema = FeatureSchema.fromFile(`${__dirname}/../support/features_v2.json`);
    const serve = (featureSchemaSha256?: string) => {
      const chart = Testing.chart();
      const source = ModelSource.loadedFrom(registry, { loader, sizeLimit: Size.gibibytes(2), egress, featureSchema: schema });
      const serving = new ModelServing(chart, 'Serving', servingProps({ source, release: aRelease({ featureSchemaSha256 }) }));
      const found = Findings.of(serving).list().map(({ ruleId, message }) => `${message} (${ruleId})`);
      if (found.length > 0) {Findings.of(serving).acknowledge('serving/other-feature-schema', 'a test');}
      return { found, manifests: Testing.synth(chart) };
    };

    test('both loader and server see the file of their version, and the loader compares it', () => {
      const { found, manifests } = serve(schema.sha256);
      const { metadata: { annotations }, spec: { initContainers: [container], containers: [server], volumes } } = objectOf(manifests, 'Deployment').spec.template;
      const fieldRef = { apiVersion: 'v1', fieldPath: "metadata.annotations['cdk8s-mlops.io/feature-schema']" };

      expect(found).toEqual([]);
      expect(container.args).toEqual(expect.arrayContaining(['--feature-schema=/schemas/features.json', `--feature-schema-sha256=${schema.sha256}`]));
      expect(annotations['cdk8s-mlops.io/feature-schema']).toBe(schema.content);
      expect(volumes.filter(({ name }: any) => name === 'schema')).toEqual([
        { name: 'schema', projected: { sources: [{ downwardAPI: { items: [{ path: 'features.json', fieldRef }] } }] } },
      ]);
      expect(manifests.map(({ kind }) => kind)).not.toContain('ConfigMap');
      expect([container, server].map(({ volumeMounts }) => volumeMounts.find(({ name }: any) => name === 'schema'))).toEqual([
        { name: 'schema', mountPath: '/schemas', readOnly: true }, { name: 'schema', mountPath: '/schemas', readOnly: true },
      ]);
      expect(server.env).toContainEqual({ name: 'FEATURE_SCHEMA_PATH', value: '/schemas/features.json' });
    });

    test('a version that was trained with others is found', () => {
      expect(serve('e'.repeat(64)).found).toEqual([
        `version 'v2.1.0' was trained with another feature schema (eeeeeeeeeeee…) than the one that is served (${schema.sha256.slice(0, 12)}…) (serving/other-feature-schema)`,
      ]);
    });

    test('and so is one whose features nobody knows', () => {
      const { found, manifests } = serve();

      expect(found).toEqual([
        "nobody knows which features version 'v2.1.0' was trained with: its release names no schema (serving/other-feature-schema)",
      ]);
      expect(objectOf(manifests, 'Deployment').spec.template.spec.initContainers[0].args.join(' ')).not.toContain('--feature-schema');
    });
  });

  test('adds the time to fetch to the rollback', () => {
    const serving = new ModelServing(Testing.chart(), 'Serving', servingProps({
      source: ModelSource.loadedFrom(registry, { loader, sizeLimit: Size.gibibytes(2), egress }),
    }));

    expect(serving.worstCaseRollback[0].term).toBe('image pull and fetch');
    expect(serving.worstCaseRollback[0].duration.toSeconds()).toBe(2 * (60 + 30));
  });
});

describe('a model that is baked in', () => {
  test('needs no loader', () => {
    expect(podWith(ModelSource.bakedIn()).initContainers).toBeUndefined();
  });

  test('is told which features are served, and so is whoever points the pod at another version', () => {
    const schema = FeatureSchema.fromFile(`${__dirname}/../support/features_v2.json`);
    const chart = Testing.chart();
    const source = ModelSource.bakedIn({ featureSchema: schema });
    const serving = new ModelServing(chart, 'Serving', servingProps({ source, release: aRelease({ featureSchemaSha256: schema.sha256 }) }));
    const { containers: [server], initContainers } = objectOf(Testing.synth(chart), 'Deployment').spec.template.spec;

    expect(Findings.of(serving).list()).toEqual([]);
    expect(initContainers).toBeUndefined();
    expect(server.env).toEqual(expect.arrayContaining([
      { name: 'FEATURE_SCHEMA_PATH', value: '/schemas/features.json' }, { name: 'FEATURE_SCHEMA_SHA256', value: schema.sha256 },
    ]));
    expect(server.volumeMounts).toContainEqual({ name: 'schema', mountPath: '/schemas', readOnly: true });
  });

  test('is served from the image that its release names', () => {
    const chart = Testing.chart();

    expect(() => new ModelServing(chart, 'Serving', servingProps({ release: aRelease({ imageDigest: DIGEST }) }))).not.toThrow();
  });
});
