import { EnvValue, Secret } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { SecretRef } from '../core/secret-ref';

/** Variables whose values may be read by everybody. */
export function plainVariables(values: { [name: string]: string }): { [name: string]: EnvValue } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, EnvValue.fromValue(value)]));
}

/** Variables whose values stand in Secrets. */
export function secretVariables(scope: Construct, secrets: { [name: string]: SecretRef }): { [name: string]: EnvValue } {
  return Object.fromEntries(Object.entries(secrets).map(([name, reference]) => {
    const { secretName, key } = reference.bind(scope);
    const secret = Secret.fromSecretName(scope, `Secret-${name}`, secretName);
    return [name, EnvValue.fromSecretValue({ secret, key })];
  }));
}
