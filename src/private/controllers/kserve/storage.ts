import { Component, componentsOf, INFERENCE_SERVICE, storageUriOf } from './inference-service';
import { ControllerRule } from '../controller-rule';

/** @see https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/inference_service_validation.go validateMultipleStorageURIs */
export const storage: ControllerRule[] = [
  {
    ruleId: 'kserve/storage-twice',
    kinds: [INFERENCE_SERVICE],
    violations: ({ spec }) => spec.predictor?.storageUris && storageUriOf(spec.predictor) !== undefined ? [{
      field: 'spec.predictor.storageUris', problem: 'must not be set beside a single storage URI', remedy: 'drop one of them',
    }] : [],
  },
  {
    ruleId: 'kserve/storage-uris',
    kinds: [INFERENCE_SERVICE],
    violations: (manifest) => componentsOf(manifest).flatMap((component) => {
      const problem = placesProblem(component);
      return problem ? [{ field: `${component.place}.storageUris`, problem, remedy: 'mend the list' }] : [];
    }),
  },
  {
    ruleId: 'kserve/storage-of-transformer',
    kinds: [INFERENCE_SERVICE],
    violations: ({ spec }) => {
      const transformer = (spec.predictor?.containers ?? []).find(({ name }: any) => name === 'transformer-container');
      return transformer?.env?.some(({ name }: any) => name === 'STORAGE_URI') ? [{
        field: 'spec.predictor.containers', problem: "must not have a STORAGE_URI in 'transformer-container'", remedy: "set it on 'kserve-container'",
      }] : [];
    },
  },
];

function placesProblem({ spec: { storageUris = [] } }: Component): string | undefined {
  for (const { uri, mountPath = '' } of storageUris) {
    if (!uri) {return "must not have an empty 'uri'";}
    if (mountPath === '/' || !mountPath.startsWith('/') || mountPath.includes('..')) {return `must have absolute paths below '/' without '..', got '${mountPath}'`;}
  }
  const [claims, fetched] = [true, false].map((claim) => storageUris.filter(({ uri }: any) => uri.startsWith('pvc://') === claim).map(({ mountPath }: any) => mountPath));
  if (fetched.length < 2) {return undefined;}
  if (new Set(claims).size < claims.length) {return 'must mount each claim at a path of its own';}
  const common = new Set(fetched.map((path: string) => path.split('/').filter((part) => part !== '')[0])).size === 1;
  return common ? undefined : `must have a common folder, got ${fetched.join(', ')}`;
}
