import { Duration, Size } from 'cdk8s';
import { ContainerResources, IServiceAccount } from 'cdk8s-plus-28';
import { Autoscaling } from './autoscaling';
import { ModelServer } from './model-server';
import { ModelSource } from './model-source';
import { PredictionExporter } from './prediction-exporter';
import { IWorkloadIdentity, ScrapeEndpoint } from './serving';
import { ISidecar } from './sidecar';
import { Gpu } from '../core/gpu';
import { ImageRef } from '../core/image-ref';
import { ModelRef } from '../core/model-ref';
import { ModelRelease } from '../core/model-release';
import { NetworkPeer } from '../core/network-peer';
import { Owner } from '../core/owner';
import { PlatformProfile } from '../core/platform-profile';
import { SecretRef } from '../core/secret-ref';
import { ServingMetrics } from '../core/serving-metrics';
import { Slo } from '../core/slo';
import { IRolloutStrategy } from '../rollout/strategy';

/** How strictly pods are spread over zones and nodes. */
export enum Spread {
  /** The scheduler tries. A small cluster still gets all pods. */
  PREFERRED = 'ScheduleAnyway',
  /** A pod that cannot be spread stays pending. */
  REQUIRED = 'DoNotSchedule',
}

/** What a model needs to be served, whoever makes its pods. */
export interface ServedModelOptions {
  /** The model, by alias. */
  readonly model: ModelRef;
  /** Image of the server. */
  readonly image: ImageRef;
  /** The program in that image: ports, paths, metrics. */
  readonly server: ModelServer;
  /** CPU and memory of the server, from a load test: requests for both and a limit for memory are required. */
  readonly resources: ContainerResources;
  /** Longest time that the server was seen to need until the model could predict. Becomes the probes. */
  readonly warmup: Duration;
  /** What is promised to callers. */
  readonly slo: Slo;
  /** Who answers when it pages. */
  readonly owner: Owner;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
  /**
   * What is live: version, hash, lineage.
   *
   * @default - read from `releases/<model>.json` in the working directory, or `releases/<model>.<alias>.json` for an alias other than `champion`
   */
  readonly release?: ModelRelease;
  /**
   * Where the server finds the artifact.
   *
   * @default ModelSource.bakedIn()
   */
  readonly source?: ModelSource;
  /**
   * GPUs for each pod.
   *
   * @default - none
   */
  readonly gpu?: Gpu;
  /**
   * Environment variables of the server, beside `MODEL_NAME`, `MODEL_VERSION`, `MODEL_SHA256` and what the source of the model sets.
   *
   * @default - nothing else
   */
  readonly env?: { [name: string]: string };
  /**
   * Environment variables of the server that are secret.
   *
   * @default - nothing
   */
  readonly secrets?: { [name: string]: SecretRef };
  /**
   * Command of the server, where its image has no entry point of its own.
   *
   * @default - the entry point of the image
   */
  readonly command?: string[];
  /**
   * Arguments of the server.
   *
   * @default - those of the image
   */
  readonly args?: string[];
  /**
   * A container that exports the distribution of inputs and outputs, for servers that do not.
   *
   * @default - whatever the server's own metrics declare
   */
  readonly predictionExporter?: PredictionExporter;
  /**
   * Containers beside the server, such as `PredictionLog`. They start before it and end after it.
   *
   * @default - none
   */
  readonly sidecars?: ISidecar[];
  /**
   * Who may call the model. The scraper of the platform profile may read metrics besides. An empty list closes the model to everybody.
   *
   * @default - every pod of the same namespace, and nobody else; behind Knative its ingress, and this has to be left out
   */
  readonly callers?: NetworkPeer[];
  /**
   * Whom the server calls, beside DNS and what its source, identity and mesh need.
   *
   * @default - nobody
   */
  readonly egress?: NetworkPeer[];
  /**
   * Longest time that a request takes. A pod that is stopped gets this long to finish its requests.
   *
   * @default Duration.seconds(30)
   */
  readonly requestTimeout?: Duration;
  /**
   * Time that pulling the image may take on a node that does not have it. A term of the rollback time.
   *
   * @default Duration.seconds(60)
   */
  readonly pullBudget?: Duration;
  /**
   * Longest time that a rollback may take. A worst case above it is a finding of severity error.
   *
   * @default Duration.minutes(10)
   */
  readonly rollbackObjective?: Duration;
  /**
   * Whether a bad answer reaches customers. `PolicyPack.adoptionOrder()`, which stacks apply, asks for a canary then.
   *
   * @default false
   */
  readonly customerFacing?: boolean;
  /**
   * Identity towards a cloud.
   *
   * @default - none
   */
  readonly identity?: IWorkloadIdentity;
  /**
   * A service account that exists.
   *
   * @default - one is made, whose token is not mounted
   */
  readonly serviceAccount?: IServiceAccount;
  /**
   * Name of the Service that clients call. KServe without stages adds `-predictor`.
   *
   * @default - the name of the model
   */
  readonly serviceName?: string;
  /**
   * Labels of the pods, beside those that say which model it is.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };
  /**
   * How strictly pods are spread over zones and nodes.
   *
   * @default Spread.PREFERRED
   */
  readonly spread?: Spread;
  /**
   * Numeric user and group that all containers of the pod run as.
   *
   * @default 65532
   */
  readonly runAsUser?: number;
  /**
   * Priority of the pods: a model that answers customers is worth more than a batch job on the same nodes.
   *
   * @default - that of the cluster's default class
   */
  readonly priorityClassName?: string;
  /**
   * Size of `/tmp`. Nothing else in the containers can be written to, beside shared memory.
   *
   * @default Size.gibibytes(1)
   */
  readonly scratchSize?: Size;
  /**
   * Size of `/dev/shm`, over which the workers of PyTorch, Triton and others pass tensors. What is written there counts as memory of the
   * server, so its limit has to be larger.
   *
   * @default - 64 MiB, as container runtimes have it
   */
  readonly sharedMemory?: Size;
}

