import { FindingSeverity } from '../../core/findings';
import { groupKindOf, containersOf, podsOf } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

const SECRET_NAME = /(?:^|[._-])(?:password|passwd|passphrase|secret|token|credentials?|(?:api|access|private|secret|encrypt)[._-]?key)$/i;
const SECRET_VALUES = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/,
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bhf_[A-Za-z0-9]{34}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10}/,
  /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/,
  /:\/\/[^\s/:@"',]+:[^\s/:@$"',]+@/,
];

/** Manifests are read by many and kept in Git: no secret value stands in them. The value is never repeated here. */
export class SecretInClear implements IPolicyRule {
  public readonly ruleId = 'hardening/secret-in-clear';
  public readonly severity = FindingSeverity.ERROR;

  public check(manifest: any): PolicyFinding[] {
    return placesOf(manifest).map((place) => ({
      message: `${place} holds what looks like a secret value, and manifests are kept in Git`,
      remedy: 'refer to it with SecretRef',
    }));
  }
}

function placesOf(manifest: any): string[] {
  switch (groupKindOf(manifest)) {
    case '/Secret':
      return Object.entries({ ...manifest.data, ...manifest.stringData }).filter(([, value]) => value !== '').map(([key]) => `key '${key}'`);
    case '/ConfigMap':
      return Object.entries<string>(manifest.data ?? {}).filter(([key, value]) => isSecret(key, value)).map(([key]) => `key '${key}'`);
    default:
      return podsOf(manifest).flatMap(containersOf).flatMap(({ where, container }) => [
        ...(container.env ?? []).filter((variable: any) => isSecret(variable.name, variable.value)).map((variable: any) => `${where}, variable '${variable.name}'`),
        ...[...container.command ?? [], ...container.args ?? []].some(looksSecret) ? [`${where}, its command line`] : [],
      ]);
  }
}

/** A name that ends like a secret's counts, unless its value only says where the secret is, or is no secret: a path, a reference, a switch. */
function isSecret(name: string, value: string | undefined): boolean {
  if (value === undefined || value === '') {return false;}
  const pointsElsewhere = /^(?:\/|\$\(|file:|arn:|https?:\/\/[^@]*$|true$|false$|\d+$)/.test(value);
  return looksSecret(value) || (SECRET_NAME.test(name) && !pointsElsewhere);
}

function looksSecret(value: string): boolean {
  return SECRET_VALUES.some((pattern) => pattern.test(value));
}
