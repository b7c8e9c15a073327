import { KserveVersion } from '../../core/kserve-version';
import { ModelRelease } from '../../core/model-release';
import { NetworkPeer } from '../../core/network-peer';
import { InputProblems } from '../../private/input-error';
import { IModelRegistry } from '../../registry/model-registry';

/** Options of `KserveStorage`. */
export interface KserveStorageOptions {
  /**
   * Whom the pods have to reach for it.
   *
   * @default - nobody, as for a claim of a volume or an image
   */
  readonly egress?: NetworkPeer[];
  /**
   * Folder that the server finds it in.
   *
   * @default /mnt/models
   */
  readonly mountPath?: string;
}

/** Addresses that KServe fetches over the network. */
const FETCHED = ['s3', 'gs', 'hf', 'https'];

/**
 * A place that KServe itself fetches the model from, before the server starts. It does not compare a hash: `ModelSource.loadedFrom()` does, and
 * works in every mode.
 *
 * @see https://kserve.github.io/website/docs/model-serving/storage/overview
 */
export class KserveStorage {
  /**
   * The artifact of the release in a registry.
   *
   * @param registry where the artifact is
   * @param options peers, folder
   * @throws if nobody can be reached
   */
  public static fromRegistry(registry: IModelRegistry, options: KserveStorageOptions = {}): KserveStorage {
    return new KserveStorage((release) => registry.modelUri(release), options);
  }

  /**
   * An address that names one version for ever.
   *
   * @param uri `s3://`, `gs://`, `hf://` with a commit, `https://`, `pvc://`, or from KServe 0.20 `oci+native://` with a digest
   * @param options peers, folder
   * @throws if KServe does not know the address, or it names something else tomorrow
   */
  public static fromUri(uri: string, options: KserveStorageOptions = {}): KserveStorage {
    return new KserveStorage(() => uri, options);
  }

  private constructor(private readonly uriOf: (release: ModelRelease) => string, private readonly options: KserveStorageOptions) {}

  /** Folder that the server finds it in. */
  public get mountPath(): string {
    return this.options.mountPath ?? '/mnt/models';
  }

  /** Whom the pods have to reach for it. */
  public get egress(): NetworkPeer[] {
    return this.options.egress ?? [];
  }

  /**
   * The address for one version.
   *
   * @internal
   */
  public _uri(release: ModelRelease): string {
    return this.uriOf(release);
  }

  /**
   * Adds what KServe would stumble over.
   *
   * @internal
   */
  public _findProblems(problems: InputProblems, release: ModelRelease, version: KserveVersion): void {
    const uri = this._uri(release);
    const [scheme] = uri.split('://');
    if (![...FETCHED, 'pvc', 'oci+native'].includes(scheme)) {
      problems.add('kserve/unknown-storage', `'uri' must begin with s3://, gs://, hf://, https://, pvc:// or oci+native://, got '${uri}'`);
    } else if (FETCHED.includes(scheme) && this.egress.length === 0) {
      problems.add('kserve/storage-out-of-reach',
        `'egress' of '${uri}' must name whom the pods have to reach, got nobody; use NetworkPeer.cidr() or NetworkPeer.anyHttps()`);
    }
    if (scheme === 'oci+native' && version !== KserveVersion.V0_20) {
      problems.add('kserve/storage-needs-version', `'${uri}' needs KServe 0.20 or newer, but the platform profile says ${version}; use another place, or upgrade`);
    }
    if ((scheme === 'oci+native' && !/@sha256:[0-9a-f]{64}$/.test(uri)) || (scheme === 'hf' && !/:[0-9a-f]{7,40}$/.test(uri))) {
      problems.add('kserve/moving-storage',
        `'${uri}' names something else tomorrow; name ${scheme === 'hf' ? 'a commit (hf://owner/model:<commit>)' : 'a digest (oci+native://image@sha256:…)'}`);
    }
    if (!this.mountPath.startsWith('/') || this.mountPath === '/' || this.mountPath.includes('..')) {
      problems.add('kserve/malformed-mount', `'mountPath' must be an absolute path below '/' without '..', got '${this.mountPath}'`);
    }
  }
}
