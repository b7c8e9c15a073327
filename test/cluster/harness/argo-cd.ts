import { parse } from 'yaml';
import { Cluster } from './cluster';
import { objectionsTo } from './describe';
import { EFFECTS } from './effects';
import { IgnoredFields, respecting } from './ignored-fields';

/** What an app writes for its Application. */
export interface ApplicationAdditions {
  readonly ignored: IgnoredFields[];
  readonly syncOptions: string[];
}

const OPTIONS = 'argocd.argoproj.io/sync-options';
const WAVE = 'argocd.argoproj.io/sync-wave';
/** Kinds whose health Argo CD knows, and waits for. */
const ASSESSED = ['Deployment', 'Rollout', 'HorizontalPodAutoscaler'];

/** The additions among the files that an app wrote beside its manifests. */
export function additionsIn(artifacts: { [path: string]: string }): ApplicationAdditions {
  const specs = Object.entries(artifacts).filter(([path]) => path.endsWith('/argocd-application.yaml')).map(([, content]) => parse(content).spec);
  return {
    ignored: specs.flatMap(({ ignoreDifferences }) => ignoreDifferences),
    syncOptions: specs.flatMap(({ syncPolicy }) => syncPolicy.syncOptions),
  };
}

/**
 * Applies manifests in the order of Argo CD: wave after wave, each healthy before the next. What is no longer there goes first, in the foreground,
 * unless the Application says otherwise; and after everything else where the object in the cluster asks for it.
 *
 * @see https://github.com/argoproj/gitops-engine/blob/v0.7.3/pkg/sync/sync_context.go
 */
export class ArgoCd {
  private tracked: any[] = [];

  public constructor(private readonly cluster: Cluster, private readonly namespace: string) {}

  /** One sync, with pruning. */
  public async sync(manifests: any[], { ignored, syncOptions }: ApplicationAdditions): Promise<void> {
    const policy = syncOptions.find((option) => option.startsWith('PrunePropagationPolicy='))?.split('=')[1] ?? 'foreground';
    const last: any[] = [];
    for (const object of this.tracked.filter((old) => !manifests.some((manifest) => keyOf(manifest) === keyOf(old)))) {
      if (optionsOf(await this.cluster.get(object, this.namespace)).includes('PruneLast=true')) {
        last.push(object);
      } else {
        await this.prune(object, policy);
      }
    }
    for (const wave of [...new Set(manifests.map(waveOf))].sort((a, b) => a - b)) {
      await this.applyAll(manifests.filter((manifest) => waveOf(manifest) === wave), ignored);
    }
    for (const object of last) {
      await this.prune(object, policy);
    }
    this.tracked = manifests;
  }

  private async applyAll(manifests: any[], ignored: IgnoredFields[]): Promise<void> {
    for (const manifest of manifests) {
      const { status, body: live } = await this.cluster.server.call('GET', await this.cluster.server.pathOf(manifest, this.namespace));
      const objections = objectionsTo(await this.cluster.apply(status === 200 ? respecting(ignored, manifest, live) : manifest, this.namespace));
      if (objections.length > 0) {throw new Error(`${keyOf(manifest)}: ${objections.join('\n')}`);}
    }
    for (const manifest of manifests.filter(({ kind }) => ASSESSED.includes(kind))) {
      await this.cluster.eventually(`health of ${keyOf(manifest)}`, async () =>
        EFFECTS[manifest.kind](this.cluster, await this.cluster.get(manifest, this.namespace)), 120);
    }
  }

  private async prune(object: any, propagationPolicy: string): Promise<void> {
    const path = await this.cluster.server.pathOf(object, this.namespace);
    const capitalized = propagationPolicy[0].toUpperCase() + propagationPolicy.slice(1);
    await this.cluster.server.call('DELETE', path, { query: { propagationPolicy: capitalized } });
    await this.cluster.eventually(`the end of ${keyOf(object)}`, async () => (await this.cluster.server.call('GET', path)).status === 404, 120);
  }
}

function optionsOf({ metadata }: any): string[] {
  return (metadata.annotations?.[OPTIONS] ?? '').split(',');
}

function waveOf({ metadata }: any): number {
  return Number(metadata.annotations?.[WAVE] ?? 0);
}

function keyOf({ apiVersion, kind, metadata }: any): string {
  return `${apiVersion} ${kind} ${metadata.name}`;
}
