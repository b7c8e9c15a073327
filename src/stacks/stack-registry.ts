import { Construct } from 'constructs';
import { BoundRegistry, StackRegistryContext } from './bound-registry';
import { NetworkPeer } from '../core/network-peer';
import { RegistryLayout } from '../core/registry-layout';
import { MlflowArtifacts } from '../registry/mlflow/mlflow-artifacts';
import { MlflowServer } from '../registry/mlflow/mlflow-server';
import { MlflowServerOptions } from '../registry/mlflow/mlflow-server-props';
import { IModelRegistry } from '../registry/model-registry';
import { ModelRegistry } from '../registry/registry';

/** Where the versions of a stack live: the menu. */
export class StackRegistry {
  /** In the storage of the stack itself: a folder with a manifest. The smallest registry, and enough until several people train every week. */
  public static storage(): StackRegistry {
    return new StackRegistry((_scope, { storage }) => ({ registry: ModelRegistry.fromS3Uri(storage.uri, storage), peers: [] }));
  }

  /**
   * A registry that exists, such as `ModelRegistry.fromMlflowUrl()`.
   *
   * @param registry the registry
   * @param reachedAt who answers there
   */
  public static existing(registry: IModelRegistry, reachedAt: NetworkPeer): StackRegistry {
    return new StackRegistry(() => ({ registry, peers: [reachedAt] }));
  }

  /**
   * An MLflow server beside the model, which keeps its artifacts in the storage of the stack.
   *
   * @param options image, database, who is let in
   */
  public static mlflowServer(options: MlflowServerOptions): StackRegistry {
    return new StackRegistry((scope, { storage, storagePeer, owner, platform }) => {
      const { uri, region, endpointUrl, accessKeyId, secretAccessKey } = storage;
      const server = new MlflowServer(scope, 'Mlflow', {
        ...options,
        artifacts: MlflowArtifacts.s3(`${uri.replace(/\/$/, '')}/${RegistryLayout.MLFLOW}`, {
          region, endpointUrl, accessKeyId, secretAccessKey, reachedAt: storagePeer,
        }),
        owner,
        platform,
      });
      return { registry: server, peers: [server.peer], server };
    });
  }

  private constructor(private readonly place: (scope: Construct, context: StackRegistryContext) => BoundRegistry) {}

  /**
   * Declare what is needed.
   *
   * @internal
   */
  public _bind(scope: Construct, context: StackRegistryContext): BoundRegistry {
    return this.place(scope, context);
  }
}
