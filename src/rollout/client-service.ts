import { ApiObject, JsonPatch } from 'cdk8s';
import { Service } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

/** A Service in front of the pods that have certain labels. */
export function serviceOf(scope: Construct, id: string, podLabels: { [key: string]: string }, port: number, name?: string): Service {
  const service = new Service(scope, id, {
    metadata: name === undefined ? undefined : { name },
    ports: [{ name: 'http', port, targetPort: port }],
  });
  Object.entries(podLabels).forEach(([key, value]) => service.selectLabel(key, value));
  // cdk8s-plus writes the deprecated field even when it is empty
  ApiObject.of(service).addJsonPatch(JsonPatch.remove('/spec/externalIPs'));
  return service;
}
