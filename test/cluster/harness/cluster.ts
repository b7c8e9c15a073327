import { randomBytes } from 'crypto';
import { setTimeout as sleep } from 'timers/promises';
import { Answer, ApiServer } from './api-server';

/** Label of everything that is not in a namespace of a test, by run. */
const MADE_BY_TEST = 'test.cdk8s-mlops.io/run';
const RESTRICTED = Object.fromEntries(['enforce', 'warn', 'audit'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']));
const MANAGER = 'cdk8s-mlops-test';

/** The cluster as a test uses it: what it makes is gone when the tests of its file are done. */
export class Cluster {
  /** The cluster of a file's own bench, which ends with all that was made. */
  public static ofBench(kubeconfig: string): Cluster {
    return new Cluster(ApiServer.fromKubeconfig(kubeconfig), false);
  }

  private readonly run = randomBytes(4).toString('hex');
  private readonly made: any[] = [];
  private namespaces = 0;

  public constructor(public readonly server = ApiServer.fromEnvironment(), outlivesTests = true) {
    if (outlivesTests) {afterAll(() => this.cleanUp(), 600_000);}
  }

  /** A namespace that enforces the restricted standard, and can hold pods. */
  public async namespace(name = `test-${this.run}-${++this.namespaces}`, labels: { [key: string]: string } = {}): Promise<string> {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { ...RESTRICTED, ...labels, [MADE_BY_TEST]: this.run } } };
    const { status, body } = await this.server.call('POST', '/api/v1/namespaces', { body: object });
    if (status === 409) {throw new Error(`the cluster has a namespace '${name}' already; the tests would write into it, so use another cluster`);}
    if (status !== 201) {throw new Error(`namespace '${name}': ${body.message}`);}
    this.made.push(object);
    await this.eventually(`the service account of namespace '${name}'`, async () =>
      (await this.server.call('GET', `/api/v1/namespaces/${name}/serviceaccounts/default`)).status === 200);
    return name;
  }

  /** Server-side apply with strict validation. */
  public async apply(object: any, namespace?: string): Promise<Answer> {
    const namespaced = await this.server.isNamespaced(object);
    const path = await this.server.pathOf(object, namespace);
    if (!namespaced && object.kind !== 'Namespace') {this.made.push(object);}
    return this.server.call('PATCH', path, {
      query: { fieldManager: MANAGER, fieldValidation: 'Strict', force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
  }

  /** Creates an object, with strict validation. */
  public async create(object: any, namespace?: string): Promise<Answer> {
    return this.post(object, namespace, {});
  }

  /** What the server would say to an object; nothing is made. */
  public async dryRun(object: any, namespace?: string): Promise<Answer> {
    return this.post(object, namespace, { dryRun: 'All' });
  }

  /** An object as the server has it now; an error where it has none. */
  public async get(object: any, namespace?: string): Promise<any> {
    const { status, body } = await this.server.call('GET', await this.server.pathOf(object, namespace));
    if (status !== 200) {throw new Error(`${object.kind} ${object.metadata.name}: ${body.message}`);}
    return body;
  }

  /** All objects of a kind in a namespace. */
  public async list(apiVersion: string, kind: string, namespace: string, labels: { [key: string]: string } = {}): Promise<any[]> {
    const path = await this.server.pathOf({ apiVersion, kind }, namespace);
    const labelSelector = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',');
    return (await this.server.call('GET', path, { query: { labelSelector } })).body.items;
  }

  /** Waits until a check holds; the error is what the check said last. What is not there yet may still come, so an error of the check is no end. */
  public async eventually(what: string, check: () => Promise<boolean | string>, seconds = 30): Promise<void> {
    let last: boolean | string = false;
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(100)) {
      last = await check().catch(({ message }: Error) => message);
      if (last === true) {return;}
    }
    throw new Error(`${what} did not happen within ${seconds} s${typeof last === 'string' ? `: ${last}` : ''}`);
  }

  private async post(object: any, namespace: string | undefined, query: { [name: string]: string }): Promise<Answer> {
    const { name: _, ...metadata } = object.metadata;
    return this.server.call('POST', await this.server.pathOf({ ...object, metadata }, namespace), { query: { fieldValidation: 'Strict', ...query }, body: object });
  }

  private async cleanUp(): Promise<void> {
    const paths = await Promise.all(this.made.splice(0).reverse().map((object) => this.server.pathOf(object)));
    await Promise.all(paths.map((path) => this.server.call('DELETE', path, { query: { propagationPolicy: 'Background' } })));
    if (process.env.CLUSTER !== 'existing') {return;}
    for (const path of paths) {
      await this.eventually(`the end of ${path}`, async () => (await this.server.call('GET', path)).status === 404, 300);
    }
  }
}
