import { createPublicKey } from 'crypto';
import { Duration, Size } from 'cdk8s';
import { ContainerProps, ContainerResources, Cpu, Volume, VolumeMount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { plainVariables, secretVariables } from './environment-variables';
import { serveSchema } from './served-schema';
import { FeatureSchema } from '../core/feature-schema';
import { ImageRef } from '../core/image-ref';
import { ModelRelease } from '../core/model-release';
import { NetworkPeer } from '../core/network-peer';
import { experimentTrackingIn } from '../private/experiment-tracking';
import { factsOf } from '../private/facts';
import { InputError, InputProblems } from '../private/input-error';
import { wholeMebibytes, wholeResources, wholeSeconds } from '../private/whole-units';
import { IModelRegistry } from '../registry/model-registry';

/** What a serving needs so that its server finds the model. */
export interface ModelSourceConfig {
  /** Containers that run before the server. */
  readonly initContainers: ContainerProps[];
  /** Volumes that the server mounts. */
  readonly mounts: VolumeMount[];
  /** What the server needs in its environment. */
  readonly environment: { [key: string]: string };
  /** Whom the pods have to reach for it. */
  readonly egress: NetworkPeer[];
  /** Time that fetching may take, beside pulling the image. */
  readonly fetchBudget: Duration;
  /**
   * Annotations of the pods.
   *
   * @default - none
   */
  readonly podAnnotations?: { [key: string]: string };
  /**
   * Fields of the pods, in Kubernetes' own words. Volumes take the place of those of the same name.
   *
   * @default - none
   */
  readonly podFields?: { [field: string]: any };
}

/** How a loader fetches, whatever its image and wherever the artifact is. */
export interface LoadingOptions {
  /**
   * Public key in PEM, of RSA or on an elliptic curve: the loader refuses an artifact that its other half has not signed, and a release without a
   * signature is an error at synthesis. It is called with `--signature`, and has the key in its environment as `MLOPS_VERIFY_KEY`.
   *
   * @default - the hash of the release says enough
   */
  readonly verifyKey?: string;
  /**
   * Resources of the loader.
   *
   * @default - 100 millicpu and 256 MiB
   */
  readonly loaderResources?: ContainerResources;
  /**
   * Time that fetching may take on a fresh node. A term of the rollback time.
   *
   * @default Duration.seconds(30)
   */
  readonly fetchBudget?: Duration;
}

/** Options of `ModelSource.bakedIn()`. */
export interface BakedInOptions {
  /**
   * The features that the server computes. The file is at `FEATURE_SCHEMA_PATH`. A version that was trained with another one is found at synthesis,
   * and `mlops release` does not point the pods at one.
   *
   * @default - the server knows its features by itself
   */
  readonly featureSchema?: FeatureSchema;
}

/** Options of `ModelSource.loadedFrom()`. */
export interface LoadedFromOptions extends LoadingOptions {
  /**
   * Image of the loader. It is called with `--model-uri` (in a registry on S3 one file, `RegistryLayout.artifact`), `--sha256` (that of the
   * file) and `--output` (an empty folder). It fetches the file, compares the hash before it unpacks anything, unpacks into the folder, and
   * exits with an error otherwise. It may get objects, but not list them.
   */
  readonly loader: ImageRef;
  /**
   * Command of the loader, where its image has no entry point of its own.
   *
   * @default - the entry point of the image
   */
  readonly loaderCommand?: string[];
  /**
   * The features that the server computes. The file is at `FEATURE_SCHEMA_PATH`. A version that was trained with another one is found at synthesis,
   * and its loader, which is called with `--feature-schema` and `--feature-schema-sha256` then, does not let the server start.
   *
   * @default - the server knows its features by itself
   */
  readonly featureSchema?: FeatureSchema;
  /** Size of the volume for the artifact: generous, but a limit, so that a wrong artifact cannot fill a node. */
  readonly sizeLimit: Size;
  /** Whom the loader has to reach: the registry and where it keeps artifacts. */
  readonly egress: NetworkPeer[];
}

/** Where the server of a model finds the artifact. */
export abstract class ModelSource {
  /**
   * The artifact is part of the server's image: one digest says what runs. The release record must name that digest, if it names one.
   *
   * @param options the features that the server computes
   */
  public static bakedIn(options: BakedInOptions = {}): ModelSource {
    return new BakedIn(options);
  }

  /**
   * The artifact is fetched from a registry before the server starts, and the server does not start unless its SHA-256 is the release's.
   *
   * @param registry where the artifact is
   * @param options loader, size, peers
   * @throws if the size is zero, nobody can be reached, or the key is none that signatures are checked with: all at once
   */
  public static loadedFrom(registry: IModelRegistry, options: LoadedFromOptions): ModelSource {
    const problems = new InputProblems();
    if (wholeMebibytes(options.sizeLimit).toMebibytes() <= 0) {
      problems.add('serving/no-artifact-size', "'sizeLimit' must be larger than zero, got 0; give the size of the artifact and some room");
    }
    if (options.egress.length === 0) {
      problems.add('serving/registry-out-of-reach',
        "'egress' must name whom the loader has to reach, got nobody; use NetworkPeer.cidr() or NetworkPeer.anyHttps()");
    }
    if (options.verifyKey !== undefined) {checkVerifyKey(options.verifyKey, problems);}
    problems.throwAll();
    return new LoadedFrom(registry, options);
  }

  /**
   * Describe what a serving needs.
   *
   * @param scope where objects may be declared
   * @param release version that is served
   * @param image image of the server
   */
  public abstract bind(scope: Construct, release: ModelRelease, image: ImageRef): ModelSourceConfig;
}

class BakedIn extends ModelSource {
  public constructor(private readonly options: BakedInOptions) {
    super();
  }

  public bind(scope: Construct, release: ModelRelease, image: ImageRef): ModelSourceConfig {
    if (release.imageDigest !== undefined && image.isPinned && !image.uri.endsWith(`@${release.imageDigest}`)) {
      throw new InputError('serving/image-not-of-release',
        `'image' must be the one that version '${release.version}' is baked into (${release.imageDigest}), got '${image.uri}'; ` +
        'promote the image that you want to serve, or load the model from a registry');
    }
    const { featureSchema } = this.options;
    const schema = featureSchema && serveSchema(scope, featureSchema, release);
    return {
      initContainers: [],
      mounts: schema ? [schema.mount] : [],
      podAnnotations: schema?.podAnnotations,
      podFields: schema?.podFields,
      // whoever points the pod at another version compares this with what that one was trained with
      environment: { ...schema?.environment, ...featureSchema ? { FEATURE_SCHEMA_SHA256: featureSchema.sha256 } : {} },
      egress: [],
      fetchBudget: Duration.seconds(0),
    };
  }
}

const MODEL_PATH = '/models';

class LoadedFrom extends ModelSource {
  public constructor(private readonly registry: IModelRegistry, private readonly options: LoadedFromOptions) {
    super();
  }

  public bind(scope: Construct, release: ModelRelease): ModelSourceConfig {
    const { verifyKey } = this.options;
    const signature = verifyKey === undefined ? [] : [`--signature=${this.requireSignature(release)}`];
    const schema = this.options.featureSchema && serveSchema(scope, this.options.featureSchema, release);
    const volume = Volume.fromEmptyDir(scope, 'Model', 'model', { sizeLimit: wholeMebibytes(this.options.sizeLimit) });
    const output = `${MODEL_PATH}/current`;
    factsOf(scope).present.push(...experimentTrackingIn(this.registry.environment));
    return {
      initContainers: [{
        name: 'model-loader',
        image: this.options.loader.uri,
        command: this.options.loaderCommand,
        args: [`--model-uri=${this.registry.modelUri(release)}`, `--sha256=${release.artifactSha256}`, ...signature, ...schema?.args ?? [], `--output=${output}`],
        envVariables: {
          ...plainVariables({ ...this.registry.environment, ...verifyKey === undefined ? {} : { MLOPS_VERIFY_KEY: verifyKey } }),
          ...secretVariables(scope, this.registry.secretEnvironment),
        },
        resources: wholeResources(this.options.loaderResources ?? {
          cpu: { request: Cpu.millis(100) },
          memory: { request: Size.mebibytes(256), limit: Size.mebibytes(256) },
        }),
        volumeMounts: [{ path: MODEL_PATH, volume }, ...schema ? [schema.mount] : []],
      }],
      mounts: [{ path: MODEL_PATH, volume, readOnly: true }, ...schema ? [schema.mount] : []],
      podAnnotations: schema?.podAnnotations,
      podFields: schema?.podFields,
      environment: { MODEL_PATH: output, ...schema?.environment },
      egress: this.options.egress,
      fetchBudget: wholeSeconds(this.options.fetchBudget ?? Duration.seconds(30)),
    };
  }

  private requireSignature({ version, artifactSignature }: ModelRelease): string {
    if (artifactSignature === undefined) {
      throw new InputError('serving/unsigned-release',
        `version '${version}' has no signature, and 'verifyKey' asks for one; sign its artifact, register it with --signature, and promote it`);
    }
    return artifactSignature;
  }
}

/** A private key would stand in the manifest for everybody to read. */
function checkVerifyKey(pem: string, problems: InputProblems): void {
  if (/PRIVATE KEY/.test(pem)) {
    problems.add('serving/private-verify-key', "'verifyKey' must be the public key, got a private one; give the output of 'openssl pkey -pubout', and make a new pair");
    return;
  }
  const kind = keyKind(pem);
  if (kind === undefined) {
    problems.add('serving/malformed-verify-key', "'verifyKey' must be a public key in PEM; give the output of 'cosign public-key' or 'openssl pkey -pubout'");
  } else if (!['ec', 'rsa'].includes(kind)) {
    problems.add('serving/unknown-verify-key', `'verifyKey' must be a key on an elliptic curve (ECDSA) or of RSA, got '${kind}'; make one with 'cosign generate-key-pair'`);
  }
}

function keyKind(pem: string): string | undefined {
  try {
    return createPublicKey(pem).asymmetricKeyType;
  } catch {
    return undefined;
  }
}
