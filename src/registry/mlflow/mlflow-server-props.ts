import { Duration } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-28';
import { MlflowArtifacts } from './mlflow-artifacts';
import { MlflowAuth } from './mlflow-auth';
import { MlflowDatabase } from './mlflow-database';
import { ImageRef } from '../../core/image-ref';
import { NetworkPeer } from '../../core/network-peer';
import { Owner } from '../../core/owner';
import { PlatformProfile } from '../../core/platform-profile';
import { SecretRef } from '../../core/secret-ref';
import { IWorkloadIdentity } from '../../serving/serving';

/** What deletes for good what people deleted. */
export interface MlflowGarbageCollection {
  /**
   * When it runs: five fields, minutes first.
   *
   * @default - Sundays at 03:17
   */
  readonly schedule?: string;
  /**
   * Time zone of the schedule.
   *
   * @default Etc/UTC
   */
  readonly timeZone?: string;
  /**
   * How long what was deleted can be brought back.
   *
   * @default Duration.days(30)
   */
  readonly olderThan?: Duration;
  /**
   * Identity that may delete artifacts (`RegistryGrants.collectMlflowGarbage()`): not that of the server, which may delete nothing.
   *
   * @default - none: the keys of the artifacts decide
   */
  readonly identity?: IWorkloadIdentity;
}

/** What only its user knows about an MLflow server. */
export interface MlflowServerOptions {
  /** MLflow 3.17 or newer with drivers and clients: the image `ghcr.io/mlflow/mlflow:v<version>-full`, by digest. */
  readonly image: ImageRef;
  /** Where experiments, runs, versions and aliases are. */
  readonly database: MlflowDatabase;
  /** Who is let in. */
  readonly auth: MlflowAuth;
  /**
   * Identity that may read and write artifacts (`RegistryGrants.mlflow()`).
   *
   * @default - none: the keys of the artifacts decide
   */
  readonly identity?: IWorkloadIdentity;
  /**
   * Whether and when what people deleted is deleted for good. Not with SQLite.
   *
   * @default - what was deleted stays
   */
  readonly garbageCollection?: MlflowGarbageCollection;
  /**
   * Name of the Service: the host that clients call.
   *
   * @default mlflow
   */
  readonly serviceName?: string;
  /**
   * Number of pods.
   *
   * @default - 2, and 1 with SQLite
   */
  readonly replicas?: number;
  /**
   * Processes of a pod that answer.
   *
   * @default 2
   */
  readonly workers?: number;
  /**
   * What the server may use.
   *
   * @default - half a CPU; memory by the number of workers, 384 MiB each and as much for the parent
   */
  readonly resources?: ContainerResources;
  /**
   * Names by which people reach it from outside, through a gateway with TLS: `mlflow.example.com`.
   *
   * @default - it is called inside the cluster only
   */
  readonly hosts?: string[];
  /**
   * Networks of the pods (IPv4, `<address>/<length>`): probes and Prometheus call by address.
   *
   * @default - the private networks 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16
   */
  readonly podNetworks?: string[];
  /**
   * Who may call it.
   *
   * @default - pods of the same namespace
   */
  readonly callers?: NetworkPeer[];
  /**
   * Further arguments of `mlflow server`, such as `--static-prefix=/mlflow`. They come last, so they win.
   *
   * @default - none
   */
  readonly extraArgs?: string[];
  /**
   * Further variables of the server.
   *
   * @default - none
   */
  readonly env?: { [name: string]: string };
  /**
   * Further variables whose values are secrets.
   *
   * @default - none
   */
  readonly secrets?: { [name: string]: SecretRef };
}

/** Properties of `MlflowServer`. */
export interface MlflowServerProps extends MlflowServerOptions {
  /** Where artifacts are. */
  readonly artifacts: MlflowArtifacts;
  /** Who answers when it fails. */
  readonly owner: Owner;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
}
