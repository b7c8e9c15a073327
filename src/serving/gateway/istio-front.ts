import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { FrontProps, FrontRoute, GatewayFront, PLAIN } from './gateway-front';
import { GatewayTls } from './gateway-tls';
import { Ingress } from './ingress';
import { NetworkPeer } from '../../core/network-peer';
import { InputError } from '../../private/input-error';
import { IngressGatewayObject } from '../../private/l1/networking-istio-io';
import { IstioRoute } from '../istio-route';
import { IstioRouter } from '../istio-router';
import { IstioVersions } from '../router-options';
import { IModelServing } from '../serving';
import { ITrafficRoute, ITrafficRouter } from '../traffic-router';

/** Istio's own Gateway on the pods of an ingress gateway that exists. */
export class IstioFront implements GatewayFront {
  public readonly peer: NetworkPeer;
  public readonly podNamespace: string;
  public readonly serviceAccountName: string;
  // the order of routes of several VirtualServices is not defined
  public readonly prefersLongerPaths = false;
  private readonly reference: string;

  public constructor(scope: Construct, props: FrontProps, ingress: Ingress, tls: GatewayTls) {
    const { hosts, namespace, gatewayName } = props;
    this.podNamespace = ingress.namespace!;
    this.serviceAccountName = ingress.serviceAccountName!;
    this.peer = NetworkPeer.pods({ namespace: this.podNamespace, labels: ingress.podLabels! });
    const secret = tls._bind(scope, hosts, this.podNamespace);
    if (secret.namespace !== undefined && secret.namespace !== this.podNamespace) {
      throw new InputError('gateway/secret-out-of-reach',
        `Istio reads certificates in the namespace of the gateway's pods, '${this.podNamespace}', and no other, got '${secret.namespace}'; put the Secret there`);
    }
    const object: ApiObject = new IngressGatewayObject(scope, 'Resource', {
      metadata: gatewayName === undefined ? undefined : { name: gatewayName },
      spec: {
        selector: ingress.podLabels,
        servers: [
          {
            hosts,
            port: { name: 'https', number: 443, protocol: 'HTTPS' },
            tls: { mode: 'SIMPLE', credentialName: secret.secretName, minProtocolVersion: 'TLSV1_2' },
          },
          { hosts, port: { name: 'http', number: 80, protocol: 'HTTP' }, tls: { httpsRedirect: true } },
        ],
      },
    });
    this.reference = namespace === undefined ? object.name : `${namespace}/${object.name}`;
  }

  public router({ hosts, paths, waypoint }: FrontRoute): ITrafficRouter {
    return new IstioRouter({
      versions: IstioVersions.SERVICES,
      waypoint,
      hasGateways: true,
      // one for the mesh, where the host is the Service, and one for the gateway, whose hosts several models share
      entries: (service) => [
        { id: 'VirtualService', hosts: [service], paths: [] },
        { id: 'GatewayRoutes', hosts, gateways: [this.reference], paths },
      ],
    });
  }

  public route(scope: Construct, serving: IModelServing, { hosts, paths }: FrontRoute): ITrafficRoute {
    const { serviceName: host, servingNamespace, servicePort } = serving;
    const entry = { id: 'VirtualService', hosts, gateways: [this.reference], paths, namespace: servingNamespace || undefined };
    return new IstioRoute(scope, PLAIN, [entry], [{ host, port: { number: servicePort } }]);
  }
}
