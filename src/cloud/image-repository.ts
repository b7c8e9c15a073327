import { createHash } from 'crypto';
import { Duration } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { ImageRef } from '../core/image-ref';
import { InputError, InputProblems } from '../private/input-error';
import { requireKeyArn } from './private/encryption-key';
import { dnsSuffixOf, Location, locationOf, regionalArn } from './private/location';
import { aws } from './private/packages';
import { allow, attach } from './private/policy';
import { IWorkloadRole } from './role';

/** A place for images. */
export interface IImageRepository extends IConstruct {
  /** Registry and repository, such as `registry.example.com/fraud/server`; a plain string. */
  readonly repositoryUri: string;

  /**
   * An image of this repository, pinned by digest.
   *
   * @param digest `sha256:` and 64 hex digits
   */
  image(digest: string): ImageRef;

  /**
   * Let a role pull images: a loader, a signature check, a build that starts from them. What kubelet pulls, the nodes' role pulls.
   *
   * @param role who pulls
   */
  grantPull(role: IWorkloadRole): void;

  /**
   * Let a role pull and push images, their signatures and attestations.
   *
   * @param role who pushes
   */
  grantPush(role: IWorkloadRole): void;
}

/** Properties of `ImageRepository`. */
export interface ImageRepositoryProps {
  /** Name of the repository in the registry of the account, such as `fraud/server`. */
  readonly repositoryName: string;
  /**
   * ARN of the KMS key that images are encrypted with.
   *
   * @default - the key of ECR in the account (`aws/ecr`)
   */
  readonly encryptionKeyArn?: string;
  /**
   * How long an image that never got a tag is kept. Whole days.
   *
   * @default Duration.days(90)
   */
  readonly untaggedRetention?: Duration;
}

/**
 * A repository of ECR for the images of one server or job: tags never move, images are scanned as they come in, and the repository is kept
 * when the stack is destroyed.
 *
 * The lifecycle expires only images without a tag. ECR cannot know which digest a pod runs or the next rollback needs, so a rule by age or
 * number of tagged images would sooner or later expire one of them. As tags never move, an image that was pushed with a tag keeps it: push
 * every image that may run with a tag. Platforms of a multi-platform image stay while it does, signatures and attestations (tags, or
 * referrers of the image) too.
 *
 * ```ts fixture=cloud
 * const repository = new ImageRepository(cloud, 'Images', { repositoryName: 'fraud/server' });
 * const image = repository.image('sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef');
 * ```
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export class ImageRepository extends Construct implements IImageRepository {
  /**
   * A repository that exists, in any registry: ECR, ACR, Artifact Registry, Harbor.
   *
   * @param scope where it is referred to
   * @param id id in that scope
   * @param repositoryUri registry and repository, such as `acme.azurecr.io/fraud/server`
   * @throws if it carries a scheme, a tag or a digest
   */
  public static fromUri(scope: Construct, id: string, repositoryUri: string): IImageRepository {
    const problems = new InputProblems();
    if (!/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/.test(repositoryUri)) {
      problems.add('cloud/malformed-repository-uri',
        `'repositoryUri' must be registry and repository without scheme, tag and digest, such as 'acme.azurecr.io/fraud/server', got '${repositoryUri}'`);
    }
    problems.throwAt(scope, id);
    return new ImportedImageRepository(scope, id, repositoryUri);
  }

  public readonly repositoryUri: string;
  /** Name of the repository in the registry of the account. */
  public readonly repositoryName: string;
  private readonly repositoryArn: string;

  public constructor(scope: Construct, id: string, props: ImageRepositoryProps) {
    super(scope, id);
    const problems = new InputProblems();
    const days = (props.untaggedRetention ?? Duration.days(90)).toDays({ integral: false });
    if (!Number.isInteger(days) || days < 1) {
      problems.add('cloud/untagged-retention', `'untaggedRetention' must be whole days, at least 1, got ${props.untaggedRetention!.toHumanString()}`);
    }
    requireRepositoryName(props.repositoryName, problems);
    requireKeyArn(props.encryptionKeyArn, problems);
    const location = locationOf(this, 'ImageRepository', problems);
    problems.throwAt(scope, id);
    this.repositoryName = props.repositoryName;
    this.repositoryUri = `${registryOf(location!)}/${props.repositoryName}`;
    this.repositoryArn = arnOf(location!, props.repositoryName);
    this.declare(props, days);
  }

  public image(digest: string): ImageRef {
    return ImageRef.fromDigest(this.repositoryUri, digest);
  }

  public grantPull(role: IWorkloadRole): void {
    grant(this, role, 'pull', this.repositoryArn);
  }

  public grantPush(role: IWorkloadRole): void {
    grant(this, role, 'push', this.repositoryArn);
  }

  private declare(props: ImageRepositoryProps, untaggedDays: number): void {
    const repository = new (aws('ecr-repository').EcrRepository)(this, 'Resource', {
      name: props.repositoryName,
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: 'KMS', kmsKey: props.encryptionKeyArn }],
      forceDelete: false,
      lifecycle: { preventDestroy: true },
    });
    new (aws('ecr-lifecycle-policy').EcrLifecyclePolicy)(this, 'Lifecycle', {
      repository: repository.name,
      policy: JSON.stringify({
        rules: [{
          rulePriority: 1,
          description: 'images that never got a tag; what may run has one',
          selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: untaggedDays },
          action: { type: 'expire' },
        }],
      }),
    });
  }
}

