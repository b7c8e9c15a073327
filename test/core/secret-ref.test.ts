import { Chart, Duration, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { ExternalSecretStoreKind, SecretRef } from '../../src';
import { controllerFieldsBelow } from '../../src/private/controller-fields';

/** What the operator's schema would fill in. */
const defaults = { conversionStrategy: 'Default', decodingStrategy: 'None', metadataPolicy: 'None' };

test('a Secret that exists is only named', () => {
  const chart = Testing.chart();

  expect(SecretRef.existing('fraud-db', 'password').bind(chart)).toEqual({ secretName: 'fraud-db', key: 'password' });
  expect(Testing.synth(chart)).toEqual([]);
});

test('a secret of a store outside is copied into the namespace', () => {
  const chart = new Chart(Testing.app(), 'fraud', { namespace: 'ml' });

  const key = SecretRef.externalSecret({ store: 'aws', remoteKey: 'prod/fraud/db', property: 'password' }).bind(chart);

  expect(Testing.synth(chart)).toEqual([{
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: key.secretName, namespace: 'ml' },
    spec: {
      refreshInterval: '3600s',
      secretStoreRef: { name: 'aws', kind: 'SecretStore' },
      target: { creationPolicy: 'Owner', deletionPolicy: 'Retain' },
      data: [{ secretKey: 'value', remoteRef: { key: 'prod/fraud/db', property: 'password', ...defaults } }],
    },
  }]);
  expect(key.key).toBe('value');
  expect(key.secretName).toMatch(/^fraud-externalsecret-[0-9a-f]{8}-c8[0-9a-f]{6}$/);
});

test('what only newer operators fill in is left to them, once for each secret', () => {
  const chart = Testing.chart();
  const secret = SecretRef.externalSecret({ store: 'aws', remoteKey: 'prod/fraud/db' });

  secret.bind(chart);
  secret.bind(chart);

  expect(controllerFieldsBelow(chart).map(({ object, jsonPointers, jqPathExpressions }) => [object.kind, jsonPointers, jqPathExpressions])).toEqual([
    ['ExternalSecret', [], ['.spec.data[].remoteRef.nullBytePolicy']],
  ]);
});

test('store, field and interval can be chosen', () => {
  const chart = Testing.chart();
  const options = { store: 'vault', storeKind: ExternalSecretStoreKind.CLUSTER_SECRET_STORE, remoteKey: 'fraud' };

  SecretRef.externalSecret({ ...options, refreshInterval: Duration.seconds(0) }).bind(chart);

  const [{ spec }] = Testing.synth(chart);
  expect(spec.refreshInterval).toBe('0s');
  expect(spec.secretStoreRef).toEqual({ name: 'vault', kind: 'ClusterSecretStore' });
  expect(spec.data).toEqual([{ secretKey: 'value', remoteRef: { key: 'fraud', ...defaults } }]);
});

test('one secret is declared once in a scope, however often it is asked for', () => {
  const chart = Testing.chart();
  const options = { store: 'aws', remoteKey: 'prod/fraud/db' };

  const first = SecretRef.externalSecret(options).bind(chart);
  const second = SecretRef.externalSecret({ ...options }).bind(chart);
  const other = SecretRef.externalSecret({ ...options, property: 'user' }).bind(chart);
  const elsewhere = SecretRef.externalSecret(options).bind(new Construct(chart, 'elsewhere'));

  expect(second).toEqual(first);
  expect(Testing.synth(chart)).toHaveLength(3);
  expect(new Set([first, other, elsewhere].map(({ secretName }) => secretName)).size).toBe(3);
});
