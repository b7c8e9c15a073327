import { NetworkPeer } from '../core/network-peer';
import { SecretRef } from '../core/secret-ref';
import { InputError } from '../private/input-error';
import { parseS3Uri } from '../private/s3-names';
import { IModelRegistry } from '../registry/model-registry';

/**
 * What a check needs of its reference.
 *
 * @internal
 */
export interface _DriftReferenceParts {
  readonly args: string[];
  readonly environment: { [name: string]: string };
  readonly secrets: { [name: string]: SecretRef };
  readonly peers: NetworkPeer[];
}

/** What requests are compared with: the menu. */
export class DriftReference {
  /**
   * What the champion was trained on, as its training registered it (`mlops register --reference`).
   *
   * Every check asks the registry which version that is, so that the reference changes with the version: what was trained again because of drift is
   * compared with its own data. Requests from before it became the champion do not count. Its hash is compared at every check, and a
   * champion that was registered without a reference is an error of the check.
   *
   * @param registry the registry
   * @param reachedAt who answers there, for MLflow such as `server.peer`. For a registry in S3 it is the bucket, which the check reaches anyway
   * @throws if nobody says who answers at an MLflow server
   */
  public static ofChampion(registry: IModelRegistry, ...reachedAt: NetworkPeer[]): DriftReference {
    const { environment, secretEnvironment, countsVersions } = registry;
    const server = environment.MLFLOW_TRACKING_URI;
    if (server !== undefined && reachedAt.length === 0) {
      throw new InputError('drift/registry-out-of-reach',
        `'reachedAt' must say who answers at '${server}', which every check asks for the champion, got nobody; give the peer of the server, or NetworkPeer.pods()`);
    }
    const address = countsVersions ? server : environment.MODEL_REGISTRY_URI;
    return new DriftReference({
      // another registry may stand in the environment, for the log
      args: ['--reference-of=champion', ...address === undefined ? [] : [`--registry=${address}`]],
      environment,
      secrets: secretEnvironment,
      peers: reachedAt,
    });
  }

  /**
   * A file, whichever version serves: for a model whose trainings are not registered here. It has to be exchanged with every version, as a model that
   * was trained again would be compared with data that it was not trained on. Requests from before the file was written do not count.
   *
   * @param uri address of the file, such as `s3://acme-registry/reference/fraud/7/features.parquet`: Parquet, CSV or JSON lines
   * @param sha256 SHA-256 of the file, 64 hex digits. A file with another one is refused by every check
   * @throws if the address or the hash is malformed
   */
  public static file(uri: string, sha256: string): DriftReference {
    parseS3Uri(uri);
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      throw new InputError('drift/reference-hash', `'sha256' of the reference '${uri}' must be 64 lower-case hex digits, got '${sha256}'; take the output of 'sha256sum'`);
    }
    return new DriftReference({ args: [`--reference=${uri}`, `--reference-sha256=${sha256}`], environment: {}, secrets: {}, peers: [] });
  }

  private constructor(
    /** @internal */
    public readonly _parts: _DriftReferenceParts,
  ) {}
}
