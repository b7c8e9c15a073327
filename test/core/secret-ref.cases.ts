import { SecretRef } from '../../src';
import { ErrorCase } from '../support/error-case';

export const cases: ErrorCase[] = [
  {
    id: 'secret/malformed-name',
    when: 'a name and a key that Kubernetes refuses',
    provoke: () => SecretRef.existing('Fraud_DB', 'pass word'),
    message: [
      "'secretName' must be at most 253 lower-case letters, digits, '-' and '.', starting and ending with a letter or digit, got 'Fraud_DB' (secret/malformed-name)",
      "'key' must be at most 253 letters, digits, '-', '_' and '.', got 'pass word' (secret/malformed-key)",
    ].join('\n'),
  },
  {
    id: 'secret/malformed-key',
    when: 'an empty key',
    provoke: () => SecretRef.existing('fraud-db', ''),
    message: "'key' must be at most 253 letters, digits, '-', '_' and '.', got '' (secret/malformed-key)",
  },
  {
    id: 'secret/malformed-store',
    when: 'names that are missing, all of them at once',
    provoke: () => SecretRef.externalSecret({ store: '', remoteKey: ' ', property: '' }),
    message: [
      "'store' must be the name of a SecretStore: lower-case letters, digits, '-' and '.', got '' (secret/malformed-store)",
      "'remoteKey' must name a secret of the store '', got ' ' (secret/empty-remote-key)",
      "'property' must name a field of ' ', got ''; leave it out for the whole secret (secret/empty-property)",
    ].join('\n'),
  },
  {
    id: 'secret/empty-remote-key',
    when: 'a secret without a name',
    provoke: () => SecretRef.externalSecret({ store: 'aws', remoteKey: '' }),
    message: "'remoteKey' must name a secret of the store 'aws', got '' (secret/empty-remote-key)",
  },
  {
    id: 'secret/empty-property',
    when: 'an empty field',
    provoke: () => SecretRef.externalSecret({ store: 'aws', remoteKey: 'prod/fraud/db', property: ' ' }),
    message: "'property' must name a field of 'prod/fraud/db', got ' '; leave it out for the whole secret (secret/empty-property)",
  },
];
