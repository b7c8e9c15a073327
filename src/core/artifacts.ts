import { IConstruct } from 'constructs';

/** A file that is not a manifest. */
export interface Artifact {
  /** Path below `mlops.out/`, with `/` as separator, such as `fraud/report.md`. */
  readonly path: string;
  /** Content, as UTF-8. */
  readonly content: string;
}

/** Something that writes files beside the manifests. */
export interface IArtifactSource {
  /** The files. Called once the tree is complete and valid. */
  artifacts(): Artifact[];
}

/** Files beside the manifests. A `MlopsApp` writes them to `mlops.out/`; a plain cdk8s `App` writes manifests only. */
export class Artifacts {
  /**
   * The artifacts of a construct.
   *
   * @param construct the construct that files are about
   */
  public static of(construct: IConstruct): Artifacts {
    return new Artifacts(construct);
  }

  private constructor(private readonly construct: IConstruct) {}

  /**
   * Ask a source for files when the app is synthesized.
   *
   * @param source what writes
   */
  public addSource(source: IArtifactSource): void {
    const holder = this.construct as any;
    if (!holder[SOURCES]) {
      Object.defineProperty(holder, SOURCES, { value: [] });
    }
    holder[SOURCES].push(source);
  }

  /** The files of this construct and everything below it. */
  public list(): Artifact[] {
    return this.construct.node.findAll().flatMap((node) => Artifacts.of(node)._own());
  }

  /**
   * The files of this construct alone.
   *
   * @internal
   */
  public _own(): Artifact[] {
    const sources: IArtifactSource[] = (this.construct as any)[SOURCES] ?? [];
    return sources.flatMap((source) => source.artifacts());
  }
}

const SOURCES = Symbol.for('cdk8s-mlops.artifact-sources');
