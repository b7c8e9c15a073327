import { generateKeyPairSync } from 'crypto';
import { Size, Testing } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { IModelRegistry, ImageRef, ModelRelease, ModelServing, ModelSource, NetworkPeer, SecretRef } from '../../src';
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

  test('is served from the image that its release names', () => {
    const chart = Testing.chart();

    expect(() => new ModelServing(chart, 'Serving', servingProps({ release: aRelease({ imageDigest: DIGEST }) }))).not.toThrow();
  });
});
