import { ApiObject, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { PLUGIN } from './gateway-api-router';
import { PluginBinary } from './plugin-binary';
import { factsOf } from '../private/facts';
import { InputProblems } from '../private/input-error';
import { ConfigMap } from '../private/l1/core-v1';
import { ClusterRole, ClusterRoleBinding } from '../private/l1/rbac-authorization-k8s-io';
import { checkNamespaceName, checkObjectName } from '../private/routes';

/** Properties of `GatewayApiPlugin`. */
export interface GatewayApiPluginProps {
  /**
   * The program. It writes the ConfigMap `argo-rollouts-config`, of which a controller reads one.
   *
   * @default - the ConfigMap is somebody else's, such as a value of the controller's Helm chart, and only the rights are made
   */
  readonly binary?: PluginBinary;
  /**
   * Namespace of the controller.
   *
   * @default argo-rollouts
   */
  readonly controllerNamespace?: string;
  /**
   * ServiceAccount of the controller.
   *
   * @default argo-rollouts
   */
  readonly serviceAccountName?: string;
}

/**
 * Lets Argo Rollouts move the weights of HTTPRoutes: the configuration of its Gateway API plugin, and the rights that it needs. Once in a cluster.
 *
 * The controller reads the configuration when it starts: after a change, `kubectl rollout restart deployment -n argo-rollouts argo-rollouts`.
 *
 * @see https://rollouts-plugin-trafficrouter-gatewayapi.readthedocs.io/en/latest/installation/
 */
export class GatewayApiPlugin extends Construct {
  /**
   * @throws if no object can have a name
   */
  public constructor(scope: Construct, id: string, props: GatewayApiPluginProps = {}) {
    super(scope, id);
    const { binary, controllerNamespace: namespace = 'argo-rollouts', serviceAccountName: account = 'argo-rollouts' } = props;
    const problems = new InputProblems();
    checkNamespaceName('controllerNamespace', namespace, problems);
    checkObjectName('serviceAccountName', account, problems);
    problems.throwAt(scope, id);
    if (binary) {
      // both names are the controller's own: it looks for no others
      new ConfigMap(this, 'Configuration', {
        metadata: { name: 'argo-rollouts-config', namespace },
        data: { trafficRouterPlugins: Yaml.stringify([itemOf(binary)]) },
      });
      factsOf(this).notes.push('Argo Rollouts reads the configuration of its plugins when it starts: ' +
        `after a change, \`kubectl rollout restart deployment -n ${namespace} argo-rollouts\`. ` +
        `The ConfigMap 'argo-rollouts-config' in ${namespace} is written whole: plugins that stand in it already would be forgotten.`);
    }
    this.grant(namespace, account);
  }

  /** Routes are named, never listed, and Services are read where an experiment gets a share of the requests. */
  private grant(namespace: string, name: string): void {
    const role: ApiObject = new ClusterRole(this, 'Role', {
      rules: [
        { apiGroups: ['gateway.networking.k8s.io'], resources: ['httproutes'], verbs: ['get', 'update'] },
        { apiGroups: [''], resources: ['services'], verbs: ['get'] },
      ],
    });
    new ClusterRoleBinding(this, 'Binding', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role.name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
  }
}

/** As the controller reads it, without a hash where it would read none. */
function itemOf({ location, sha256 }: PluginBinary): any {
  return { name: PLUGIN, location, ...sha256 === undefined ? {} : { sha256 } };
}
