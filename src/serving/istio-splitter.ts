import { Construct } from 'constructs';
import { IstioEntry, pathMatches } from './istio-route';
import { IRequestSplitter, RequestSplit, SplitVariant } from './request-split';
import { VirtualService } from '../private/l1/networking-istio-io';

/** VirtualServices that split requests by a header, or by a cookie that they set themselves. */
export class IstioSplitter implements IRequestSplitter {
  public readonly canRemember = true;

  public constructor(private readonly entries: (service: string) => IstioEntry[]) {}

  public split(scope: Construct, split: RequestSplit): void {
    const [first] = split.variants;
    for (const { id, hosts, gateways, paths } of this.entries(first.serviceName)) {
      new VirtualService(scope, id, { spec: { hosts, gateways, http: routesOf(split, paths) } });
    }
  }
}

function routesOf(split: RequestSplit, paths: string[]): any[] {
  const { variants, remembersFor } = split;
  const [first] = variants;
  const everywhere = paths.length === 0 ? [{}] : paths.flatMap(pathMatches);
  const named = remembersFor === 0 ? variants.slice(1) : variants;
  return [
    ...named.map((variant) => ({
      name: `variant-${variant.variantName}`,
      match: everywhere.map((path) => ({ ...path, headers: headersOf(split, variant) })),
      route: [{ destination: destinationOf(variant) }],
    })),
    {
      name: 'newcomers',
      match: paths.length === 0 ? undefined : everywhere,
      route: remembersFor === 0 ? [{ destination: destinationOf(first) }] : variants.map((variant) => ({
        destination: destinationOf(variant), weight: variant.percent, headers: { response: { add: { 'set-cookie': cookieOf(split, variant) } } },
      })),
    },
  ];
}

function headersOf({ key, remembersFor }: RequestSplit, { variantName }: SplitVariant): any {
  return remembersFor === 0
    ? { [key.toLowerCase()]: { exact: variantName } }
    : { cookie: { regex: `(.*; ?)?${key}=${variantName}(;.*)?` } };
}

function cookieOf({ key, remembersFor }: RequestSplit, { variantName }: SplitVariant): string {
  return `${key}=${variantName}; Max-Age=${remembersFor}; Path=/; HttpOnly; Secure; SameSite=Lax`;
}

function destinationOf({ serviceName, port }: SplitVariant): any {
  return { host: serviceName, port: { number: port } };
}
