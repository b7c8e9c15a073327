import { ContainerResources } from 'cdk8s-plus-28';
import { NetworkPeer } from '../core/network-peer';
import { RuntimeImage } from '../core/runtime-image';
import { SecretRef } from '../core/secret-ref';
import { IWorkloadIdentity } from '../serving/serving';

/**
 * How the answers themselves are compared, request by request: both models log what they answer, and a job joins the logs by the id of the request.
 *
 * `PredictionLog` writes such logs. A shadow may call nobody else, so its `bucketAt` has to name addresses. Latencies are compared where the column
 * `latency_seconds` is logged.
 */
export interface AgreementOptions {
  /** Images of the runtime. The full one is used. */
  readonly image: RuntimeImage;
  /** Folder of the predictions that the live model logs, such as `s3://bucket/predictions-log/fraud-detection`: JSON lines. */
  readonly liveLog: string;
  /** Folder of the predictions that the shadow logs. */
  readonly shadowLog: string;
  /** CPU and memory of the job. */
  readonly resources: ContainerResources;
  /**
   * Field of a record that is the same for a request and its copy.
   *
   * @default request_id
   */
  readonly requestIdField?: string;
  /**
   * Field of a record that holds the answer. A path with dots leads into objects.
   *
   * @default prediction
   */
  readonly predictionField?: string;
  /**
   * Share of the requests whose answers must agree, between 0 and 1.
   *
   * @default 0.99
   */
  readonly atLeast?: number;
  /**
   * Largest difference of two numbers that agree. Zero asks for equal answers.
   *
   * @default 0
   */
  readonly tolerance?: number;
  /**
   * Requests that both must have answered in a day for a verdict.
   *
   * @default 1000
   */
  readonly minimumPairs?: number;
  /**
   * When it runs, as cron reads it, in UTC. It compares the day before.
   *
   * @default - once a day, at `17 5 * * *`
   */
  readonly schedule?: string;
  /**
   * Folder of the results, one as JSON and one as Markdown for each day, such as `s3://bucket/reports/shadow/fraud-detection`.
   *
   * @default - the log of the job has them
   */
  readonly reports?: string;
  /**
   * Address of the Pushgateway that takes the numbers, such as `http://pushgateway.monitoring.svc:9091`. Prometheus must scrape it with
   * `honorLabels: true`. The comparison template asks for the agreement then, too, so that a gate knows all of it.
   *
   * @default - none, and whoever wants to know looks at the job
   */
  readonly pushgatewayUrl?: string;
  /**
   * Who answers there.
   *
   * @default - nobody, which is refused where there is a `pushgatewayUrl`
   */
  readonly pushgatewayAt?: NetworkPeer;
  /**
   * Who answers for the folders.
   *
   * @default - any address on port 443, as S3 has no fixed one. The report says so
   */
  readonly bucketAt?: NetworkPeer;
  /**
   * Identity that may read both folders, and write reports.
   *
   * @default - none: variables and secrets decide
   */
  readonly identity?: IWorkloadIdentity;
  /**
   * Environment of the job, such as the address of the object storage.
   *
   * @default - nothing but the version of this library
   */
  readonly env?: { [name: string]: string };
  /**
   * Variables whose values are secrets.
   *
   * @default - none
   */
  readonly secrets?: { [name: string]: SecretRef };
}
