import { ApiObject, JsonPatch } from 'cdk8s';

/** Takes the namespace of its chart off an object of the whole cluster; the API server would drop it, and every diff would show it. */
export function withoutNamespace(object: ApiObject): void {
  if (object.metadata.namespace !== undefined) {
    object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
  }
}
