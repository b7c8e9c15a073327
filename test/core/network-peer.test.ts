import { NetworkPeer } from '../../src';

test('pods of another namespace are named by labels and namespace together', () => {
  const peer = NetworkPeer.pods({ namespace: 'checkout', labels: { tier: 'web', app: 'cart' } });

  expect(peer._toPeers()).toEqual([{
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'checkout' } }, podSelector: { matchLabels: { tier: 'web', app: 'cart' } },
  }]);
  expect(peer.peerName).toBe('app=cart, tier=web in checkout');
});

test('pods without a namespace are those of the workload\'s own', () => {
  const peer = NetworkPeer.pods({ labels: { app: 'cart' } });

  expect(peer._toPeers()).toEqual([{ podSelector: { matchLabels: { app: 'cart' } } }]);
  expect(peer.peerName).toBe('app=cart');
});

test('a namespace and the own namespace stand for every pod in them', () => {
  expect(NetworkPeer.namespace('checkout')._toPeers()).toEqual([{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'checkout' } } }]);
  expect(NetworkPeer.sameNamespace()._toPeers()).toEqual([{ podSelector: {} }]);
});

test('addresses come with their ports, of either IP version', () => {
  const peer = NetworkPeer.cidr('10.1.0.0/16', 5432, 6432);

  expect(peer._toPeers()).toEqual([{ ipBlock: { cidr: '10.1.0.0/16' } }]);
  expect(peer._toPorts()).toEqual([5432, 6432]);
  expect(NetworkPeer.cidr('fd00:ec2::/32', 443)._toPeers()).toEqual([{ ipBlock: { cidr: 'fd00:ec2::/32' } }]);
});

test('pods that are called may name their ports, pods that call need none', () => {
  expect(NetworkPeer.pods({ labels: { app: 'stock' }, ports: [8080] })._toPorts()).toEqual([8080]);
  expect(NetworkPeer.namespace('cache', 6379, 6380)._toPorts()).toEqual([6379, 6380]);
  expect(NetworkPeer.pods({ labels: { app: 'stock' } })._toPorts()).toEqual([]);
  expect(NetworkPeer.cidr('192.0.2.0/24')._toPorts()).toEqual([]);
});

test.each(['0.0.0.0/0', '255.255.255.255/32', '::/0', '2001:db8::1/128'])('%s is a range of addresses', (cidr) => {
  expect(NetworkPeer.cidr(cidr, 443).peerName).toBe(cidr);
});

test('any address on port 443 says why', () => {
  const peer = NetworkPeer.anyHttps('models are read from S3');

  expect(peer._toPeers()).toEqual([{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }]);
  expect(peer._toPorts()).toEqual([443]);
  expect(peer.reason).toBe('models are read from S3');
});
