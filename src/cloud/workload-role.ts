import { Construct } from 'constructs';
import { ClusterIdentity } from './cluster-identity';
import { InputProblems } from '../private/input-error';
import { iamArn, Location, locationOf } from './private/location';
import { aws } from './private/packages';
import { policyDocument } from './private/policy';
import { IWorkloadRole } from './role';

/** Options of `WorkloadRole.fromRoleArn`. */
export interface WorkloadRoleImportOptions {
  /** Name of the ServiceAccount that the role trusts. */
  readonly serviceAccountName: string;
  /**
   * Whether an association of EKS Pod Identity gives the role, so that the ServiceAccount needs no annotation.
   *
   * @default false
   */
  readonly podIdentity?: boolean;
}

/** Properties of `WorkloadRole`. */
export interface WorkloadRoleProps {
  /** Name of the role: unique in the account, a plain string, since service accounts name it before Terraform runs. At most 64 characters. */
  readonly roleName: string;
  /** How the cluster vouches for its workloads. */
  readonly identity: ClusterIdentity;
  /** Namespace of the workload. */
  readonly namespace: string;
  /** Name of the ServiceAccount that the workload runs as. */
  readonly serviceAccountName: string;
  /**
   * ARN of a policy that bounds what the role can ever do.
   *
   * @default - the role is bounded by what it is given
   */
  readonly permissionsBoundaryArn?: string;
}

/**
 * An IAM role that one service account of one cluster may take, and nobody else. It starts with no rights; grants give them.
 *
 * ```ts fixture=cloud
 * const server = new WorkloadRole(cloud, 'Server', {
 *   roleName: 'fraud-server',
 *   identity: ClusterIdentity.podIdentity('prod'),
 *   namespace: 'fraud',
 *   serviceAccountName: 'fraud-server',
 * });
 * registry.grants.read(server, 'fraud-detection');
 * ```
 */
export class WorkloadRole extends Construct implements IWorkloadRole {
  /**
   * A role that exists. Its trust is its owner's.
   *
   * @param scope where it is referred to. Below an `AwsStack` if grants on imported resources are to give it rights
   * @param id id in that scope
   * @param roleArn ARN of the role
   * @param options the ServiceAccount that it trusts
   * @throws if it is no ARN of a role
   */
  public static fromRoleArn(scope: Construct, id: string, roleArn: string, options: WorkloadRoleImportOptions): IWorkloadRole {
    const problems = new InputProblems();
    const match = /^arn:aws(?:-cn|-us-gov)?:iam::\d{12}:role\/(?:[\w+=,.@/-]+\/)?([\w+=,.@-]{1,64})$/.exec(roleArn);
    if (!match) {
      problems.add('cloud/malformed-role-arn', `'roleArn' must look like 'arn:aws:iam::<account>:role/<name>', got '${roleArn}'`);
    }
    requireServiceAccountName(options.serviceAccountName, problems);
    problems.throwAt(scope, id);
    return new ImportedWorkloadRole(scope, id, roleArn, match![1], options);
  }

  public readonly roleName: string;
  public readonly roleArn: string;
  public readonly serviceAccountName: string;
  public readonly serviceAccountAnnotations: { [key: string]: string };
  /** Namespace of the workload. */
  public readonly namespace: string;

  public constructor(scope: Construct, id: string, props: WorkloadRoleProps) {
    super(scope, id);
    const problems = new InputProblems();
    requireRoleName(props.roleName, problems);
    requireNamespace(props.namespace, problems);
    requireServiceAccountName(props.serviceAccountName, problems);
    const location = locationOf(this, 'WorkloadRole', problems);
    problems.throwAt(scope, id);
    this.roleName = props.roleName;
    this.roleArn = iamArn(location!, `role/${props.roleName}`);
    this.namespace = props.namespace;
    this.serviceAccountName = props.serviceAccountName;
    this.serviceAccountAnnotations = props.identity._associatedCluster === undefined ? annotationOf(this.roleArn) : {};
    this.declare(props, location!);
  }

  private declare(props: WorkloadRoleProps, location: Location): void {
    const role = new (aws('iam-role').IamRole)(this, 'Resource', {
      name: props.roleName,
      description: `${props.namespace}/${props.serviceAccountName}`,
      assumeRolePolicy: policyDocument([props.identity._trust(props, location)]),
      permissionsBoundary: props.permissionsBoundaryArn,
    });
    const clusterName = props.identity._associatedCluster;
    if (clusterName !== undefined) {
      new (aws('eks-pod-identity-association').EksPodIdentityAssociation)(this, 'Association', {
        clusterName,
        namespace: props.namespace,
        serviceAccount: props.serviceAccountName,
        roleArn: role.arn,
      });
    }
  }
}

class ImportedWorkloadRole extends Construct implements IWorkloadRole {
  public readonly serviceAccountName: string;
  public readonly serviceAccountAnnotations: { [key: string]: string };

  public constructor(
    scope: Construct, id: string, public readonly roleArn: string, public readonly roleName: string, options: WorkloadRoleImportOptions,
  ) {
    super(scope, id);
    this.serviceAccountName = options.serviceAccountName;
    this.serviceAccountAnnotations = options.podIdentity ? {} : annotationOf(roleArn);
  }
}

function annotationOf(roleArn: string): { [key: string]: string } {
  return { 'eks.amazonaws.com/role-arn': roleArn };
}

function requireRoleName(name: string, problems: InputProblems): void {
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
    problems.add('cloud/malformed-role-name', `'roleName' must be 1 to 64 letters, digits and '+=,.@_-', got '${name}' (${name.length} characters)`);
  }
}

function requireNamespace(namespace: string, problems: InputProblems): void {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) {
    problems.add('cloud/malformed-namespace',
      `'namespace' must be 1 to 63 lower-case letters, digits and '-', got '${namespace}'; a role trusts one namespace, not a pattern`);
  }
}

function requireServiceAccountName(name: string, problems: InputProblems): void {
  if (name.length > 253 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)) {
    problems.add('cloud/malformed-service-account',
      `'serviceAccountName' must be 1 to 253 lower-case letters, digits, '-' and '.', got '${name}'; a role trusts one service account, not a pattern`);
  }
}
