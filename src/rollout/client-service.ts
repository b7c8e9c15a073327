import { ApiObject, JsonPatch } from 'cdk8s';
import { Service, Workload } from 'cdk8s-plus-28';
import { Construct } from 'constructs';

/** A Service in front of the pods of a workload. */
export function serviceOf(scope: Construct, id: string, workload: Workload, port: number, name?: string): Service {
  const service = new Service(scope, id, {
    metadata: name === undefined ? undefined : { name },
    selector: workload,
    ports: [{ name: 'http', port, targetPort: port }],
  });
  // cdk8s-plus writes the deprecated field even when it is empty
  ApiObject.of(service).addJsonPatch(JsonPatch.remove('/spec/externalIPs'));
  return service;
}
