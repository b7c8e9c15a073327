import { InputError, InputProblems } from '../../private/input-error';


/** Options of `KnativeTraffic.challenge()`. */
export interface KnativeChallenge {
  /** The revision that serves, and goes on to: everything that the new version does not get. */
  readonly championRevision: string;
  /**
   * Share of the requests that the new version gets, in percent. With 0 it can be called by its tag only.
   *
   * @default 0
   */
  readonly challengerPercent?: number;
  /**
   * Revision that served before the champion. It keeps its tag and gets nothing.
   *
   * @default - none is kept
   */
  readonly previousRevision?: string;
}

/** One target of a Service of Knative. */
export interface KnativeTarget {
  /** Tag: the revision can be called by it, whatever its share. */
  readonly tag: string;
  /** Share of the requests, in percent. */
  readonly percent: number;
  /**
   * Name of the revision.
   *
   * @default - the one that this manifest makes
   */
  readonly revisionName?: string;
}

const REVISION = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Who gets the requests to a Service of Knative. The version of the manifest is always one of the targets.
 *
 * @see https://knative.dev/docs/serving/traffic-management/
 */
export class KnativeTraffic {
  /**
   * Everything goes to the version of the manifest, as soon as it is ready. The only choice for a first deployment, since no revision exists that
   * could be named.
   */
  public static latest(): KnativeTraffic {
    return new KnativeTraffic([{ tag: 'champion', percent: 100 }]);
  }

  /**
   * Everything goes to the version of the manifest, and the one before stays at hand to go back to.
   *
   * @param previousRevision name of a revision that exists
   * @throws if it is no name of a revision
   */
  public static promoted(previousRevision: string): KnativeTraffic {
    return KnativeTraffic.split([{ tag: 'champion', percent: 100 }, { tag: 'previous', percent: 0, revisionName: previousRevision }]);
  }

  /**
   * The version of the manifest challenges the one that serves.
   *
   * @param options who serves, what the challenger gets
   * @throws if a revision has no name of one, the percentage is none, or two targets are the same revision
   */
  public static challenge(options: KnativeChallenge): KnativeTraffic {
    const { championRevision, challengerPercent = 0, previousRevision } = options;
    return KnativeTraffic.split([
      { tag: 'challenger', percent: challengerPercent },
      { tag: 'champion', percent: 100 - challengerPercent, revisionName: championRevision },
      ...previousRevision === undefined ? [] : [{ tag: 'previous', percent: 0, revisionName: previousRevision }],
    ]);
  }

  /**
   * Targets of your own.
   *
   * @param targets tags, shares, revisions
   * @throws if shares do not add up to 100, a tag or a revision is named twice or malformed, or no target is the version of the manifest
   */
  public static split(targets: KnativeTarget[]): KnativeTraffic {
    const problems = new InputProblems();
    for (const { tag, percent, revisionName } of targets) {
      if (!Number.isInteger(percent) || percent < 0 || percent > 100) {
        problems.add('knative/malformed-percent', `'percent' of '${tag}' must be a whole number from 0 to 100, got ${percent}`);
      }
      if (!REVISION.test(tag)) {
        problems.add('knative/malformed-tag', `'tag' must be at most 63 lower-case letters, digits and '-', starting with a letter, got '${tag}'`);
      }
      if (revisionName !== undefined && !REVISION.test(revisionName)) {
        problems.add('knative/malformed-revision', `'revisionName' of '${tag}' must be the name of a revision that exists, got '${revisionName}'`);
      }
    }
    const total = targets.reduce((sum, { percent }) => sum + percent, 0);
    if (total !== 100) {
      problems.add('knative/percent-sum', `shares must add up to 100, got ${targets.map(({ percent }) => percent).join(' + ')} = ${total}`);
    }
    for (const tag of twice(targets.map((target) => target.tag))) {
      problems.add('knative/tag-twice', `each tag may stand once, got '${tag}' twice`);
    }
    for (const name of twice(targets.map(({ revisionName }) => revisionName ?? ''))) {
      problems.add('knative/revision-twice', name === ''
        ? 'one target may be the version of the manifest, got two without a revisionName'
        : `each revision may be the target once, got '${name}' twice; give one of them the sum`);
    }
    if (!targets.some(({ revisionName }) => revisionName === undefined)) {
      problems.add('knative/no-latest', 'one target must be the version of the manifest, got revisionNames only; nothing could be called that the manifest makes');
    }
    problems.throwAll();
    return new KnativeTraffic(targets);
  }

  private constructor(
    /** Tags, shares, revisions. */
    public readonly targets: KnativeTarget[],
  ) {}

  /**
   * The targets as the Service has them.
   *
   * @internal
   */
  public _render(service: string): any[] {
    const strangers = this.targets.filter(({ revisionName }) => revisionName !== undefined && !revisionName.startsWith(`${service}-`));
    if (strangers.length > 0) {
      throw new InputError('knative/revision-of-another-service',
        `'revisionName' must start with '${service}-', as all revisions of that Service do, got '${strangers[0].revisionName}'`);
    }
    return this.targets.map(({ tag, percent, revisionName }) => ({
      tag, percent, ...revisionName === undefined ? { latestRevision: true } : { latestRevision: false, revisionName },
    }));
  }
}

function twice(names: string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}