class ImportedImageRepository extends Construct implements IImageRepository {
  public constructor(scope: Construct, id: string, public readonly repositoryUri: string) {
    super(scope, id);
  }

  public image(digest: string): ImageRef {
    return ImageRef.fromDigest(this.repositoryUri, digest);
  }

  public grantPull(role: IWorkloadRole): void {
    grant(this, role, 'pull', ecrArnOf(this.repositoryUri));
  }

  public grantPush(role: IWorkloadRole): void {
    grant(this, role, 'push', ecrArnOf(this.repositoryUri));
  }
}

const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const PUSH = [...PULL, 'ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'];

function grant(repository: IImageRepository & Construct, role: IWorkloadRole, verb: 'pull' | 'push', repositoryArn: string): void {
  attach(repository, policyNameOf(repositoryArn), {
    role,
    name: verb,
    statements: [
      allow('Login', ['ecr:GetAuthorizationToken'], ['*']),
      allow(verb === 'pull' ? 'Pull' : 'Push', verb === 'pull' ? PULL : PUSH, [repositoryArn]),
    ],
  });
}

/** Repositories of one name exist in many registries, and their names may be longer than those of policies. */
function policyNameOf(repositoryArn: string): string {
  const name = repositoryArn.replace(/^.*:repository\//, '').replace(/\//g, '+');
  return `${name.slice(0, 80)}.${createHash('sha256').update(repositoryArn).digest('hex').slice(0, 8)}`;
}

function registryOf(location: Location): string {
  return `${location.accountId}.dkr.ecr.${location.region}.${dnsSuffixOf(location.region)}`;
}

function arnOf(location: Location, repositoryName: string): string {
  return regionalArn(location, 'ecr', `repository/${repositoryName}`);
}

function ecrArnOf(repositoryUri: string): string {
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(.+)$/.exec(repositoryUri);
  if (!match) {
    throw new InputError('cloud/foreign-registry',
      `IAM gives no rights on '${repositoryUri}', which is not in ECR; its own registry does, and pods pull with an image pull secret`);
  }
  return arnOf({ accountId: match[1], region: match[2] }, match[3]);
}

function requireRepositoryName(name: string, problems: InputProblems): void {
  if (name.length < 2 || name.length > 256 || !/^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/.test(name)) {
    problems.add('cloud/malformed-repository-name',
      `'repositoryName' must be 2 to 256 lower-case letters, digits and single '.', '_', '-' or '/' between them, got '${name}'`);
  }
}
