import { FindingSeverity } from '../../core/findings';
import { groupKindOf } from '../../private/workloads';
import { ManifestSet } from '../manifest-set';
import { IPolicyRule, PolicyFinding } from '../rule';
import { namespaceOf } from '../selector';

/** Observability before traffic: what is reached from outside is scraped. */
export class UnmonitoredTraffic implements IPolicyRule {
  public readonly ruleId = 'adoption/unmonitored-traffic';
  public readonly severity = FindingSeverity.ERROR;

  public check(manifest: any, neighbours: ManifestSet): PolicyFinding[] {
    const names = new Map(servicesReachedBy(manifest).map((service) => [`${service.namespace}/${service.name}`, service]));
    return [...names.values()]
      .map(({ namespace, name }) => neighbours.named('', 'Service', namespace, name))
      .filter((service) => service?.spec?.selector && !isMonitored(service, neighbours))
      .map((service) => ({
        message: `${manifest.kind} '${manifest.metadata?.name}' opens ${service === manifest ? 'itself' : `Service '${service.metadata.name}'`} to the outside, and nothing monitors what answers`,
        remedy: 'add a PodMonitor or ServiceMonitor for it, or acknowledge what watches it',
      }));
  }
}

interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** Services that an object opens to the outside; none if it opens none, or nothing that we know. */
function servicesReachedBy(manifest: any): ServiceName[] {
  const namespace = namespaceOf(manifest);
  const spec = manifest.spec ?? {};
  switch (groupKindOf(manifest)) {
    case '/Service':
      return ['LoadBalancer', 'NodePort'].includes(spec.type) ? [{ namespace, name: manifest.metadata.name }] : [];
    case 'networking.k8s.io/Ingress':
      return [spec.defaultBackend, ...(spec.rules ?? []).flatMap((rule: any) => (rule.http?.paths ?? []).map((path: any) => path.backend))]
        .filter((backend) => backend?.service)
        .map((backend) => ({ namespace, name: backend.service.name }));
    case 'gateway.networking.k8s.io/HTTPRoute':
    case 'gateway.networking.k8s.io/GRPCRoute':
      return !(spec.parentRefs ?? []).some((parent: any) => (parent.kind ?? 'Gateway') !== 'Service') ? [] : (spec.rules ?? [])
        .flatMap((rule: any) => rule.backendRefs ?? [])
        .filter((backend: any) => (backend.kind ?? 'Service') === 'Service')
        .map((backend: any) => ({ namespace: backend.namespace ?? namespace, name: backend.name }));
    case 'networking.istio.io/VirtualService':
      return !(spec.gateways ?? []).some((gateway: string) => gateway !== 'mesh') ? [] : [...spec.http ?? [], ...spec.tls ?? [], ...spec.tcp ?? []]
        .flatMap((route: any) => route.route ?? [])
        .map((route: any) => fromHost(route.destination?.host ?? '', namespace));
    default:
      return [];
  }
}

/** A host of Istio: `name`, `name.namespace` or `name.namespace.svc.cluster.local`. */
function fromHost(host: string, namespace: string): ServiceName {
  const [name, ownNamespace] = host.split('.');
  return { name, namespace: ownNamespace ?? namespace };
}

/** A Service is monitored if a ServiceMonitor selects it, or a PodMonitor could select the pods behind it. */
function isMonitored(service: any, neighbours: ManifestSet): boolean {
  const namespace = namespaceOf(service);
  const labels = service.metadata.labels ?? {};
  return neighbours.selecting('monitoring.coreos.com', 'ServiceMonitor', namespace, labels).length > 0
    || neighbours.podsBehind(service).some((podLabels) => neighbours.selecting('monitoring.coreos.com', 'PodMonitor', namespace, podLabels).length > 0);
}
