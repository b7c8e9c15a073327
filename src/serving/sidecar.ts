import { ContainerProps } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ModelRelease } from '../core/model-release';
import { NetworkPeer } from '../core/network-peer';

/** A container beside the server of a model. */
export interface Sidecar {
  /** The container. It starts before the server and ends after it. */
  readonly container: ContainerProps;
  /** What the server has to know of it. */
  readonly environment: { [name: string]: string };
  /** TCP ports that it takes in the pod. */
  readonly ports: number[];
  /** Whom it calls. */
  readonly egress: NetworkPeer[];
}

/** Something that runs beside the server of a model, in each of its pods. */
export interface ISidecar {
  /**
   * Describe the container for one serving.
   *
   * @param scope where objects may be declared
   * @param release the version that is served
   */
  bind(scope: Construct, release: ModelRelease): Sidecar;
}
