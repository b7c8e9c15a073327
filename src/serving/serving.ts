import { IConstruct } from 'constructs';
import { ModelRelease } from '../core/model-release';
import { Owner } from '../core/owner';
import { ServingMetrics } from '../core/serving-metrics';
import { IRollout } from '../rollout/rollout';

/** A port of a pod that Prometheus scrapes. */
export interface ScrapeEndpoint {
  /** Name of the container port. */
  readonly portName: string;
  /** Path, such as `/metrics`. */
  readonly path: string;
}

/** A model that answers. */
export interface IModelServing extends IConstruct {
  /**
   * Name under which it is watched: label `cdk8s_mlops_io_model` of every series. That of the model in the registry, unless several versions of a
   * model answer side by side.
   */
  readonly modelName: string;
  /** Name of the Service that clients call. */
  readonly serviceName: string;
  /** Port of that Service. */
  readonly servicePort: number;
  /** Namespace that the model runs in. Empty for the namespace that the manifests are applied to. */
  readonly servingNamespace: string;
  /** Labels that select the pods. */
  readonly podLabels: { [key: string]: string };
  /**
   * Label of the pods that tells versions apart, by which guardrails select.
   *
   * @default rollouts-pod-template-hash
   */
  readonly versionLabel?: string;
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
  /**
   * What lets new versions take over stage by stage.
   *
   * @default - nothing does
   */
  readonly rollout?: IRollout;
  /**
   * Whether its answers are thrown away: its alerts wake nobody up.
   *
   * @default false
   */
  readonly isShadow?: boolean;
}

/** The identity of a workload towards a cloud. */
export interface IWorkloadIdentity {
  /** Name of the ServiceAccount that pods run as. */
  readonly serviceAccountName: string;
  /** Annotations that the ServiceAccount needs. */
  readonly serviceAccountAnnotations: { [key: string]: string };
}
