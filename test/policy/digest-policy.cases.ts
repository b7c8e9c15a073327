import { Testing } from 'cdk8s';
import { DigestPolicy } from '../../src';
import { ErrorCase } from '../support/error-case';

export const cases: ErrorCase[] = [
  {
    id: 'policy/system-namespace',
    when: 'a namespace that the cluster runs in',
    provoke: () => new DigestPolicy(Testing.chart(), 'Digests', { namespaces: ['ml', 'kube-system'] }),
    message: "[test/Digests] 'namespaces' must not name 'kube-system': a cluster that cannot start its own parts cannot be mended (policy/system-namespace)",
  },
  {
    id: 'policy/no-namespace',
    when: 'an empty list of namespaces',
    provoke: () => new DigestPolicy(Testing.chart(), 'Digests', { namespaces: [] }),
    message: "[test/Digests] 'namespaces' must name at least one, got none; leave it out to judge labelled namespaces (policy/no-namespace)",
  },
  {
    id: 'policy/malformed-repository',
    when: 'an exemption with a tag, and one that would end the expression',
    provoke: () => new DigestPolicy(Testing.chart(), 'Digests', { exemptRepositories: ['docker.io/istio/proxyv2:1.30', "a/b'||true||'"] }),
    message: "[test/Digests] 'exemptRepositories' must hold repositories with their registry, such as 'docker.io/istio/proxyv2', got 'docker.io/istio/proxyv2:1.30'; tags are left out (policy/malformed-repository)\n" +
      "[test/Digests] 'exemptRepositories' must hold repositories with their registry, such as 'docker.io/istio/proxyv2', got 'a/b'||true||''; tags are left out (policy/malformed-repository)",
  },
];
