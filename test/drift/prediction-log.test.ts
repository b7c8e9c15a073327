import { App, Chart, Duration, Size, Testing } from 'cdk8s';
import { KserveServing, ModelServing, NetworkPeer, SecretRef } from '../../src';
import { aPredictionLog } from '../support/drift';
import { servingProps } from '../support/fixtures';
import { objectOf } from '../support/manifests';
import { kserveProps } from '../support/serving-by-others';

function podOf(log = aPredictionLog()) {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  new ModelServing(chart, 'Serving', servingProps({ sidecars: [log] }));
  const manifests = Testing.synth(chart);
  return { manifests, pod: objectOf(manifests, 'Deployment').spec.template.spec };
}

describe('the agent beside the server', () => {
  test('starts before it, ends after it, and gets what leaves the pod by name', () => {
    const { pod } = podOf();
    const [agent] = pod.initContainers;

    expect(agent).toMatchObject({
      name: 'prediction-log',
      image: expect.stringMatching(/^registry\.example\.com\/mlops\/runtime@sha256:/),
      restartPolicy: 'Always',
      command: ['mlops', 'log'],
      args: [
        'fraud-detection', '--version=$(MODEL_VERSION)', '--to=s3://acme-registry/predictions-log/fraud-detection/',
        '--column=amount', '--column=country', '--column=score', '--share=1', '--every=60', '--port=9092',
      ],
      resources: { requests: { cpu: '50m', memory: '256Mi' }, limits: { memory: '256Mi' } },
      securityContext: { readOnlyRootFilesystem: true, runAsNonRoot: true },
      volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }],
    });
    expect(agent.env).toContainEqual({ name: 'MODEL_VERSION', value: 'v2.1.0' });
    expect(agent.ports).toBeUndefined();
    expect(pod.containers[0].env).toContainEqual({ name: 'PREDICTION_LOG_URL', value: 'http://127.0.0.1:9092' });
  });

  test('hashes with a key that stands in a Secret, draws a share, and writes as often as asked', () => {
    const { pod } = podOf(aPredictionLog({
      hashedColumns: ['customer_id'],
      hashKey: SecretRef.existing('fraud-log', 'key'),
      share: 0.1,
      flushEvery: Duration.minutes(5),
      port: 9191,
      env: { AWS_REGION: 'eu-central-1' },
      secrets: { AWS_ACCESS_KEY_ID: SecretRef.existing('bucket', 'id') },
      resources: { memory: { limit: Size.mebibytes(512) } },
    }));
    const [agent] = pod.initContainers;

    expect(agent.args.slice(-4)).toEqual(['--hash=customer_id', '--share=0.1', '--every=300', '--port=9191']);
    expect(agent.env).toEqual(expect.arrayContaining([
      { name: 'HOME', value: '/tmp' },
      { name: 'AWS_REGION', value: 'eu-central-1' },
      { name: 'AWS_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 'bucket', key: 'id' } } },
      { name: 'PREDICTION_LOG_HASH_KEY', valueFrom: { secretKeyRef: { name: 'fraud-log', key: 'key' } } },
    ]));
    expect(agent.resources).toEqual({ limits: { memory: '512Mi' } });
  });

  test('may call the bucket', () => {
    const { manifests } = podOf(aPredictionLog({ bucketAt: NetworkPeer.cidr('10.9.0.0/24', 9000) }));

    expect(objectOf(manifests, 'NetworkPolicy').spec.egress).toContainEqual({
      to: [{ ipBlock: { cidr: '10.9.0.0/24' } }], ports: [{ port: 9000, protocol: 'TCP' }],
    });
  });
});

test('KServe runs it too', () => {
  const chart = new Chart(new App(), 'fraud', { namespace: 'ml' });
  new KserveServing(chart, 'Serving', kserveProps({ sidecars: [aPredictionLog()] }));

  const { predictor } = objectOf(Testing.synth(chart), 'InferenceService').spec;

  expect(predictor.initContainers.map(({ name, restartPolicy }: any) => [name, restartPolicy])).toEqual([['prediction-log', 'Always']]);
});
