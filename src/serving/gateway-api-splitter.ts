import { Construct } from 'constructs';
import { backend, GatewayApiEntry } from './gateway-api-route';
import { IRequestSplitter, RequestSplit, SplitVariant } from './request-split';
import { HttpRoute } from '../private/l1/gateway-networking-k8s-io';

/** An HTTPRoute that splits requests by a header. What would set a cookie for a share of them is left to each implementation. */
export class GatewayApiSplitter implements IRequestSplitter {
  public readonly canRemember = false;

  public constructor(private readonly entry: (first: { readonly stableService: string; readonly port: number }) => GatewayApiEntry) {}

  public split(scope: Construct, { variants, key }: RequestSplit): void {
    const [first, ...others] = variants;
    const { parentRefs, hosts, paths } = this.entry({ stableService: first.serviceName, port: first.port });
    const everywhere: any[] = paths.length === 0 ? [{}] : paths.map((value) => ({ path: { type: 'PathPrefix', value } }));
    const to = ({ serviceName, port }: SplitVariant) => [{ ...backend(serviceName, port), weight: 1 }];
    new HttpRoute(scope, 'HTTPRoute', {
      spec: {
        parentRefs,
        hostnames: hosts.length > 0 ? hosts : undefined,
        rules: [
          ...others.map((variant) => ({
            matches: everywhere.map((path) => ({ ...path, headers: [{ type: 'Exact', name: key, value: variant.variantName }] })), backendRefs: to(variant),
          })),
          { matches: paths.length === 0 ? undefined : everywhere, backendRefs: to(first) },
        ],
      },
    });
  }
}
