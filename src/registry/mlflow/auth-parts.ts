import { MlflowDatabase } from './mlflow-database';
import { ImageRef } from '../../core/image-ref';
import { NetworkPeer } from '../../core/network-peer';
import { ContainerParts } from '../../core/pods/restricted-pod';
import { SecretKey, SecretRef } from '../../core/secret-ref';

/** Port of the server, and of whatever stands in front of it. */
export const PORT = 5000;

/** What a way to log in has to know of the server. */
export interface AuthContext {
  readonly image: ImageRef;
  readonly database: MlflowDatabase;
  /** Address of the database where it is a file. */
  readonly fileUri: string;
}

/** What a way to log in adds to the server. */
export interface AuthParts {
  readonly args?: string[];
  readonly env?: any[];
  readonly mounts?: any[];
  readonly volumes?: any[];
  /** Before the server, and before the migration where it concerns the database. */
  readonly initContainers?: ContainerParts[];
  /** Beside the migration of the server's own tables. */
  readonly migration?: { readonly args: string[] };
  /** In front of the server, which then listens to it only. */
  readonly proxy?: ContainerParts;
  readonly publicHosts?: string[];
  readonly egress?: NetworkPeer[];
  /** How Prometheus logs in. */
  readonly scrapeLogin?: { readonly username: SecretKey; readonly password: SecretKey };
  /** How workloads log in. */
  readonly clientSecrets?: { [name: string]: SecretRef };
  readonly notes?: string[];
}
