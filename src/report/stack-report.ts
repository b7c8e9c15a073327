import { Construct, IConstruct } from 'constructs';
import { collectReport } from './collect-report';
import { StackReportData } from './report-data';
import { toMarkdown } from './to-markdown';
import { Artifacts } from '../core/artifacts';

/** Properties of `StackReport`. */
export interface StackReportProps {
  /**
   * What to report on.
   *
   * @default - the construct that the report is declared in
   */
  readonly subject?: IConstruct;
  /**
   * What the stack is for, in a sentence or two that open the report.
   *
   * @default - the report opens with numbers
   */
  readonly description?: string;
  /**
   * What to do next, after what the report itself proposes.
   *
   * @default - only what follows from the stack
   */
  readonly nextSteps?: string[];
}

/**
 * What a reviewer reads before a stack is applied: who talks to whom, what was found and accepted, how long a rollback takes, what it costs the
 * cluster, what was left out.
 *
 * A `MlopsApp` writes `<stack>/report.md` and `<stack>/report.json` to `mlops.out/`. Both depend on nothing but the tree: the same tree gives the
 * same bytes.
 */
export class StackReport extends Construct {
  private readonly props: StackReportProps;

  /**
   * Declare the report of a stack.
   */
  public constructor(scope: Construct, id: string, props: StackReportProps = {}) {
    super(scope, id);
    this.props = props;
    Artifacts.of(this).addSource({
      artifacts: () => {
        const data = this.collect();
        return [
          { path: this.pathOf('report.md'), content: toMarkdown(data) },
          { path: this.pathOf('report.json'), content: `${JSON.stringify(data, undefined, 2)}\n` },
        ];
      },
    });
  }

  /** What `report.json` holds. The tree must be complete. */
  public collect(): StackReportData {
    return collectReport(this.subject, this.props.description, this.props.nextSteps ?? []);
  }

  /** What `report.md` holds. The tree must be complete. */
  public toMarkdown(): string {
    return toMarkdown(this.collect());
  }

  private get subject(): IConstruct {
    return this.props.subject ?? this.node.scope!;
  }

  private pathOf(file: string): string {
    const folders = this.subject.node.path.split('/').filter((id) => id !== '')
      .map((id) => id.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^\.+/, ''));
    return [...folders, file].join('/');
  }
}
