import { PORT } from './auth-parts';

/** Private networks, in which the pods of most clusters are. */
export const PRIVATE_NETWORKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** How the server may be called: everything else is answered 403, as MLflow guards against a foreign name that leads to it. */
export interface Names {
  readonly serviceName: string;
  /** Empty where manifests decide it when they are applied. */
  readonly namespace: string;
  /** Names outside the cluster. */
  readonly hosts: string[];
  /** Networks of the pods, IPv4. */
  readonly podNetworks: string[];
}

/**
 * The list of hosts, computed: it replaces MLflow's own. The port is a part of what is compared.
 *
 * MLflow's own pattern for a private network, `10.*`, also lets in `10.evil.example`; these end with a digit and the port, which no name does.
 */
export function allowedHosts({ serviceName, namespace, hosts, podNetworks }: Names): string[] {
  const service = namespace === '' ? [serviceName] : ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`].map((suffix) => `${serviceName}${suffix}`);
  return [
    ...service.flatMap((name) => [name, `${name}:${PORT}`]),
    ...hosts.flatMap((host) => (host.includes(':') ? [host] : [host, `${host}:443`])),
    ...['localhost', '127.0.0.1'].map((host) => `${host}:*`),
    ...podNetworks.flatMap(prefixesOf).map((prefix) => `${prefix}.*[0-9]:${PORT}`),
    // an IPv6 address stands in brackets, and a bracket opens a class of characters
    `[[]*]:${PORT}`,
  ];
}

/** Origins of the pages that may change something: a browser names them even when page and API have one host. */
export function allowedOrigins(hosts: string[]): string[] {
  return hosts.map((host) => `https://${host}`);
}

/** A network as whole octets: `172.16.0.0/12` is `172.16` to `172.31`. */
function prefixesOf(network: string): string[] {
  const [address, length] = network.split('/');
  const octets = address.split('.').map(Number);
  const whole = Math.min(3, Math.floor(Number(length) / 8));
  const spare = Number(length) - 8 * whole;
  const prefix = octets.slice(0, whole);
  if (spare === 0 || whole === 3) {return [prefix.join('.')];}
  const step = 2 ** (8 - spare);
  const first = octets[whole] - (octets[whole] % step);
  return Array.from({ length: step }, (_, i) => [...prefix, first + i].join('.'));
}
