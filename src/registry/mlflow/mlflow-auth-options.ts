import { ContainerResources } from 'cdk8s-plus-28';
import { ImageRef } from '../../core/image-ref';
import { NetworkPeer } from '../../core/network-peer';
import { SecretRef } from '../../core/secret-ref';

/** What somebody may do who was given nothing by name, in MLflow's own words. */
export enum MlflowPermission {
  /** Nothing. */
  NO_PERMISSIONS = 'NO_PERMISSIONS',
  /** Read. */
  READ = 'READ',
  /** Use, without reading it all. */
  USE = 'USE',
  /** Read and write. */
  EDIT = 'EDIT',
  /** Read, write, delete, and give permissions to others. */
  MANAGE = 'MANAGE',
}

/** Options of `MlflowAuth.basic()`. */
export interface BasicMlflowAuthOptions {
  /** Name of the first user, who may do everything. Prometheus scrapes as this user. */
  readonly adminUsername: SecretRef;
  /** Password of the first user, as of the first start. Later it is changed through the API. */
  readonly adminPassword: SecretRef;
  /** Key that signs sessions: the same for all replicas. */
  readonly sessionKey: SecretRef;
  /**
   * Name that workloads log in with. Together with `clientPassword`.
   *
   * @default - the first user, who may do everything. The report says so
   */
  readonly clientUsername?: SecretRef;
  /**
   * Password that workloads log in with.
   *
   * @default - that of the first user
   */
  readonly clientPassword?: SecretRef;
  /**
   * What a user may do with experiments and models of others.
   *
   * @default MlflowPermission.READ
   */
  readonly defaultPermission?: MlflowPermission;
}

/** Options of `MlflowAuth.oidc()`. */
export interface OidcMlflowAuthOptions {
  /** The proxy: OAuth2 Proxy 7.6 or newer. */
  readonly image: ImageRef;
  /** Address of the provider, such as `https://login.example.com/realms/ml`. */
  readonly issuerUrl: string;
  /** Address that people open, such as `https://mlflow.example.com`. */
  readonly publicUrl: string;
  /** Id of the client at the provider. */
  readonly clientId: SecretRef;
  /** Secret of the client. */
  readonly clientSecret: SecretRef;
  /** Key of the cookies: 16, 24 or 32 bytes. */
  readonly cookieSecret: SecretRef;
  /**
   * Token that workloads send.
   *
   * @default - each workload brings its own in `MLFLOW_TRACKING_TOKEN`
   */
  readonly clientToken?: SecretRef;
  /**
   * Domains of the mail addresses that are let in.
   *
   * @default - everybody whom the provider knows
   */
  readonly emailDomains?: string[];
  /**
   * Groups that are let in, as the provider's claim `groups` names them.
   *
   * @default - everybody whom the provider knows
   */
  readonly allowedGroups?: string[];
  /**
   * Who answers for the provider.
   *
   * @default - any address on port 443. The report says so
   */
  readonly reachedAt?: NetworkPeer;
  /**
   * What the proxy may use.
   *
   * @default - 50m of a CPU and 64 MiB are requested, 128 MiB are the limit
   */
  readonly resources?: ContainerResources;
}
