import { InputError } from '../private/input-error';
import { iamArn, Location, regionalArn } from './private/location';
import { Statement } from './private/policy';

/** @internal */
export interface _ServiceAccount {
  readonly namespace: string;
  readonly serviceAccountName: string;
}

/** How a cluster of EKS vouches for its workloads. */
export class ClusterIdentity {
  /**
   * EKS Pod Identity: the cluster associates a service account with a role. Needs the Pod Identity agent of EKS; not on Fargate. The
   * service account carries no annotation.
   *
   * @param clusterName name of the EKS cluster, in the account and region of the stack
   * @throws if the name is none of EKS
   * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
   */
  public static podIdentity(clusterName: string): ClusterIdentity {
    if (!/^[0-9A-Za-z][-_0-9A-Za-z]{0,99}$/.test(clusterName)) {
      throw new InputError('cloud/malformed-cluster-name',
        `'clusterName' must be at most 100 letters, digits, '-' and '_', starting with a letter or digit, got '${clusterName}'`);
    }
    return new ClusterIdentity(clusterName, undefined);
  }

  /**
   * IAM roles for service accounts: the cluster signs tokens that IAM checks against its OpenID Connect provider, which must exist in the
   * account. The service account carries the ARN of the role.
   *
   * @param issuerUrl issuer of the cluster, such as `https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`
   * @throws if it is no `https://` address, or one with a port, a query or a fragment
   * @see https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
   */
  public static irsa(issuerUrl: string): ClusterIdentity {
    if (!/^https:\/\/[a-z0-9.-]+(\/[\w./-]*\w)?$/.test(issuerUrl)) {
      throw new InputError('cloud/malformed-issuer-url',
        `'issuerUrl' must look like 'https://oidc.eks.<region>.amazonaws.com/id/<id>', got '${issuerUrl}'; aws eks describe-cluster --query cluster.identity.oidc.issuer prints it`);
    }
    return new ClusterIdentity(undefined, issuerUrl.replace('https://', ''));
  }

  private constructor(
    /** Name of the cluster, for Pod Identity. */
    private readonly clusterName: string | undefined,
    /** Issuer without its scheme, for IRSA. */
    private readonly issuer: string | undefined,
  ) {}

  /**
   * The cluster to make an association in, if that is how it vouches.
   *
   * @internal
   */
  public get _associatedCluster(): string | undefined {
    return this.clusterName;
  }

  /**
   * Who may take the role: one service account of one cluster.
   *
   * @internal
   */
  public _trust(account: _ServiceAccount, location: Location): Statement {
    return this.clusterName === undefined
      ? trustToken(this.issuer!, account, location)
      : trustAssociation(this.clusterName, account, location);
  }
}

function trustAssociation(clusterName: string, account: _ServiceAccount, location: Location): Statement {
  return {
    Sid: 'PodIdentity',
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: {
      StringEquals: {
        'aws:RequestTag/kubernetes-namespace': account.namespace,
        'aws:RequestTag/kubernetes-service-account': account.serviceAccountName,
        'aws:RequestTag/eks-cluster-arn': regionalArn(location, 'eks', `cluster/${clusterName}`),
      },
    },
  };
}

function trustToken(issuer: string, account: _ServiceAccount, location: Location): Statement {
  return {
    Sid: 'ServiceAccountToken',
    Effect: 'Allow',
    Principal: { Federated: iamArn(location, `oidc-provider/${issuer}`) },
    Action: ['sts:AssumeRoleWithWebIdentity'],
    Condition: {
      StringEquals: {
        [`${issuer}:sub`]: `system:serviceaccount:${account.namespace}:${account.serviceAccountName}`,
        [`${issuer}:aud`]: 'sts.amazonaws.com',
      },
    },
  };
}
