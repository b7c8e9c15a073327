import { namespaceOf, Selection, selectionOf, selects } from './selector';
import { groupKindOf, podsOf } from '../private/workloads';

/** Manifests that a pack looks at together, with the questions that rules ask of them. */
export class ManifestSet {
  /**
   * A set of objects.
   *
   * @param manifests the raw objects as Kubernetes would get them
   */
  public static of(manifests: any[]): ManifestSet {
    return new ManifestSet(manifests);
  }

  private readonly byKind = new Map<string, any[]>();
  private readonly byName = new Map<string, any>();
  private podLabels: Map<string, { [key: string]: string }[]> | undefined;
  private readonly indexes = new Map<string, SelectorIndex>();

  private constructor(
    /** The manifest of each object, in the order in which they were given. */
    public readonly all: any[],
  ) {
    for (const manifest of all) {
      const key = groupKindOf(manifest);
      this.byKind.set(key, this.byKind.get(key) ?? []);
      this.byKind.get(key)!.push(manifest);
      this.byName.set(`${key} ${namespaceOf(manifest)}/${manifest.metadata?.name}`, manifest);
    }
  }

  /**
   * Every manifest of a kind.
   *
   * @param apiGroup such as `apps`. Empty for the core group
   * @param kind such as `Deployment`
   */
  public ofKind(apiGroup: string, kind: string): any[] {
    return [...this.byKind.get(`${apiGroup}/${kind}`) ?? []];
  }

  /**
   * The manifest of a kind that has a name.
   *
   * @param apiGroup such as `apps`. Empty for the core group
   * @param kind such as `Deployment`
   * @param namespace its namespace. Empty for the one that manifests are applied to
   * @param objectName its name
   * @returns undefined if it is not among these manifests
   */
  public named(apiGroup: string, kind: string, namespace: string, objectName: string): any {
    return this.byName.get(`${apiGroup}/${kind} ${namespace}/${objectName}`);
  }

  /**
   * Every manifest of a kind that selects given labels: a Service, NetworkPolicy, PodDisruptionBudget or PodMonitor pods, a ServiceMonitor Services.
   *
   * @param apiGroup such as `policy`. Empty for the core group
   * @param kind such as `PodDisruptionBudget`
   * @param namespace namespace of what is selected. Empty for the one that manifests are applied to
   * @param labels labels of what is selected
   */
  public selecting(apiGroup: string, kind: string, namespace: string, labels: { [key: string]: string }): any[] {
    const key = `${apiGroup}/${kind}`;
    if (!this.indexes.has(key)) {
      this.indexes.set(key, new SelectorIndex(this.byKind.get(key) ?? []));
    }
    return this.indexes.get(key)!.find(namespace, labels);
  }

  /**
   * Labels of the pods that a Service sends requests to, one map for each workload.
   *
   * @param service manifest of a Service
   */
  public podsBehind(service: any): { [key: string]: string }[] {
    this.podLabels ??= groupByLabel(this.all);
    const selector: { [key: string]: string } = service.spec?.selector ?? {};
    const [rarest] = Object.entries(selector)
      .map(([key, value]) => this.podLabels!.get(`${namespaceOf(service)} ${key}=${value}`) ?? [])
      .sort((a, b) => a.length - b.length);
    return (rarest ?? []).filter((labels) => selects({ matchLabels: selector }, labels));
  }
}

/** Labels of all pods, by namespace and each label. */
function groupByLabel(manifests: any[]): Map<string, { [key: string]: string }[]> {
  const groups = new Map<string, { [key: string]: string }[]>();
  for (const manifest of manifests) {
    for (const { labels } of podsOf(manifest)) {
      for (const [key, value] of Object.entries(labels)) {
        const term = `${namespaceOf(manifest)} ${key}=${value}`;
        groups.set(term, groups.get(term) ?? []);
        groups.get(term)!.push(labels);
      }
    }
  }
  return groups;
}

interface IndexEntry {
  readonly manifest: any;
  readonly selection: Selection;
}

/**
 * Finds the selectors that labels meet without trying each: a selector is filed under the rarest of the labels that it asks for, so that a
 * thousand stacks in one namespace do not try each other's.
 */
class SelectorIndex {
  private readonly byTerm = new Map<string, IndexEntry[]>();

  public constructor(manifests: any[]) {
    const entries = manifests
      .map((manifest) => ({ manifest, selection: selectionOf(manifest) }))
      .filter((entry): entry is IndexEntry => entry.selection !== undefined);
    const frequency = new Map<string, number>();
    for (const term of entries.flatMap(termsOf)) {
      frequency.set(term, (frequency.get(term) ?? 0) + 1);
    }
    for (const entry of entries) {
      const [rarest] = termsOf(entry).sort((a, b) => frequency.get(a)! - frequency.get(b)!);
      this.byTerm.set(rarest, this.byTerm.get(rarest) ?? []);
      this.byTerm.get(rarest)!.push(entry);
    }
  }

  public find(namespace: string, labels: { [key: string]: string }): any[] {
    return [ANYTHING, namespaceTerm(namespace), ...Object.entries(labels).map(labelTerm)]
      .flatMap((term) => this.byTerm.get(term) ?? [])
      .filter(({ selection }) => (selection.namespaces?.includes(namespace) ?? true) && selects(selection.selector, labels))
      .map(({ manifest }) => manifest);
  }
}

const ANYTHING = '';

function termsOf(entry: IndexEntry): string[] {
  const { selector, namespaces } = entry.selection;
  const terms = Object.entries(selector.matchLabels ?? {}).map(labelTerm);
  if (namespaces?.length === 1) {
    terms.push(namespaceTerm(namespaces[0]));
  }
  return terms.length === 0 ? [ANYTHING] : terms;
}

function labelTerm([key, value]: [string, string]): string {
  return `label ${key}=${value}`;
}

function namespaceTerm(namespace: string): string {
  return `namespace ${namespace}`;
}
