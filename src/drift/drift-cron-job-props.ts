import { Duration } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-28';
import { DriftMethod, FeatureType } from './drift-method';
import { DriftReference } from './drift-reference';
import { IDriftResponse } from './response';
import { NetworkPeer } from '../core/network-peer';
import { Owner } from '../core/owner';
import { PlatformProfile } from '../core/platform-profile';
import { RuntimeImage } from '../core/runtime-image';
import { SecretRef } from '../core/secret-ref';
import { IWorkloadIdentity } from '../serving/serving';

/** A feature, or the answer, that is compared. */
export interface DriftColumn {
  /** Name of the column. */
  readonly name: string;
  /** What its values are. */
  readonly type: FeatureType;
  /**
   * How it is compared.
   *
   * @default DriftMethod.psi()
   */
  readonly method?: DriftMethod;
}

/** The model's own answers, over a window of their own. */
export interface DriftOfAnswers {
  /** The column of the answer. */
  readonly column: DriftColumn;
  /**
   * The answers of the training.
   *
   * @default - the reference of the features has them, in a column of the same name
   */
  readonly reference?: DriftReference;
  /**
   * How far back answers count.
   *
   * @default Duration.hours(6)
   */
  readonly window?: Duration;
}

/** What only its user knows about a drift check. */
export interface DriftCheckOptions {
  /** Features that are compared. At least one. */
  readonly features: DriftColumn[];
  /** Address of the Pushgateway that takes the numbers, such as `http://pushgateway.monitoring.svc:9091`. Prometheus must scrape it with `honorLabels: true`. */
  readonly pushgatewayUrl: string;
  /** Who answers there. */
  readonly pushgatewayAt: NetworkPeer;
  /**
   * The model's own answers.
   *
   * @default - only features are compared
   */
  readonly answers?: DriftOfAnswers;
  /**
   * When it runs: five fields, minutes first.
   *
   * @default - every hour, on the hour
   */
  readonly schedule?: string;
  /**
   * How far back requests count.
   *
   * @default Duration.days(1)
   */
  readonly window?: Duration;
  /**
   * Requests below which nothing is judged.
   *
   * @default 10000
   */
  readonly minimumSamples?: number;
  /**
   * Requests above which a random sample of this size is judged.
   *
   * @default 1000000
   */
  readonly sampleCap?: number;
  /**
   * The model has drifted if more than this share of its features has.
   *
   * @default 0.3
   */
  readonly driftShare?: number;
  /**
   * A feature has lost values if its share of missing ones rose by more than this.
   *
   * @default 0.1
   */
  readonly missingShare?: number;
  /**
   * Identity that may read the log and the references (`RegistryGrants.detectDrift()`).
   *
   * @default - none: variables and secrets decide
   */
  readonly identity?: IWorkloadIdentity;
  /**
   * What a check may use.
   *
   * @default - one CPU and 2 GiB
   */
  readonly resources?: ContainerResources;
  /**
   * How long a check may take.
   *
   * @default Duration.minutes(45)
   */
  readonly deadline?: Duration;
  /**
   * Age of the last check that ended well from which somebody is told. Longer than the time between two checks.
   *
   * @default - one check may be missed: two times the longest time between two checks, ten minutes that a check may start late, and `deadline`;
   * 2 hours 55 minutes at the default schedule
   */
  readonly staleAfter?: Duration;
  /**
   * Who answers for the API server: drift is an event of the CronJob then, with the share and the worst features. An event that cannot be written is
   * said in the log, and hides nothing.
   *
   * @default - no event is written, and checks reach no API server
   */
  readonly apiServer?: NetworkPeer;
}

/** Properties of `DriftCronJob`. */
export interface DriftCronJobProps extends DriftCheckOptions {
  /** Name of the model. */
  readonly modelName: string;
  /** Who answers. */
  readonly owner: Owner;
  /** What requests are compared with: `DriftReference.ofChampion()`, wherever trainings are registered. */
  readonly reference: DriftReference;
  /** What follows when the model has drifted. */
  readonly response: IDriftResponse;
  /** Images of the runtime. The full one is used. */
  readonly runtime: RuntimeImage;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
  /**
   * Folder of the predictions log, such as `s3://acme-registry/predictions-log/fraud/`: Parquet, CSV or JSON lines with a row per request and a
   * column `timestamp`, as `PredictionLog` writes it. Requests that another version answered do not count: see `reference`.
   */
  readonly predictionsLog: string;
  /**
   * Folder of the reports, such as `s3://acme-registry/reports/fraud/`: a page with Evidently's pictures, and the numbers as JSON.
   *
   * @default - no report is written
   */
  readonly reports?: string;
  /**
   * Who answers for the bucket.
   *
   * @default - any address on port 443, as S3 has no fixed one. The report says so
   */
  readonly bucketAt?: NetworkPeer;
  /**
   * What the bucket asks of the environment, such as `registry.environment` of a registry in it. The registry of `reference` brings its own.
   *
   * @default - none
   */
  readonly env?: { [name: string]: string };
  /**
   * Variables whose values are secrets, such as `registry.secretEnvironment`.
   *
   * @default - none
   */
  readonly secrets?: { [name: string]: SecretRef };
}
