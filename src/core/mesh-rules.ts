import { MeshMode } from './mesh-mode';
import { InputProblems } from '../private/input-error';

/** Adds a problem where restricted pods cannot join the mesh; whatever makes such pods calls it. */
export function checkMeshFitsRestrictedPods(mesh: MeshMode, problems: InputProblems): void {
  if (!mesh.fitsRestrictedPods) {
    problems.add('mesh/sidecar-without-cni',
      `pods of mesh '${mesh.mode}' without Istio's CNI plugin get an init container with NET_ADMIN, which a restricted namespace refuses; `
      + 'install the plugin and say MeshMode.istioSidecar({ cni: true }), or use MeshMode.istioAmbient()');
  }
}
