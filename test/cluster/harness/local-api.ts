import { existsSync, readFileSync } from 'fs';
import { Agent, request } from 'https';

/** An answer of the API server. */
export interface LocalAnswer {
  readonly status: number;
  readonly body: any;
}

/** The API server of the bench as the harness talks to it while it starts: no discovery, no client to load. */
export class LocalApi {
  private agent?: Agent;

  /** @param authority file of the certificate that the API server makes for itself when it starts */
  public constructor(private readonly port: number, private readonly token: string, private readonly authority: string, private readonly host = '127.0.0.1') {}

  /** Whether a path answers 200; false also as long as nobody listens. */
  public async answers(path: string): Promise<boolean> {
    if (!existsSync(this.authority)) {return false;}
    try {
      return (await this.call('GET', path)).status === 200;
    } catch {
      // the certificate may have been read while it was written, and would be wrong for ever
      this.close();
      return false;
    }
  }

  /** Creates an object, given as YAML or JSON text. */
  public async create(path: string, text: string): Promise<void> {
    const { status, body } = await this.call('POST', path, text);
    if (status !== 201) {throw new Error(`the API server refused an object of ${path}: ${body.message ?? status}`);}
  }

  public call(method: string, path: string, text?: string): Promise<LocalAnswer> {
    this.agent ??= new Agent({ ca: readFileSync(this.authority), keepAlive: true, timeout: 60_000 });
    const headers = { 'authorization': `Bearer ${this.token}`, 'content-type': 'application/yaml' };
    return new Promise((resolve, reject) => {
      const asked = request({ host: this.host, port: this.port, method, path, agent: this.agent, headers }, (response) => {
        let received = '';
        response.setEncoding('utf8').on('data', (data) => (received += data)).on('error', reject)
          .on('end', () => resolve({ status: response.statusCode!, body: received.startsWith('{') ? JSON.parse(received) : received }));
      });
      asked.on('error', reject).on('timeout', () => asked.destroy(new Error(`${method} ${path} was not answered in time`))).end(text);
    });
  }

  /** Lets go of its connections. */
  public close(): void {
    this.agent?.destroy();
    this.agent = undefined;
  }
}