/** What a model needs to be served by pods of our own. Shared by `ModelServing` and the stacks. */
export interface ModelServingOptions extends ServedModelOptions {
  /**
   * Labels by which Service, NetworkPolicy, PodDisruptionBudget and monitor select the pods, which get them. Those of a Deployment that serves
   * already let both answer until the Deployment is deleted. With `serviceName`, clients do not notice.
   *
   * @default - `cdk8s-mlops.io/service` with the name of the Service
   */
  readonly podSelector?: { [key: string]: string };
  /**
   * Name under which it is watched, where several versions of a model answer side by side, such as the variants of an A/B test: their numbers must
   * not mix. Lower-case letters, digits and `-`.
   *
   * @default - the name of the model, or of the Service where answers are thrown away
   */
  readonly watchedAs?: string;
  /**
   * Number of pods, where no autoscaler decides.
   *
   * @default 2
   */
  readonly replicas?: number;
  /**
   * Something that chooses the number of pods.
   *
   * @default - the number is fixed
   */
  readonly autoscaling?: Autoscaling;
}

/** Properties of `ModelServing`. */
export interface ModelServingProps extends ModelServingOptions {
  /** How a new version takes over. */
  readonly strategy: IRolloutStrategy;
}

/** What is known of a model that is served by something else. */
export interface ModelServingAttributes {
  /** Name of the model in the registry. */
  readonly modelName: string;
  /** Name of the Service that clients call. */
  readonly serviceName: string;
  /** Port of that Service. */
  readonly servicePort: number;
  /**
   * Namespace that the model runs in.
   *
   * @default - the namespace that the manifests are applied to
   */
  readonly servingNamespace?: string;
  /** Labels that select the pods. */
  readonly podLabels: { [key: string]: string };
  /** What the pods export. */
  readonly metrics: ServingMetrics;
  /** Ports of the pods that Prometheus scrapes. */
  readonly scrapeEndpoints: ScrapeEndpoint[];
  /** Who answers when it pages. */
  readonly owner: Owner;
  /**
   * What is live: version, hash, lineage. Goes onto the objects that watch the model.
   *
   * @default - not known
   */
  readonly servedRelease?: ModelRelease;
}
