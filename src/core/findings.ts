import { IConstruct } from 'constructs';
import { describe, InputError } from '../private/input-error';

/** How bad a finding is. */
export enum FindingSeverity {
  /** Synthesis fails until it is mended or acknowledged with a reason. */
  ERROR = 'error',
  /** Stands in the report. */
  WARNING = 'warning',
  /** Worth knowing; stands in the report. */
  INFO = 'info',
}

/** Something that a reviewer should know about a construct. */
export interface Finding {
  /** Rule that found it, such as `supply-chain/unpinned-image`. */
  readonly ruleId: string;
  /** How bad it is. */
  readonly severity: FindingSeverity;
  /** What is the matter, with the value. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
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
  /** Look, and say what was found. Called once the tree is complete. */
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
   * @param finding what was found; its path is this construct's
   */
  public add(finding: FindingOptions): void {
    this.addSource({ findings: () => [{ ...finding, path: this.construct.node.path }] });
  }

  /**
   * Ask a source for findings once the tree is complete.
   *
   * @param source what looks
   */
  public addSource(source: IFindingSource): void {
    sourcesOf(this.construct).push(source);
    this.construct.node.addValidation({
      validate: () => acknowledge(this.construct, source.findings())
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
    acknowledgementsOf(this.construct)[ruleId] = reason;
  }

  /** Everything that was found on this construct and below it, acknowledged or not. */
  public list(): Finding[] {
    return this.construct.node.findAll().flatMap((node) =>
      sourcesOf(node).flatMap((source) => acknowledge(node, source.findings())));
  }
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

const SOURCES = Symbol.for('cdk8s-mlops.finding-sources');
const ACKNOWLEDGEMENTS = Symbol.for('cdk8s-mlops.acknowledgements');

function sourcesOf(construct: IConstruct): IFindingSource[] {
  return attached(construct, SOURCES, () => []);
}

function acknowledgementsOf(construct: IConstruct): { [ruleId: string]: string } {
  return attached(construct, ACKNOWLEDGEMENTS, () => ({}));
}

function attached(construct: any, key: symbol, make: () => any): any {
  if (!construct[key]) {
    Object.defineProperty(construct, key, { value: make() });
  }
  return construct[key];
}

/** A finding is acknowledged on its own construct or on any ancestor of it. */
function acknowledge(source: IConstruct, findings: Finding[]): Finding[] {
  return findings.map((finding) => {
    const reason = scopesOf(source, finding.path)
      .map((scope) => acknowledgementsOf(scope)[finding.ruleId])
      .find((candidate) => candidate !== undefined);
    return { ...finding, acknowledged: reason };
  });
}

function scopesOf(source: IConstruct, path: string): IConstruct[] {
  let target: IConstruct | undefined = source.node.root;
  for (const id of path.split('/').filter((part) => part !== '')) {
    target = target?.node.tryFindChild(id);
  }
  return (target ?? source).node.scopes;
}

function messageOf(finding: Finding, source: IConstruct): string {
  const place = finding.path === source.node.path ? '' : `${finding.path}: `;
  return `${place}${finding.message}; ${finding.remedy}`;
}
