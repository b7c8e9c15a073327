import { canonicalPodTemplate, canonicalQuantity } from '../../src/private/canonical';

test.each([
  ['6144Mi', '6Gi'], ['1536Mi', '1536Mi'], ['1024Ki', '1Mi'], ['1048576Mi', '1Ti'], ['0Mi', '0Mi'],
  ['2000m', '2'], ['1500m', '1500m'], ['2', '2'], ['500m', '500m'], ['1G', '1G'],
])('%s is written as %s', (given, canonical) => {
  expect(canonicalQuantity(given)).toBe(canonical);
});

test('a pod template is what a controller in Go would write back', () => {
  const template = {
    metadata: { labels: { app: 'fraud' } },
    spec: {
      hostNetwork: false,
      containers: [{
        name: 'server',
        ports: [{ name: 'http', containerPort: 8080 }],
        resources: { requests: { 'memory': '4096Mi', 'nvidia.com/gpu': 1 }, limits: { memory: '6144Mi', cpu: undefined } },
      }],
      initContainers: [{ name: 'loader' }],
      volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '1024Mi' } }, { name: 'config', configMap: { name: 'a' } }],
    },
  };

  expect(canonicalPodTemplate(template)).toEqual({
    metadata: { labels: { app: 'fraud' } },
    spec: {
      containers: [{
        name: 'server',
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
        resources: { requests: { 'memory': '4Gi', 'nvidia.com/gpu': '1' }, limits: { memory: '6Gi' } },
      }],
      initContainers: [{ name: 'loader' }],
      volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '1Gi' } }, { name: 'config', configMap: { name: 'a' } }],
    },
  });
});

test('the network of the node is kept where it is asked for, and a pod may have neither volumes nor other containers', () => {
  expect(canonicalPodTemplate({ spec: { hostNetwork: true, containers: [{ name: 'a' }] } }).spec).toEqual({ hostNetwork: true, containers: [{ name: 'a' }] });
});
