import { Yaml } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Artifact, Artifacts, IArtifactSource } from './artifacts';
import { GitOps } from './git-ops';
import { ControllerFields, controllerFieldsBelow } from '../private/controller-fields';

/** Lets the app write what an Argo CD `Application` needs to leave alone what controllers own; stacks call it. Does nothing without Argo CD. */
export function describeApplication(scope: IConstruct, gitOps: GitOps): void {
  if (gitOps.controller === 'argocd') {
    Artifacts.of(scope).addSource(new ApplicationAdditions(scope, gitOps));
  }
}

class ApplicationAdditions implements IArtifactSource {
  public constructor(private readonly scope: IConstruct, private readonly gitOps: GitOps) {}

  public artifacts(): Artifact[] {
    const fields = controllerFieldsBelow(this.scope);
    if (fields.length === 0) {return [];}
    const folder = this.scope.node.path.replace(/\//g, '-');
    const comments = fields.map(({ object, why }) => `# ${object.kind} ${object.name}: ${why}`);
    return [{
      path: `${folder}/argocd-application.yaml`,
      content: [`# to add to the Application in namespace ${this.gitOps.namespace}: what controllers own is theirs`, ...comments, Yaml.stringify(additionsOf(fields))].join('\n'),
    }];
  }
}

/**
 * Without `RespectIgnoreDifferences` a difference is hidden in the view and still overwritten by the next sync.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#respect-ignore-difference-configs
 */
function additionsOf(fields: ControllerFields[]): object {
  const syncOptions = ['RespectIgnoreDifferences=true', 'ApplyOutOfSyncOnly=true'];
  if (fields.some(({ undoneAtDeletion }) => undoneAtDeletion)) {
    // in the foreground, the owner stays until its pods are gone, and only then are the fields undone
    syncOptions.push('PrunePropagationPolicy=background');
  }
  return {
    spec: {
      ignoreDifferences: fields.map(({ object, jsonPointers, jqPathExpressions }) => ({
        group: object.apiGroup === 'core' ? '' : object.apiGroup,
        kind: object.kind,
        name: object.name,
        ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
        ...(jsonPointers.length === 0 ? {} : { jsonPointers }),
        ...(jqPathExpressions.length === 0 ? {} : { jqPathExpressions }),
      })),
      syncPolicy: { syncOptions },
    },
  };
}
