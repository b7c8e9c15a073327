import { ImageRef } from './image-ref';
import { InputError } from '../private/input-error';

/** Digests of the two images of the runtime. */
export interface RuntimeImageProps {
  /** Registry and repository of both images, such as `registry.example.com/mlops/runtime`. */
  readonly repository: string;
  /** Digest of the target `small` of `runtime/Dockerfile`: loads, registers, promotes, rolls back. */
  readonly smallDigest: string;
  /**
   * Digest of the target `full`: evaluates, compares and measures drift as well.
   *
   * @default - there is none, and what needs it is refused
   */
  readonly fullDigest?: string;
}

/**
 * The images of `cdk8s-mlops-runtime`, given once: what runs in the containers that this library synthesizes.
 *
 * They are built from `runtime/Dockerfile`, which is in the npm package of this library. A container that is told the version
 * (`environment`) refuses to run in an image of another one.
 */
export class RuntimeImage {
  /**
   * Images by digest.
   *
   * @param props repository and digests
   * @throws if the repository carries a tag, or a digest is malformed
   */
  public static of(props: RuntimeImageProps): RuntimeImage {
    const full = props.fullDigest === undefined ? undefined : ImageRef.fromDigest(props.repository, props.fullDigest);
    return new RuntimeImage(ImageRef.fromDigest(props.repository, props.smallDigest), full);
  }

  private constructor(
    /** The image that moves models. */
    public readonly small: ImageRef,
    private readonly fullImage?: ImageRef,
  ) {}

  /**
   * The image that judges models as well.
   *
   * @throws if its digest was not given
   */
  public get full(): ImageRef {
    if (!this.fullImage) {
      throw new InputError('runtime/no-full-image',
        `'fullDigest' of the runtime in '${this.small.repository}' is needed for drift and evaluation, got none; build the target 'full' of node_modules/cdk8s-mlops/runtime/Dockerfile`);
    }
    return this.fullImage;
  }

  /** What a container has to know so that it refuses to run in an image of another version. */
  public get environment(): { [key: string]: string } {
    return { CDK8S_MLOPS_VERSION: libraryVersion() };
  }

  /**
   * The command of a container, such as `loaderCommand` of `ModelSource.loadedFrom()`.
   *
   * @param name subcommand of `mlops`, such as `load`
   */
  public command(name: string): string[] {
    return ['mlops', name];
  }
}

function libraryVersion(): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('../../package.json').version;
}
