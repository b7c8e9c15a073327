import { Duration } from 'cdk8s';
import { KserveMode } from './kserve-mode';
import { KserveStorage } from './kserve-storage';
import { NetworkPeer } from '../../core/network-peer';
import { ServedModelOptions } from '../model-serving-props';

/** What of a request a log gets. */
export enum KserveLogMode {
  /** The request and the answer. */
  ALL = 'all',
  /** The request. */
  REQUEST = 'request',
  /** The answer. */
  RESPONSE = 'response',
}

/** Where requests and answers are logged to, as CloudEvents. */
export interface KserveLogger {
  /** Address that the events are posted to, such as `http://broker.logs.svc`. */
  readonly url: string;
  /** Whom the pods have to reach for that. */
  readonly egress: NetworkPeer;
  /**
   * What is logged.
   *
   * @default KserveLogMode.ALL
   */
  readonly mode?: KserveLogMode;
}

/** How requests are put together before the server gets them. Only for servers that speak version 1 of the protocol. */
export interface KserveBatcher {
  /** Most requests in a batch. */
  readonly maxBatchSize: number;
  /** Longest time that a request waits for others. */
  readonly maxLatency: Duration;
}

/** Properties of `KserveServing`. */
export interface KserveServingProps extends ServedModelOptions {
  /** How KServe runs the model. */
  readonly mode: KserveMode;
  /**
   * Places that KServe itself fetches the model from.
   *
   * @default - what `source` says: the model is part of the image
   */
  readonly storage?: KserveStorage[];
  /**
   * Log of requests and answers.
   *
   * @default - none
   */
  readonly logger?: KserveLogger;
  /**
   * Batches of requests.
   *
   * @default - none
   */
  readonly batcher?: KserveBatcher;
  /**
   * Whether KServe makes the model reachable from outside the cluster, by its own ingress.
   *
   * @default false
   */
  readonly exposed?: boolean;
}
