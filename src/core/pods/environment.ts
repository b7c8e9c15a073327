import { Construct } from 'constructs';
import { SecretRef } from '../secret-ref';

/** Variables of a container in Kubernetes' own words: those that everybody may read, then those of Secrets. */
export function environmentOf(scope: Construct, values: { [name: string]: string }, secrets: { [name: string]: SecretRef } = {}): any[] {
  return [
    ...Object.entries(values).map(([name, value]) => ({ name, value })),
    ...Object.entries(secrets).map(([name, reference]) => {
      const { secretName, key } = reference.bind(scope);
      return { name, valueFrom: { secretKeyRef: { name: secretName, key } } };
    }),
  ];
}
