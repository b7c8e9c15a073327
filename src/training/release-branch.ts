import { Construct } from 'constructs';
import { NetworkPeer } from '../core/network-peer';
import { SecretRef } from '../core/secret-ref';
import { InputProblems } from '../private/input-error';

/** Options of `ReleaseBranch.https()`. */
export interface ReleaseBranchOptions {
  /** User that may push to the branch. A token usually has one that does not matter, such as `x-access-token`. */
  readonly username: SecretRef;
  /** Password or token of that user. It is read anew each time, so it may live shorter than a release. */
  readonly password: SecretRef;
  /**
   * Branch that the controller applies, or that its manifests are made of.
   *
   * @default main
   */
  readonly branch?: string;
  /**
   * Folder of the release records in the repository.
   *
   * @default releases
   */
  readonly folder?: string;
  /**
   * Author of the commits, such as `mlops <mlops@example.com>`.
   *
   * @default - `mlops` at `localhost`
   */
  readonly author?: string;
  /**
   * Who answers for the Git server.
   *
   * @default - any address on port 443. The report says so
   */
  readonly server?: NetworkPeer;
}

/**
 * The branch in which a release changes the record of a model, where a GitOps controller applies what is in Git: one commit releases a version, one
 * takes it back when its stages send it back.
 */
export class ReleaseBranch {
  /**
   * A branch of a repository on a Git server.
   *
   * @param url address of the repository, such as `https://git.example.com/team/deployments.git`
   * @param options credentials, branch, folder
   * @throws if the address is not one of HTTPS or holds credentials, or Git would refuse a name
   */
  public static https(url: string, options: ReleaseBranchOptions): ReleaseBranch {
    return new ReleaseBranch(url, options);
  }

  /** Name of the branch. */
  public readonly branch: string;

  private constructor(
    /** Address of the repository. */
    public readonly url: string,
    private readonly options: ReleaseBranchOptions,
  ) {
    const { branch = 'main', folder = 'releases', author } = options;
    const problems = new InputProblems();
    if (!/^https:\/\/[^/@\s]+\/[^@\s]+$/.test(url)) {
      problems.add('training/malformed-repository',
        `the repository must look like 'https://git.example.com/team/deployments.git', got '${url.replace(/\/\/[^/]*@/, '//…@')}'; credentials are secrets of their own`);
    }
    if (!/^(?!.*(\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$))[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(branch)) {
      problems.add('training/malformed-branch', `'branch' must be the name of a branch such as 'main', got '${branch}'`);
    }
    if (!/^(?!.*(^|\/)\.{1,2}(\/|$))[^/\s\\]+(\/[^/\s\\]+)*$/.test(folder)) {
      problems.add('training/malformed-records-folder', `'folder' must be a folder inside the repository, such as 'releases', got '${folder}'`);
    }
    if (author !== undefined && !/^[^<>\n]+ <[^<>\s]+>$/.test(author)) {
      problems.add('training/malformed-author', `'author' must look like 'mlops <mlops@example.com>', got '${author}'`);
    }
    problems.throwAll();
    this.branch = branch;
  }

  /**
   * What `mlops release` is told.
   *
   * @internal
   */
  public _arguments(credentials: string): string[] {
    const { folder = 'releases', author } = this.options;
    return [
      `--git=${this.url}`,
      `--git-branch=${this.branch}`,
      `--git-folder=${folder}`,
      `--git-credentials=${credentials}`,
      ...author === undefined ? [] : [`--git-author=${author}`],
    ];
  }

  /**
   * The files `username` and `password`, as a volume: they are never part of a command line or an environment.
   *
   * @internal
   */
  public _volume(scope: Construct, name: string): any {
    const source = (reference: SecretRef, path: string) => {
      const { secretName, key } = reference.bind(scope);
      return { secret: { name: secretName, items: [{ key, path }] } };
    };
    return { name, projected: { defaultMode: 0o440, sources: [source(this.options.username, 'username'), source(this.options.password, 'password')] } };
  }

  /**
   * Name of the Secret whose keys are `username` and `password`, as those of the type `kubernetes.io/basic-auth`; none if they stand elsewhere.
   *
   * @internal
   */
  public _basicAuthSecret(scope: Construct): string | undefined {
    const [user, password] = [this.options.username, this.options.password].map((reference) => reference.bind(scope));
    return user.key === 'username' && password.key === 'password' && user.secretName === password.secretName ? user.secretName : undefined;
  }

  /** @internal */
  public get _server(): NetworkPeer {
    return this.options.server ?? NetworkPeer.anyHttps('releases are committed to Git');
  }
}
