import { Construct } from 'constructs';
import { InputError } from '../../private/input-error';
import { IWorkloadRole } from '../role';
import { terraformStackOf } from './location';
import { waitFor } from './order';
import { aws } from './packages';

/** One statement, in IAM's own words. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string[];
  readonly Resource?: string[];
  readonly Condition?: { [operator: string]: { [key: string]: string | string[] } };
}

export function policyDocument(statements: Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** The actions of an upload, its parts included. */
export const UPLOAD = ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];

export function allow(sid: string, actions: string[], resources: string[], condition?: Statement['Condition']): Statement {
  return { Sid: sid, Effect: 'Allow', Action: actions, Resource: resources, ...(condition ? { Condition: condition } : {}) };
}

/** What a role is given, and on what. */
export interface Permission {
  /** Unique among the permissions on one resource; becomes part of the policy's name. */
  readonly name: string;
  readonly role: IWorkloadRole;
  readonly statements: Statement[];
}

/**
 * Attaches a policy to a role. It stands with the resource, whose key is a reference inside its own stack, and names the role by a plain
 * string; where the resource is an import outside every stack, it stands with the role. Giving the same twice is giving it once.
 */
export function attach(resource: Construct, resourceName: string, permission: Permission): void {
  const { role } = permission;
  const scope = [resource, role as Construct].find((candidate) => terraformStackOf(candidate));
  if (!scope) {
    throw new InputError('cloud/grant-outside-stack',
      `neither '${resource.node.path}' nor the role '${role.node.path}' stands below an AwsStack, so no policy can be made; put one of the two into an AwsStack`);
  }
  const id = `${resourceName}.${permission.name}.${role.roleName}`;
  if (scope.node.tryFindChild(id)) {return;}
  new (aws('iam-role-policy').IamRolePolicy)(scope, id, {
    name: `${resourceName}.${permission.name}`,
    role: role.roleName,
    policy: policyDocument(permission.statements),
    dependsOn: waitFor(scope, role, 'Resource'),
  });
}
