import { RequestOptions } from 'http';
import { request } from 'https';
import { createInterface } from 'readline';
import { KubeConfig } from './client-node';

/** What the API server answered, its warnings included. */
export interface Answer {
  readonly status: number;
  readonly body: any;
  /** Texts of its `Warning` headers. */
  readonly warnings: string[];
}

/** A request to the API server. */
export interface Call {
  readonly query?: { [name: string]: string };
  readonly body?: unknown;
  readonly contentType?: string;
}

/** The API server that the kubeconfig names, answer by answer. */
export class ApiServer {
  /** The one of `KUBECONFIG`. */
  public static fromEnvironment(): ApiServer {
    const config = new KubeConfig();
    config.loadFromDefault();
    return new ApiServer(config);
  }

  /** The one that a kubeconfig names. */
  public static fromKubeconfig(file: string): ApiServer {
    const config = new KubeConfig();
    config.loadFromFile(file);
    return new ApiServer(config);
  }

  private readonly resources = new Map<string, Promise<any[]>>();
  private connection?: Promise<RequestOptions>;

  private constructor(private readonly config: KubeConfig) {}

  /** Any request; an answer that is no success is an answer all the same. */
  public async call(method: string, path: string, { query = {}, body, contentType }: Call = {}): Promise<Answer> {
    this.connection ??= this.connect();
    const server = new URL(this.config.getCurrentCluster()!.server);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const options: RequestOptions = {
      ...await this.connection,
      host: server.hostname,
      port: server.port || 443,
      method,
      path: `${server.pathname.replace(/\/$/, '')}${path}?${new URLSearchParams(query)}`,
    };
    options.headers = { ...options.headers, 'accept': 'application/json', 'content-type': contentType ?? 'application/json', 'content-length': Buffer.byteLength(text ?? '') };
    return new Promise((resolve, reject) => {
      request(options, (response) => {
        let received = '';
        response.setEncoding('utf8').on('data', (data) => (received += data)).on('error', reject).on('end', () => resolve({
          status: response.statusCode!,
          body: received.startsWith('{') ? JSON.parse(received) : received,
          warnings: warningsOf(response.rawHeaders),
        }));
      }).on('error', reject).end(text);
    });
  }

  /** An answer that goes on, line by line, until the server or the signal ends it. */
  public async follow(path: string, query: { [name: string]: string }, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    this.connection ??= this.connect();
    const server = new URL(this.config.getCurrentCluster()!.server);
    const options = { ...await this.connection, host: server.hostname, port: server.port || 443, signal, path: `${server.pathname.replace(/\/$/, '')}${path}?${new URLSearchParams(query)}` };
    await new Promise<void>((resolve, reject) => {
      request(options, (response) => {
        createInterface(response).on('line', onLine).on('close', resolve).on('error', reject);
      }).on('error', reject).end();
    });
  }

  /** Path of an object, or of all objects of its kind where it has no name. */
  public async pathOf(object: any, namespace?: string): Promise<string> {
    const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    let found = (await this.resourcesOf(root)).find(({ kind }) => kind === object.kind);
    if (!found) {
      // a definition may be newer than the last look
      this.resources.delete(root);
      found = (await this.resourcesOf(root)).find(({ kind }) => kind === object.kind);
    }
    if (!found) {throw new Error(`the API server does not know ${object.apiVersion} ${object.kind}`);}
    const place = found.namespaced && (object.metadata?.namespace ?? namespace) ? `/namespaces/${object.metadata?.namespace ?? namespace}` : '';
    return `${root}${place}/${found.name}${object.metadata?.name ? `/${object.metadata.name}` : ''}`;
  }

  /** Whether objects of this kind live in namespaces. */
  public async isNamespaced(object: any): Promise<boolean> {
    return (await this.pathOf({ ...object, metadata: { namespace: 'any' } })).includes('/namespaces/any/');
  }

  private resourcesOf(root: string): Promise<any[]> {
    const known = this.resources.get(root) ?? this.call('GET', root).then(({ body }) => (body.resources ?? []).filter(({ name }: any) => !name.includes('/')));
    this.resources.set(root, known);
    // a server that was away is asked again
    known.catch(() => this.resources.delete(root));
    return known;
  }

  private async connect(): Promise<RequestOptions> {
    const options: any = {};
    await this.config.applyToHTTPSOptions(options);
    return options;
  }
}

/** Such as `299 - "unknown field"`; several may stand in one header. */
function warningsOf(rawHeaders: string[]): string[] {
  return rawHeaders
    .filter((_, index) => index % 2 === 1 && rawHeaders[index - 1].toLowerCase() === 'warning')
    .flatMap((header) => [...header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text.replace(/\\(.)/g, '$1')));
}
