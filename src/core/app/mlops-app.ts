import { join } from 'path';
import { App, AppProps, Chart } from 'cdk8s';
import { writeArtifacts } from './artifact-files';
import { toDocuments, writeCharts, writeConstructMetadata } from './chart-files';
import { chartsOf, linkDependencies } from './chart-graph';
import { actAsTerraformApp, isStack, synthesizeStacks } from './cloud-plane';
import { ControllerFindings } from './controller-findings';
import { DuplicateObjects } from './duplicate-objects';
import { PlaneGuards } from './plane-guards';
import { Problems } from './problems';
import { Renderer } from './renderer';
import { Moves, StagedFolder } from './staged-folder';
import { ResolvableAsToken } from './tokens';
import { artifactsFolderOf, listNameOf, readWrittenFiles, WrittenFiles } from './written-files';
import { judgeTreeOf } from '../../private/controllers/judge';
import { renderingOnce } from '../../private/manifests';
import { Findings } from '../findings';

/** Properties of `MlopsApp`. */
export interface MlopsAppProps extends AppProps {
  /**
   * Folder of everything that is not a manifest: reports, Terraform, workflows.
   *
   * @default - `mlops.out` beside the folder of the manifests
   */
  readonly artifactsOutdir?: string;
}

/**
 * A cdk8s app that writes reports and Terraform beside its manifests, and large apps in linear time.
 *
 * The manifests are byte for byte those of `cdk8s.App`, so one can take the place of the other. Both folders are written whole or not at all,
 * and a failed synthesis names every error at once. What is wrong with the arguments of one construct is said when it is made: everything about
 * that construct at once, but nothing of the constructs after it, as a constructor can only throw.
 *
 * Two objects of one kind, name and namespace fail synthesis, as they would replace each other in the cluster. Charts for different clusters
 * may be acknowledged: `Findings.of(chart).acknowledge('app/duplicate-object', 'dev and prod are different clusters')`.
 *
 * @see https://cdk8s.io/docs/latest/basics/app/
 */
export class MlopsApp extends App {
  /** Folder of everything that is not a manifest. */
  public readonly artifactsOutdir: string;

  public constructor(props: MlopsAppProps = {}) {
    super({ ...props, resolvers: [...props.resolvers ?? [], new ResolvableAsToken()] });
    this.artifactsOutdir = props.artifactsOutdir ?? artifactsFolderOf(this.outdir);
    actAsTerraformApp(this);
    this.node.addValidation(new PlaneGuards(this));
    judgeTreeOf(this);
    Findings.of(this).addSource(new DuplicateObjects(this));
    Findings.of(this).addSource(new ControllerFindings(this));
  }

  /**
   * Write manifests to `outdir`, and everything else to `artifactsOutdir`.
   *
   * Files of an earlier synthesis that are no longer made are removed; files of others stay.
   *
   * @throws if anything is wrong anywhere, with every error; what was there before stays as it is
   */
  public synth(): void {
    const manifests = new StagedFolder(this.outdir);
    const artifacts = new StagedFolder(this.artifactsOutdir);
    try {
      renderingOnce(() => this.fill(manifests, artifacts));
      this.replace(manifests, artifacts);
    } finally {
      manifests.dispose();
      artifacts.dispose();
    }
  }

  /** All manifests in one YAML text. Nothing is written. */
  public synthYaml(): string {
    return renderingOnce(() => {
      const problems = this.check();
      problems.attempt(this, () => linkDependencies(this));
      const renderer = new Renderer(problems);
      const manifests = this.tryCharts(problems).flatMap((chart) => renderer.manifestsOf(chart));
      problems.throwIfAny();
      return toDocuments(manifests);
    });
  }

  private fill(manifests: StagedFolder, artifacts: StagedFolder): void {
    const problems = this.check();
    const stacks = this.node.findAll().filter(isStack);
    if (stacks.length > 0) {
      artifacts.addFolder('terraform');
      problems.attempt(this, () => synthesizeStacks(stacks, artifacts.pathOf('terraform'), problems));
    }
    const chartsLinked = problems.attempt(this, () => linkDependencies(this)) ?? false;
    if (problems.none()) {
      problems.attempt(this, () => writeArtifacts(this, artifacts));
    }
    const files = { app: this, charts: this.tryCharts(problems), chartsLinked, folder: manifests, renderer: new Renderer(problems) };
    writeCharts(files);
    if ((this as any).recordConstructMetadata) {
      writeConstructMetadata(files);
    }
    problems.throwIfAny();
  }

  /** Runs every validation of the tree. */
  private check(): Problems {
    const problems = new Problems();
    for (const construct of this.node.findAll()) {
      const errors = problems.attempt(construct, () => construct.node.validate()) ?? [];
      errors.forEach((error) => problems.add(construct, construct === this ? error : `[${construct.node.path}] ${error}`));
    }
    return problems;
  }

  /** The charts in the order in which they are applied; a cycle has none. */
  private tryCharts(problems: Problems): Chart[] {
    return problems.attempt(this, () => chartsOf(this)) ?? [];
  }

  private replace(manifests: StagedFolder, artifacts: StagedFolder): void {
    const list = listNameOf(this.outdir);
    const previous = readWrittenFiles(join(this.artifactsOutdir, list));
    const written: WrittenFiles = { manifests: manifests.files(), artifacts: artifacts.files() };
    artifacts.write(list, `${JSON.stringify(written, undefined, 2)}\n`);
    Moves.allOrNone((moves) => {
      manifests.moveIn(previous.manifests, moves);
      artifacts.moveIn(previous.artifacts, moves);
    });
  }
}
