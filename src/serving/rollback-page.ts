import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { Artifact, Artifacts, IArtifactSource } from '../core/artifacts';
import { ModelRef } from '../core/model-ref';
import { Owner } from '../core/owner';
import { PlatformProfile } from '../core/platform-profile';
import { Rollback } from '../core/rollback';
import { RollbackCall } from '../core/rollback-call';
import { factsOf } from '../private/facts';

/** What a page about the way back says. */
export interface RollbackPageProps {
  /** The model in the registry, by whose alias its record is named. */
  readonly model: ModelRef;
  /** Service of what is sent back: a stack may hold two servings of one model. */
  readonly serviceName: string;
  readonly owner: Owner;
  readonly platform: PlatformProfile;
  /** How what serves is sent back. */
  readonly calls: RollbackCall[];
}

/** Tells the report how to return to the version before, and writes a page for whoever is woken up. */
export function describeRollback(serving: Construct, props: RollbackPageProps): void {
  const underGitOps = props.platform.gitOps.controller !== 'none';
  const { modelName, aliasName } = props.model;
  const calls = [...props.calls.filter((call) => !underGitOps || call.staysUnderGitOps), ...Rollback.ofRelease(modelName, aliasName)];
  factsOf(serving).rollbackCalls.push(...calls);
  Artifacts.of(serving).addSource(new RollbackPage(serving, props));
}

class RollbackPage implements IArtifactSource {
  public constructor(private readonly serving: Construct, private readonly props: RollbackPageProps) {}

  public artifacts(): Artifact[] {
    const { model: { modelName }, serviceName, owner, platform } = this.props;
    const folder = Chart.of(this.serving).node.path.replace(/\//g, '-');
    const contact = owner.contact === undefined ? '' : ` (${owner.contact})`;
    return [{
      path: `${folder}/docs/rollback-${serviceName}.md`,
      content: [
        `# ${modelName}: back to the version before`,
        '',
        `${owner.team}${contact} answers for it; the runbook is ${owner.runbookUrl}.`,
        ...factsOf(this.serving).rollbackCalls.flatMap(({ when, command, effect }) => ['', `## ${when[0].toUpperCase()}${when.slice(1)}`, '', '```console', command, '```', '', `${effect[0].toUpperCase()}${effect.slice(1)}.`]),
        '',
        platform.gitOps.controller === 'none'
          ? 'What `kubectl` undoes comes back with the next apply: revert the release record, too.'
          : 'Argo CD puts back what `kubectl` undoes, so the way back is a commit.',
        '',
      ].join('\n'),
    }];
  }
}
