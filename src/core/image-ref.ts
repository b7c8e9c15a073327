import { ModelRelease } from './model-release';
import { InputError } from '../private/input-error';

/**
 * A container image, pinned by content unless asked otherwise by name.
 *
 * @see https://kubernetes.io/docs/concepts/containers/images/#image-names
 */
export class ImageRef {
  /**
   * An image pinned by digest: what runs is what was scanned and signed.
   *
   * @param repository registry and repository, such as `registry.example.com/fraud/server`
   * @param digest `sha256:` and 64 hex digits
   * @throws if the repository carries a tag or the digest is malformed
   */
  public static fromDigest(repository: string, digest: string): ImageRef {
    if (/:[^/]*$/.test(repository) || repository.includes('@')) {
      throw new InputError('image/tag-in-repository',
        `'repository' must carry neither tag nor digest, got '${repository}'; the digest of the second argument identifies the image`);
    }
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
      throw new InputError('image/malformed-digest', `'digest' must look like 'sha256:<64 hex digits>', got '${digest}'`);
    }
    return new ImageRef(repository, `${repository}@${digest}`, true);
  }

  /**
   * The image that a release record names: a promotion moves model and image together, and the digest stands in one place.
   *
   * @param repository registry and repository, such as `registry.example.com/fraud/server`
   * @param release release whose artifact is baked into the image, such as `ModelReleases.read(model)`
   * @throws if the repository carries a tag, or the release names no image
   */
  public static ofRelease(repository: string, release: ModelRelease): ImageRef {
    if (release.imageDigest === undefined) {
      throw new InputError('image/release-without-image',
        `the release '${release.version}' of '${release.model}' names no image; add its 'imageDigest', or use ImageRef.fromDigest() where the model is loaded at start`);
    }
    return ImageRef.fromDigest(repository, release.imageDigest);
  }

  /**
   * An image by tag. `PolicyPack.supplyChain()`, which stacks apply, finds it, and it has to be acknowledged with a reason.
   *
   * @param uri image with tag, such as `registry.example.com/fraud/server:1.4`
   */
  public static unpinned(uri: string): ImageRef {
    return new ImageRef(uri.replace(/:[^/]*$/, ''), uri, false);
  }

  private constructor(
    /** Registry and repository, without tag or digest. */
    public readonly repository: string,
    /** The image as it stands in a pod template. */
    public readonly uri: string,
    /** Whether the image is identified by its content. */
    public readonly isPinned: boolean,
  ) {}
}
