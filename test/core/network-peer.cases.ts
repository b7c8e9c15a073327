import { Testing } from 'cdk8s';
import { ModelServing, NetworkPeer } from '../../src';
import { ErrorCase } from '../support/error-case';
import { servingProps } from '../support/fixtures';

const labelForm = "at most 63 letters, digits, '-', '_' and '.', starting and ending with a letter or digit";

export const cases: ErrorCase[] = [
  {
    id: 'network/malformed-namespace',
    when: 'pods that cannot be, with everything that is wrong',
    provoke: () => NetworkPeer.pods({ namespace: 'Bad NS', labels: { a: 'b c' }, ports: [0] }),
    message: [
      `'labels' must have values of ${labelForm}, got 'b c' for 'a' (labels/malformed-value)`,
      "'namespace' must be at most 63 lower-case letters, digits and '-', got 'Bad NS' (network/malformed-namespace)",
      "'ports' must be whole numbers from 1 to 65535, got 0 (network/malformed-port)",
    ].join('\n'),
  },
  {
    id: 'network/malformed-namespace',
    when: 'a namespace that cannot be',
    provoke: () => NetworkPeer.namespace('fraud_ns'),
    message: "'namespace' must be at most 63 lower-case letters, digits and '-', got 'fraud_ns' (network/malformed-namespace)",
  },
  {
    id: 'network/malformed-port',
    when: 'addresses and ports that cannot be',
    provoke: () => NetworkPeer.cidr('999.1.1.1/16', 99999, 4.5),
    message: [
      "'cidr' must look like '10.20.0.0/16', got '999.1.1.1/16'; a host name cannot stand in a NetworkPolicy (network/malformed-cidr)",
      "'ports' must be whole numbers from 1 to 65535, got 99999 (network/malformed-port)",
      "'ports' must be whole numbers from 1 to 65535, got 4.5 (network/malformed-port)",
    ].join('\n'),
  },
  {
    id: 'network/malformed-cidr',
    when: 'a prefix longer than an address',
    provoke: () => NetworkPeer.cidr('fd00::/129'),
    message: "'cidr' must look like '10.20.0.0/16', got 'fd00::/129'; a host name cannot stand in a NetworkPolicy (network/malformed-cidr)",
  },
  {
    id: 'network/no-ports',
    when: 'addresses that the model may call on every port',
    provoke: () => new ModelServing(Testing.chart(), 'Serving', servingProps({ egress: [NetworkPeer.cidr('10.0.0.0/8')] })),
    message: "[test/Serving] '10.0.0.0/8' must name at least one TCP port that the model may call, got none; add it to NetworkPeer.cidr() (network/no-ports)",
  },
  {
    id: 'network/ports-of-a-caller',
    when: 'a caller with ports',
    provoke: () => new ModelServing(Testing.chart(), 'Serving', servingProps({ callers: [NetworkPeer.cidr('10.0.0.0/8', 443, 8443)] })),
    message: "[test/Serving] a caller gets the port of the model, but '10.0.0.0/8' names its own, 443, 8443; leave the ports out (network/ports-of-a-caller)",
  },
  {
    id: 'network/any-caller',
    when: 'a model that anybody may call',
    provoke: () => new ModelServing(Testing.chart(), 'Serving', servingProps()).allowFrom(NetworkPeer.anyHttps('partners call it')),
    message: "[test/Serving] 'any address' may not call the model, which would open it to the world; name the addresses with NetworkPeer.cidr(), or put a gateway in front of the model and name its pods (network/any-caller)",
  },
];
