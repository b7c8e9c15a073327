import { MeshMode } from '../../src';
import { checkMeshFitsRestrictedPods } from '../../src/core/mesh-rules';
import { InputProblems } from '../../src/private/input-error';

test('no mesh asks nothing of a pod', () => {
  expect(MeshMode.none()).toEqual({
    mode: 'none', fitsRestrictedPods: true, podLabels: {}, podAnnotations: {}, controlPlane: undefined, tunnelPorts: [], probeSources: [], metricsPorts: [],
  });
});

test('a sidecar is asked for by label and talks to its control plane', () => {
  expect(MeshMode.istioSidecar({ cni: true })).toEqual({
    mode: 'istio-sidecar',
    fitsRestrictedPods: true,
    podLabels: { 'sidecar.istio.io/inject': 'true' },
    podAnnotations: { 'sidecar.istio.io/nativeSidecar': 'true' },
    controlPlane: { namespace: 'istio-system', podLabels: { app: 'istiod' }, ports: [15012] },
    tunnelPorts: [15008],
    probeSources: [],
    metricsPorts: [15020, 15090],
  });
});

test('a revision injects its own sidecar', () => {
  const mesh = MeshMode.istioSidecar({ cni: true, revision: 'prod-stable', controlPlaneNamespace: 'mesh' });

  expect(mesh.podLabels).toEqual({ 'sidecar.istio.io/inject': 'true', 'istio.io/rev': 'prod-stable' });
  expect(mesh.controlPlane).toEqual({ namespace: 'mesh', podLabels: { app: 'istiod' }, ports: [15012] });
});

test('ambient pods tunnel, and are probed from addresses of their own', () => {
  expect(MeshMode.istioAmbient()).toEqual({
    mode: 'istio-ambient',
    fitsRestrictedPods: true,
    podLabels: { 'istio.io/dataplane-mode': 'ambient' },
    podAnnotations: {},
    controlPlane: undefined,
    tunnelPorts: [15008],
    probeSources: ['169.254.7.127/32', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128'],
    metricsPorts: [],
  });
});

test.each([MeshMode.none(), MeshMode.istioSidecar({ cni: true }), MeshMode.istioAmbient()])('restricted pods can join $mode', (mesh) => {
  const problems = new InputProblems();

  checkMeshFitsRestrictedPods(mesh, problems);

  expect(() => problems.throwAll()).not.toThrow();
});
