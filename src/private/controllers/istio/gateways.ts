import { isAddress, isIstioLabel, isWildcardDomain } from './hosts';
import { DESTINATION_RULE } from './http-routes';
import { ControllerRule, Violation } from '../controller-rule';

const GATEWAY = 'networking.istio.io/Gateway';

/**
 * Gateways and DestinationRules.
 *
 * @see https://github.com/istio/istio/blob/master/pkg/config/validation/validation.go ValidateGateway, validateServer, validateTLSOptions, ValidateDestinationRule
 */
export const gateways: ControllerRule[] = [
  {
    ruleId: 'istio/gateway-name',
    kinds: [GATEWAY],
    violations: ({ metadata }) => isIstioLabel(metadata.name) ? [] : [{
      field: 'metadata.name', problem: "must be at most 63 letters, digits and '-'", value: metadata.name, remedy: 'change the name',
    }],
  },
  {
    ruleId: 'istio/no-servers',
    kinds: [GATEWAY],
    violations: ({ spec = {} }) => spec.servers?.length > 0 ? [] : [{ field: 'spec.servers', problem: 'must hold at least one', remedy: 'say which requests come in' }],
  },
  {
    ruleId: 'istio/server-hosts',
    kinds: [GATEWAY],
    violations: (gateway) => eachServer(gateway, ({ hosts = [] }, field) => hosts.length === 0
      ? [{ field: `${field}.hosts`, problem: 'must hold at least one', remedy: "name the hosts that callers use, or '*'" }]
      : hosts.flatMap((host: string, i: number) => isServerHost(host) ? [] : [{
        field: `${field}.hosts[${i}]`, problem: "must be the whole name of a host, whose first part may be '*', after an optional 'namespace/'", value: host, remedy: 'change the host',
      }])),
  },
  {
    ruleId: 'istio/server-port',
    kinds: [GATEWAY],
    violations: (gateway) => eachServer(gateway, ({ port: { name, number, protocol } = {} as any }, field) => [
      ...PROTOCOLS.includes(String(protocol).toLowerCase()) ? [] : [{ field: `${field}.port.protocol`, problem: `must be one of ${PROTOCOLS.join(', ')}`, value: protocol, remedy: 'use one of them' }],
      ...number >= 1 && number <= 65535 ? [] : [{ field: `${field}.port.number`, problem: 'must be from 1 to 65535', value: number, remedy: 'change the port' }],
      ...name ? [] : [{ field: `${field}.port.name`, problem: 'must be given', remedy: 'name the port' }],
    ]),
  },
  {
    ruleId: 'istio/server-port-name-taken',
    kinds: [GATEWAY],
    violations: (gateway) => {
      const names = (gateway.spec?.servers ?? []).map(({ port }: any) => port?.name);
      return eachServer(gateway, ({ port }, field, i) => names.indexOf(port?.name) < i ? [{
        field: `${field}.port.name`, problem: 'must differ from those before it', value: port?.name, remedy: 'rename the port',
      }] : []);
    },
  },
  {
    ruleId: 'istio/server-tls',
    kinds: [GATEWAY],
    violations: (gateway) => eachServer(gateway, ({ port, tls }, field) => {
      const isTls = ['https', 'tls'].includes(String(port?.protocol).toLowerCase());
      const passes = ['PASSTHROUGH', undefined, 'AUTO_PASSTHROUGH'].includes(tls?.mode) && !tls?.caCertificates && !tls?.privateKey && !tls?.serverCertificate;
      const isHttp = ['http', 'http2', 'http_proxy', 'grpc', 'grpc-web'].includes(String(port?.protocol).toLowerCase());
      if (isTls) {
        return tls ? [] : [{ field: `${field}.tls`, problem: `must be given for ${port.protocol}`, remedy: 'name a certificate' }];
      }
      return tls && !(isHttp && passes) ? [{ field: `${field}.tls`, problem: `must be left out for ${port?.protocol}`, remedy: "use HTTPS, or only 'httpsRedirect'" }] : [];
    }),
  },
  {
    ruleId: 'istio/server-certificate',
    kinds: [GATEWAY],
    violations: (gateway) => eachServer(gateway, ({ tls }, field) => tls ? badCertificates(tls, `${field}.tls`) : []),
  },
  {
    ruleId: 'istio/destination-rule-host',
    kinds: [DESTINATION_RULE],
    violations: ({ spec = {} }) => isWildcardDomain(spec.host ?? '') ? [] : [{ field: 'spec.host', problem: 'must be the name of a host', value: spec.host ?? '', remedy: 'name a Service' }],
  },
  {
    ruleId: 'istio/subset-name',
    kinds: [DESTINATION_RULE],
    violations: ({ spec = {} }) => (spec.subsets ?? []).flatMap(({ name }: any, i: number, subsets: any[]) => [
      ...isIstioLabel(name) ? [] : [{ field: `spec.subsets[${i}].name`, problem: "must be at most 63 letters, digits and '-'", value: name, remedy: 'change the name' }],
      ...subsets.findIndex((other) => other.name === name) < i ? [{ field: `spec.subsets[${i}].name`, problem: 'must differ from those before it', value: name, remedy: 'rename the subset' }] : [],
    ]),
  },
];

const PROTOCOLS = ['http', 'https', 'http2', 'http_proxy', 'grpc', 'grpc-web', 'tls', 'tcp', 'udp', 'mongo', 'redis', 'mysql'];

function eachServer({ spec = {} }: any, check: (server: any, field: string, index: number) => Violation[]): Violation[] {
  return (spec.servers ?? []).flatMap((server: any, i: number) => check(server, `spec.servers[${i}]`, i));
}

/** Callers outside know no short names. */
function isServerHost(text: string): boolean {
  const [namespace, ...rest] = text.split('/');
  const host = rest.length === 0 ? text : rest.join('/');
  return (rest.length === 0 || ['*', '.'].includes(namespace) || isIstioLabel(namespace))
    && (host === '*' || (host.includes('.') && !/^\*[^.]/.test(host) && (isWildcardDomain(host) || isAddress(host))));
}

function badCertificates(tls: any, field: string): Violation[] {
  const { mode = 'PASSTHROUGH', credentialName, credentialNames = [], serverCertificate, privateKey, caCertificates, tlsCertificates = [] } = tls;
  const sources = [credentialName, credentialNames.length > 0, serverCertificate && privateKey, tlsCertificates.length > 0].filter(Boolean).length;
  if (mode === 'ISTIO_MUTUAL') {
    return sources > 0 || serverCertificate || privateKey || caCertificates
      ? [{ field, problem: 'must have no certificates with ISTIO_MUTUAL', remedy: 'remove them: the mesh has its own' }] : [];
  }
  if (sources > 1) {return [{ field, problem: 'must have one source of certificates', remedy: "keep 'credentialName'" }];}
  if (!['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL'].includes(mode) || credentialName || credentialNames.length > 0) {return [];}
  const pairs: any[] = tlsCertificates.length > 0 ? tlsCertificates : [tls];
  return [
    ...pairs.every((pair) => pair.serverCertificate && pair.privateKey) ? [] : [{ field, problem: `must have a certificate with ${mode}`, remedy: "name its Secret in 'credentialName'" }],
    ...mode !== 'SIMPLE' && !caCertificates ? [{ field, problem: `must have the certificate authority of callers with ${mode}`, remedy: "name its Secret in 'credentialName'" }] : [],
  ];
}
