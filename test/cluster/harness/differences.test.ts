import { differences } from './differences';

const deployment = (spec: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', spec });

test('what the server adds is no difference', () => {
  expect(differences(deployment({ replicas: 2 }), { ...deployment({ replicas: 2, paused: false }), status: {} })).toEqual([]);
});

test.each<[string, object, object, string[]]>([
  ['another value', { replicas: 2 }, { replicas: 3 }, ['/spec/replicas: wrote 2, found 3']],
  ['a value that is gone', { a: { b: 'c' } }, {}, ['/spec/a/b: wrote "c", found undefined']],
  ['a list of another length', { ports: [1, 2] }, { ports: [1] }, ['/spec/ports: wrote [1,2], found [1]']],
  ['an item of a list', { ports: [1, 2] }, { ports: [1, 3] }, ['/spec/ports/1: wrote 2, found 3']],
  ['another quantity', { memory: '2048Mi' }, { memory: '3Gi' }, ['/spec/memory: wrote "2048Mi", found "3Gi"']],
  ['the same quantity', { memory: '2048Mi', cpu: '1000m', gpu: 1 }, { memory: '2Gi', cpu: '1', gpu: '1' }, []],
  ['what is false and left out', { hostNetwork: false }, {}, []],
])('in a built-in kind: %s', (_what, written, live, found) => {
  expect(differences(deployment(written), deployment(live))).toEqual(found);
});

test('in a custom kind every letter counts', () => {
  const monitor = (spec: object) => ({ apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', spec });

  expect(differences(monitor({ limit: '2048Mi', off: false }), monitor({ limit: '2Gi' })))
    .toEqual(['/spec/limit: wrote "2048Mi", found "2Gi"', '/spec/off: wrote false, found undefined']);
});
