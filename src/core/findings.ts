import { IConstruct } from 'constructs';
import { describe, InputError } from '../private/input-error';
import { oncePerPass } from '../private/manifests';

/** How bad a finding is. */
export enum FindingSeverity {
  /** Synthesis fails until it is mended or acknowledged with a reason. */
  ERROR = 'error',
  /** Stands in the report. */
  WARNING = 'warning',
  /** Worth knowing. Stands in the report. */
  INFO = 'info',
}

/** A finding without the path of its construct. */
export interface FindingOptions {
  /** Rule that found it, such as `supply-chain/unpinned-image`. */
  readonly ruleId: string;
  /** How bad it is. */
  readonly severity: FindingSeverity;
  /** What is the matter, with the value. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Something that a reviewer should know about a construct. */
export interface Finding extends FindingOptions {
  /** Path of the construct. */
  readonly path: string;
  /**
   * Why somebody accepted it.
   *
   * @default - nobody did
   */
  readonly acknowledged?: string;
}

/** Something that can look at the tree and say what it found. */
export interface IFindingSource {
  /** Look, and say what was found. Called once the tree is complete; the tree must not be changed. */
  findings(): Finding[];
}

/**
 * Findings of a construct and everything below it. Findings of severity error that nobody acknowledged fail synthesis, in a `MlopsApp` as in
 * a plain cdk8s `App`.
 */
export class Findings {
  /**
   * The findings of a construct.
   *
   * @param construct the construct that findings are about
   */
  public static of(construct: IConstruct): Findings {
    return new Findings(construct);
  }

  private constructor(private readonly construct: IConstruct) {}

  /**
   * Say that something was found on this construct.
   *
   * @param finding what was found. Its path is this construct's
   */
  public add(finding: FindingOptions): void {
    this.addSource({ findings: () => [{ ...finding, path: this.construct.node.path }] });
  }

  /**
   * Ask a source for findings once the tree is complete. A source that fails is itself a finding, so that it hides nothing that others found.
   *
   * @param source what looks at this construct and what is below it
   */
  public addSource(source: IFindingSource): void {
    const entry = { source };
    attached<SourceEntry[]>(this.construct, SOURCES, () => []).push(entry);
    this.construct.node.addValidation({
      validate: () => look(this.construct, entry).findings
        .filter((finding) => finding.severity === FindingSeverity.ERROR && finding.acknowledged === undefined)
        .map((finding) => describe(finding.ruleId, messageOf(finding, this.construct))),
    });
  }

  /**
   * Accept what a rule finds on this construct and everything below it. It stays in the report, with the reason.
   *
   * @param ruleId rule to accept
   * @param reason why it is acceptable here
   * @throws if the reason is empty
   */
  public acknowledge(ruleId: string, reason: string): void {
    if (reason.trim() === '') {
      throw new InputError('findings/empty-reason', `'reason' must say why '${ruleId}' is acceptable on '${this.construct.node.path}', got ''`);
    }
    attached<Map<string, string>>(this.construct, ACKNOWLEDGEMENTS, () => new Map()).set(ruleId, reason);
  }

  /**
   * Everything that was found on this construct and below it, acknowledged or not: by sources of its own, below it, or of an ancestor.
   *
   * An acknowledgement that covers nothing is listed as well, so that it does not outlive its reason.
   */
  public list(): Finding[] {
    const node = this.construct.node;
    const ancestors = node.scopes.slice(0, -1);
    const found = [
      ...ancestors.flatMap((scope) => entriesOf(scope).flatMap((entry) => look(scope, entry).below(node.path))),
      ...node.findAll().flatMap((scope) => entriesOf(scope).flatMap((entry) => look(scope, entry).findings)),
    ];
    return [...found, ...unusedAcknowledgements(this.construct, found)];
  }
}

/** A source at one place: the same object may be added at several. */
interface SourceEntry {
  readonly source: IFindingSource;
}

/** What one source found. */
class Look {
  private byScope: Map<string, Finding[]> | undefined;

  public constructor(public readonly findings: Finding[]) {}

  /** Findings at or below a path; grouped once, so that a thousand stacks can each ask for their part of what an app's rule found. */
  public below(path: string): Finding[] {
    this.byScope ??= groupByScope(this.findings);
    return this.byScope.get(path) ?? [];
  }
}

const SOURCES = Symbol.for('cdk8s-mlops.finding-sources');
const ACKNOWLEDGEMENTS = Symbol.for('cdk8s-mlops.acknowledgements');

function attached<T>(construct: any, key: symbol, make: () => T): T {
  if (!construct[key]) {
    Object.defineProperty(construct, key, { value: make() });
  }
  return construct[key];
}

function entriesOf(construct: IConstruct): SourceEntry[] {
  return (construct as any)[SOURCES] ?? [];
}

function acknowledgementsOf(construct: IConstruct): Map<string, string> {
  return (construct as any)[ACKNOWLEDGEMENTS] ?? new Map();
}

function look(construct: IConstruct, entry: SourceEntry): Look {
  return oncePerPass(entry, () => new Look(findingsOf(construct, entry.source)
    .map((finding) => ({ ...finding, acknowledged: reasonFor(construct.node.root, finding) }))));
}

function findingsOf(construct: IConstruct, source: IFindingSource): Finding[] {
  try {
    return source.findings();
  } catch (error) {
    return [{
      ruleId: 'findings/failed-source',
      severity: FindingSeverity.ERROR,
      message: `what looks at this construct failed: ${(error as Error).message}`,
      remedy: 'mend what the message names, so that its findings can be seen',
      path: construct.node.path,
    }];
  }
}

/** The reason of the nearest acknowledgement: on the construct itself or on an ancestor of it. */
function reasonFor(root: IConstruct, finding: Finding): string | undefined {
  let target = root;
  let reason = acknowledgementsOf(root).get(finding.ruleId);
  for (const id of finding.path.split('/')) {
    const child = target.node.tryFindChild(id);
    if (!child) {return reason;}
    target = child;
    reason = acknowledgementsOf(target).get(finding.ruleId) ?? reason;
  }
  return reason;
}

function unusedAcknowledgements(construct: IConstruct, found: Finding[]): Finding[] {
  const covered = new Set(found.flatMap((finding) => scopePathsOf(finding.path).map((path) => `${finding.ruleId} ${path}`)));
  return construct.node.findAll().flatMap((scope) => [...acknowledgementsOf(scope).keys()]
    .filter((ruleId) => !covered.has(`${ruleId} ${scope.node.path}`))
    .map((ruleId) => ({
      ruleId: 'findings/unused-acknowledgement',
      severity: FindingSeverity.INFO,
      message: `'${ruleId}' is acknowledged here but finds nothing`,
      remedy: 'remove the acknowledgement, so that a later finding is seen',
      path: scope.node.path,
    })));
}

function groupByScope(findings: Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    for (const path of scopePathsOf(finding.path)) {
      groups.set(path, groups.get(path) ?? []);
      groups.get(path)!.push(finding);
    }
  }
  return groups;
}

/** Paths of a construct and of its ancestors, the root's empty one first: `''`, `a`, `a/b`. */
function scopePathsOf(path: string): string[] {
  const ids = path.split('/').filter((id) => id !== '');
  return ['', ...ids.map((_, i) => ids.slice(0, i + 1).join('/'))];
}

function messageOf(finding: Finding, source: IConstruct): string {
  const place = finding.path === source.node.path ? '' : `${finding.path}: `;
  return `${place}${finding.message}; ${finding.remedy}`;
}
