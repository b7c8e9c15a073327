import { InputProblems } from './input-error';
import { isDnsLabel, isSubdomain } from './kubernetes-names';

/** Adds a problem for each host that a gateway would refuse. A wildcard may stand for the first label. */
export function checkHosts(what: string, hosts: string[], problems: InputProblems): void {
  for (const host of hosts.filter((name) => !isSubdomain(name.replace(/^\*\./, '')) || /^[0-9.]+$/.test(name))) {
    problems.add('route/malformed-host', `'${what}' must hold host names such as 'models.example.com' or '*.example.com', got '${host}'`);
  }
}

/** Adds a problem for each path that cannot be the beginning of one. */
export function checkPaths(what: string, paths: string[], problems: InputProblems): void {
  for (const path of paths.filter((beginning) => !/^(\/[-A-Za-z0-9._~!$&'()*+,;=:@%]*)+$/.test(beginning) || /\/\/|\/\.\.?(\/|$)/.test(beginning))) {
    problems.add('route/malformed-path', `'${what}' must hold beginnings of paths such as '/v2/models/fraud', got '${path}'`);
  }
}

/** Adds a problem for each name that no object can have. */
export function checkObjectName(what: string, name: string, problems: InputProblems): void {
  if (!isSubdomain(name)) {
    problems.add('route/malformed-name', `'${what}' must be lower-case letters, digits, '-' and '.', got '${name}'`);
  }
}

/** Adds a problem for a namespace that cannot exist. */
export function checkNamespaceName(what: string, name: string | undefined, problems: InputProblems): void {
  if (name !== undefined && !isDnsLabel(name)) {
    problems.add('route/malformed-namespace', `'${what}' must be at most 63 lower-case letters, digits and '-', got '${name}'`);
  }
}

/** Whether requests to one path are also requests to the other: path by path, so that `/v2` does not hold `/v20`. */
export function isBelow(path: string, beginning: string): boolean {
  const prefix = beginning.replace(/\/$/, '');
  return path === prefix || path.startsWith(`${prefix}/`);
}
