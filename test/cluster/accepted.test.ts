import { writeFileSync } from 'fs';
import { join } from 'path';
import { APPLIED } from './applied';
import { Answer } from './harness/api-server';
import { Bundle, bundleOf, Emitted, Source } from './harness/bundle';
import { Cluster } from './harness/cluster';
import { describeObject, objectionsTo } from './harness/describe';
import { differences } from './harness/differences';
import { ACCEPTED_ONLY, effectName, EFFECTS } from './harness/effects';
import { respecting } from './harness/ignored-fields';
import { Kubectl } from './harness/kubectl';
import { temporaryFolder } from '../support/folders';

const cluster = new Cluster();
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Namespaces of pods that controllers make without a seccomp profile, as KServe's router: the restricted standard refuses them. */
const BASELINE = ['fixture-kserve-graph'];

/** An app whose objects the cluster has. */
interface Applied {
  readonly bundle: Bundle;
  /** Namespace of objects that name none. */
  readonly namespace: string;
  readonly answers: Map<Emitted, Answer>;
}

const applied = new Map<Source, Promise<Applied>>();

// all at once: most of the time is the wait until pods have been ready for long enough
beforeAll(async () => {
  APPLIED.forEach((source) => applied.set(source, apply(source, bundleOf(source))));
  await Promise.allSettled(applied.values());
}, 600_000);

describe.each(APPLIED.map((source): [string, Source] => [source.name, source]))('%s', (_name, source) => {
  test('the API server accepts every object without a warning', async () => {
    const { bundle, answers } = await applied.get(source)!;

    expect(bundle.objects.length).toBeGreaterThan(0);
    expect(await forEach(bundle.objects, async (object) => objectionsTo(answers.get(object)!).join('\n'))).toBe('');
  });

  test('the API server keeps every value as it was written', async () => {
    const { bundle, namespace } = await applied.get(source)!;

    expect(await forEach(bundle.objects, async ({ manifest }) => differences(manifest, await cluster.get(manifest, namespace)).join('\n'))).toBe('');
  });

  test('controllers do with every object what it is for', async () => {
    const { bundle, namespace } = await applied.get(source)!;
    const kinds = [...new Set(bundle.objects.map(({ manifest }) => effectName(manifest)))];
    expect(kinds.filter((kind) => !(kind in EFFECTS) && !ACCEPTED_ONLY.includes(kind))).toEqual([]);

    const failures = await forEach(bundle.objects.filter(({ manifest }) => effectName(manifest) in EFFECTS), async ({ manifest }) => {
      try {
        await cluster.eventually('what it is for', async () => EFFECTS[effectName(manifest)](cluster, await cluster.get(manifest, namespace)), 60);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    });

    expect(failures).toBe('');
  });

  test('applied again as its users do, nothing changes', async () => {
    const { bundle, namespace } = await applied.get(source)!;
    const live = () => Promise.all(bundle.objects.map(({ manifest }) => cluster.get(manifest, namespace)));
    // the first time kubectl finds no note of what it applied before, and makes one
    if (!bundle.isSynced) {await applyByHand(bundle, namespace);}
    const before = await live();

    await (bundle.isSynced ? sync : applyByHand)(bundle, namespace);
    const after = await live();

    expect(after.map(desired)).toEqual(before.map(desired));
  });
});

/** As Argo CD does with the rules that are generated for it. */
async function sync({ objects, ignored }: Bundle, namespace: string): Promise<void> {
  const objections = await forEach(objects, async ({ manifest }) =>
    objectionsTo(await cluster.apply(respecting(ignored, manifest, await cluster.get(manifest, namespace)), namespace)).join('\n'));
  expect(objections).toBe('');
}

/** As people and their CI do. That kubectl calls an object configured says little: it sends some patches that change nothing. */
async function applyByHand({ objects }: Bundle, namespace: string): Promise<void> {
  const kubectl = new Kubectl(process.env.KUBECTL!, process.env.KUBECONFIG!, temporaryFolder());
  const manifests = objects.map(({ manifest }) => manifest);
  const groups: [any[], string[]][] = [
    [manifests.filter(({ metadata }) => metadata.namespace !== undefined), []],
    [manifests.filter(({ metadata }) => metadata.namespace === undefined), ['--namespace', namespace]],
  ];
  await Promise.all(groups.filter(([items]) => items.length > 0).map(([items, options]) => {
    const file = join(temporaryFolder(), 'list.json');
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    return kubectl.run('apply', '--filename', file, ...options);
  }));
}

async function apply({ prerequisites }: Source, bundle: Bundle): Promise<Applied> {
  const namespace = await cluster.namespace();
  const named = new Set<string>(bundle.objects.map(({ manifest }) => manifest.metadata.namespace).filter((name) => name));
  await Promise.all([...named].map((name) => cluster.namespace(name, BASELINE.includes(name) ? { 'pod-security.kubernetes.io/enforce': 'baseline' } : {})));
  for (const object of prerequisites) {
    await cluster.apply(object, namespace);
  }
  const answers = new Map<Emitted, Answer>();
  for (const object of bundle.objects) {
    answers.set(object, await cluster.apply(object.manifest, namespace));
  }
  return { bundle, namespace, answers };
}

/** What an object is meant to be, without what servers, controllers and kubectl note down. */
function desired({ status, metadata: { managedFields, resourceVersion, ...metadata }, ...object }: any): any {
  const { [LAST_APPLIED]: _, ...annotations } = metadata.annotations ?? {};
  return { ...object, metadata: { ...metadata, annotations } };
}

/** All that is wrong, object by object. */
async function forEach(objects: Emitted[], check: (object: Emitted) => Promise<string>): Promise<string> {
  const found = await Promise.all(objects.map(async (object) => ({ object, words: await check(object) })));
  return found.filter(({ words }) => words !== '').map(({ object, words }) => describeObject(object, words)).join('\n\n');
}
