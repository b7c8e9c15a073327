import { StackStorage } from './stack-storage';
import { NetworkPeer } from '../core/network-peer';
import { Owner } from '../core/owner';
import { PlatformProfile } from '../core/platform-profile';
import { MlflowServer } from '../registry/mlflow/mlflow-server';
import { IModelRegistry } from '../registry/model-registry';

/** What a registry has to know of its stack. */
export interface StackRegistryContext {
  readonly storage: StackStorage;
  readonly storagePeer: NetworkPeer;
  readonly owner: Owner;
  readonly platform: PlatformProfile;
}

/** A registry in its place. */
export interface BoundRegistry {
  readonly registry: IModelRegistry;
  /** Whom its clients reach, beside the storage. */
  readonly peers: NetworkPeer[];
  readonly server?: MlflowServer;
}
