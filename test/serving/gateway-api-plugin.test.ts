import { App, Chart, Testing } from 'cdk8s';
import { parse } from 'yaml';
import { GatewayApiPlugin, GatewayApiPluginProps, PluginBinary } from '../../src';
import { factsOf } from '../../src/private/facts';
import { objectOf } from '../support/manifests';

const url = 'https://example.com/gatewayapi-plugin-linux-amd64';

function synth(props?: GatewayApiPluginProps) {
  const chart = new Chart(new App(), 'cluster', { namespace: 'platform' });
  const plugin = new GatewayApiPlugin(chart, 'Plugin', props);
  return { manifests: Testing.synth(chart), notes: factsOf(plugin).notes };
}

test('the controller is told where the program is, and which one it must be', () => {
  const { manifests, notes } = synth({ binary: PluginBinary.fromUrl(url, 'a'.repeat(64)) });
  const { metadata, data } = objectOf(manifests, 'ConfigMap');

  expect(metadata).toEqual({ name: 'argo-rollouts-config', namespace: 'argo-rollouts' });
  expect(parse(data.trafficRouterPlugins)).toEqual([{ name: 'argoproj-labs/gatewayAPI', location: url, sha256: 'a'.repeat(64) }]);
  expect(notes).toEqual(['Argo Rollouts reads the configuration of its plugins when it starts: after a change, `kubectl rollout restart deployment -n argo-rollouts argo-rollouts`. '
    + "The ConfigMap 'argo-rollouts-config' in argo-rollouts is written whole: plugins that stand in it already would be forgotten."]);
});

test('a file of the container has no hash, which the controller would not check', () => {
  const { data } = objectOf(synth({ binary: PluginBinary.fromFile('/plugins/gatewayapi-plugin') }).manifests, 'ConfigMap');

  expect(parse(data.trafficRouterPlugins)).toEqual([{ name: 'argoproj-labs/gatewayAPI', location: 'file:///plugins/gatewayapi-plugin' }]);
});

test('the controller may change routes that it can name, and no more, in every namespace', () => {
  const { manifests, notes } = synth({ controllerNamespace: 'argo', serviceAccountName: 'rollouts' });
  const [role, binding] = ['ClusterRole', 'ClusterRoleBinding'].map((kind) => objectOf(manifests, kind));

  expect(manifests).toHaveLength(2);
  expect(notes).toEqual([]);
  expect(role.rules).toEqual([
    { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: ['get', 'update'] }, { apiGroups: [''], resources: ['services'], verbs: ['get'] },
  ]);
  expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: 'rollouts', namespace: 'argo' }]);
  expect(binding.roleRef).toEqual({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.metadata.name });
  expect([role, binding].map(({ metadata }) => metadata.namespace)).toEqual([undefined, undefined]);
});
