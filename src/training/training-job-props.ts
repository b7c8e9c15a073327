import { Duration, Size } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-28';
import { TrainingProgram } from './training-program';
import { DataSnapshot } from '../core/data-snapshot';
import { Gpu } from '../core/gpu';
import { NetworkPeer } from '../core/network-peer';
import { Owner } from '../core/owner';
import { PlatformProfile } from '../core/platform-profile';
import { RuntimeImage } from '../core/runtime-image';
import { IModelRegistry } from '../registry/model-registry';
import { IWorkloadIdentity } from '../serving/serving';

/** Properties of `TrainingJob`. */
export interface TrainingJobProps {
  /** What runs. */
  readonly program: TrainingProgram;
  /** The data, as they were at one moment. */
  readonly data: DataSnapshot;
  /** Where the trained version is handed in. */
  readonly registry: IModelRegistry;
  /** Images of the runtime. The small one hands in. */
  readonly runtime: RuntimeImage;
  /** What the training may use: as much as it was measured to need. */
  readonly resources: ContainerResources;
  /** How long all of it may take, retries included. */
  readonly deadline: Duration;
  /** Who answers for it. */
  readonly owner: Owner;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
  /** Whom training and registration have to reach: the data, the registry. Everybody else is out of reach. */
  readonly egress: NetworkPeer[];
  /**
   * Devices for the training and the tests.
   *
   * @default - none
   */
  readonly gpu?: Gpu;
  /**
   * Identity that may read the data and hand in candidates (`RegistryGrants.register()`).
   *
   * @default - none: variables and secrets decide
   */
  readonly identity?: IWorkloadIdentity;
  /**
   * How often a training that failed is tried again. One whose node went away is not counted.
   *
   * @default 1
   */
  readonly retries?: number;
  /**
   * Most that data and model may take on the disk of a node.
   *
   * @default Size.gibibytes(10)
   */
  readonly workspaceSize?: Size;
}
