import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { FrontProps, FrontRoute, GatewayFront, PLAIN } from './gateway-front';
import { GatewayTls, TlsSecret } from './gateway-tls';
import { Ingress } from './ingress';
import { NetworkPeer } from '../../core/network-peer';
import { InputError } from '../../private/input-error';
import { HttpRoute, ReferenceGrant, SharedGateway } from '../../private/l1/gateway-networking-k8s-io';
import { backend, GatewayApiRoute } from '../gateway-api-route';
import { GatewayApiRouter } from '../gateway-api-router';
import { parentRefOf } from '../parent-refs';
import { IModelServing } from '../serving';
import { ITrafficRoute, ITrafficRouter } from '../traffic-router';

const GROUP = 'gateway.networking.k8s.io';
const PLAIN_TEXT = 'http';

/** A Gateway of the Gateway API, with a listener for each host and one that redirects. */
export class GatewayApiFront implements GatewayFront {
  public readonly peer: NetworkPeer;
  public readonly podNamespace: string | undefined;
  public readonly serviceAccountName: string;
  public readonly prefersLongerPaths = true;
  private readonly object: ApiObject;

  public constructor(scope: Construct, private readonly props: FrontProps, ingress: Ingress, tls: GatewayTls) {
    const { hosts, namespace, gatewayName } = props;
    const secret = tls._bind(scope, hosts, namespace);
    this.object = new SharedGateway(scope, 'Resource', {
      metadata: gatewayName === undefined ? undefined : { name: gatewayName },
      spec: { gatewayClassName: ingress.gatewayClassName, listeners: Lazy.any({ produce: () => this.listeners(secret) }) },
    });
    this.podNamespace = ingress.namespace ?? namespace;
    this.serviceAccountName = ingress.serviceAccountName ?? `${this.object.name}-${ingress.gatewayClassName}`;
    this.peer = NetworkPeer.pods({ namespace: this.podNamespace, labels: ingress.podLabels ?? { [`${GROUP}/gateway-name`]: this.object.name } });
    this.redirect(scope);
    if (secret.namespace !== undefined && secret.namespace !== namespace) {
      this.grant(scope, secret.namespace, secret.secretName);
    }
  }

  public router({ hosts, paths, waypoint }: FrontRoute): ITrafficRouter {
    return new GatewayApiRouter(() => ({ parentRefs: this.parentsOf(hosts), hosts, paths }), waypoint === undefined ? {} : { 'istio.io/use-waypoint': waypoint });
  }

  public route(scope: Construct, serving: IModelServing, { hosts, paths }: FrontRoute): ITrafficRoute {
    const { serviceName, servingNamespace, servicePort } = serving;
    const entry = { parentRefs: this.parentsOf(hosts), hosts, paths, namespace: servingNamespace || undefined };
    return new GatewayApiRoute(scope, PLAIN, entry, [backend(serviceName, servicePort)]);
  }

  private listeners({ secretName, namespace }: TlsSecret): any[] {
    const certificateRefs = [{ group: '', kind: 'Secret', name: secretName, namespace }];
    return [
      ...this.props.hosts.map((hostname) => ({
        name: this.listenerOf(hostname), hostname, port: 443, protocol: 'HTTPS', tls: { mode: 'Terminate', certificateRefs }, allowedRoutes: this.allowedRoutes,
      })),
      { name: PLAIN_TEXT, port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } },
    ];
  }

  /** The namespaces whose routes are known, and no others: whoever may attach a route may take over a host. */
  private get allowedRoutes(): any {
    const own = this.props.namespace ?? '';
    const namespaces = [...new Set(this.props.routeNamespaces())].sort();
    return {
      namespaces: namespaces.every((name) => name === own) ? { from: 'Same' } : {
        from: 'Selector', selector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...new Set([own, ...namespaces])] }] },
      },
    };
  }

  private listenerOf(host: string): string {
    const { hosts } = this.props;
    return hosts.length === 1 ? 'https' : `https-${hosts.indexOf(host) + 1}`;
  }

  private parentsOf(hosts: string[]): any[] {
    const { hosts: all, namespace } = this.props;
    return all.filter((host) => hosts.some((wanted) => serves(host, wanted)))
      .map((host) => parentRefOf({ gatewayName: this.object.name, namespace, listener: this.listenerOf(host) }));
  }

  private redirect(scope: Construct): void {
    new HttpRoute(scope, 'Redirect', {
      spec: {
        parentRefs: [parentRefOf({ gatewayName: this.object.name, listener: PLAIN_TEXT })],
        hostnames: this.props.hosts,
        rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] }],
      },
    });
  }

  /** Whose certificate it is has to say that the gateway may use it. */
  private grant(scope: Construct, secretNamespace: string, name: string): void {
    const { namespace } = this.props;
    if (namespace === undefined) {
      throw new InputError('gateway/certificate-out-of-reach',
        `the certificate '${name}' is in namespace '${secretNamespace}', which has to name the namespace of the gateway, and its chart has none; give it one`);
    }
    new ReferenceGrant(scope, 'CertificateGrant', {
      metadata: { namespace: secretNamespace },
      spec: { from: [{ group: GROUP, kind: 'Gateway', namespace }], to: [{ group: '', kind: 'Secret', name }] },
    });
  }
}

/** Whether a host of a gateway, which may begin with a wildcard, holds another. */
export function serves(host: string, wanted: string): boolean {
  return host === wanted || (host.startsWith('*.') && wanted.endsWith(host.slice(1)) && wanted.length > host.length - 1);
}
