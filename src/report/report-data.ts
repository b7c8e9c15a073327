import { Finding } from '../core/findings';

/**
 * What `report.json` holds. Members are added over time; when one changes its meaning or goes, `schemaVersion` rises.
 */
export interface StackReportData {
  /** Version of this shape: 1. */
  readonly schemaVersion: number;
  /** Path of the stack in the tree. */
  readonly stack: string;
  /** One paragraph for somebody who reads nothing else. */
  readonly summary: string;
  /** Number of objects of each kind, such as `Deployment`. */
  readonly objects: { [kind: string]: number };
  /** Names of the objects of each kind, sorted. */
  readonly objectNames: { [kind: string]: string[] };
  /** What was found, errors first. Acknowledged findings after the open ones of their severity. */
  readonly findings: Finding[];
  /** Who talks to whom. */
  readonly traffic: ReportedTraffic[];
  /** Worst-case time of a rollback, for each model that serves. */
  readonly rollbacks: ReportedRollback[];
  /** How new versions take over, for each workload that rolls out stage by stage. */
  readonly rollouts: ReportedRollout[];
  /** What the pods ask for. */
  readonly resources: ReportedResources;
  /** Where the versions that serve come from. */
  readonly lineage: ReportedLineage[];
  /** What the stack does without, and when to add it. */
  readonly leftOut: ReportedGap[];
  /** What a reviewer should know about choices that were made. */
  readonly notes: string[];
  /** What to do next. */
  readonly nextSteps: string[];
}

/** A connection that the network policies allow. */
export interface ReportedTraffic {
  /** Who opens it. */
  readonly from: string;
  /** Who answers. */
  readonly to: string;
  /** Such as `TCP 8080`. Empty for any. */
  readonly port: string;
  /** What it is for. */
  readonly why: string;
  /**
   * `ingress` where a policy of `to` lets it in, `egress` where one of `from` lets it out. Between two parties that both have policies, both have
   * to.
   */
  readonly direction: string;
  /** Whom `from` stands for. */
  readonly caller: ReportedParty;
  /** Whom `to` stands for. */
  readonly answerer: ReportedParty;
}

/** Whom a name in the graph stands for: pods, or addresses. */
export interface ReportedParty {
  /**
   * Namespace of the pods.
   *
   * @default - pods of the namespace that the manifests are applied to, or addresses
   */
  readonly namespace?: string;
  /**
   * Labels of the pods. None stand for every pod of the namespace.
   *
   * @default - the party is no pods
   */
  readonly podLabels?: { [key: string]: string };
  /**
   * Addresses, such as `10.20.0.0/16`.
   *
   * @default - the party is pods
   */
  readonly cidrs?: string[];
}

/** Worst-case time of a rollback, term by term. */
export interface ReportedRollback {
  /** Path of what rolls back. */
  readonly path: string;
  /** What takes the time. */
  readonly terms: ReportedTerm[];
  /** Sum of the terms, in seconds. */
  readonly totalSeconds: number;
  /**
   * What the sum must stay below, in seconds.
   *
   * @default - no objective was given
   */
  readonly objectiveSeconds?: number;
  /** How to go back, in the order in which to try. */
  readonly calls: ReportedCall[];
}

/** One way back to the version before. */
export interface ReportedCall {
  /** When it is the right one. */
  readonly when: string;
  /** What is typed. */
  readonly command: string;
  /** What it does, and what it leaves to do. */
  readonly effect: string;
}

/** One term of a rollback. */
export interface ReportedTerm {
  /** What takes the time. */
  readonly term: string;
  /** How long it may take, in seconds. */
  readonly seconds: number;
  /** Where the number comes from. */
  readonly why: string;
}

/** How a new version takes over, stage by stage. */
export interface ReportedRollout {
  /** Path of what rolls out. */
  readonly path: string;
  /** What shares requests out between the versions, such as `Istio`. */
  readonly router: string;
  /** Stages, in their order. */
  readonly stages: ReportedStage[];
  /** Sum of the stages, in seconds. */
  readonly totalSeconds: number;
  /** What must hold, by name of the guardrail. */
  readonly conditions: { [guardrail: string]: string };
  /** Guardrails that are measured from the first stage to the last without a break. */
  readonly background: string[];
  /** Guardrails that are measured, while a breach changes nothing. */
  readonly dryRun: string[];
}

/** One stage of a rollout. */
export interface ReportedStage {
  /** Share of the requests that the new version gets, in percent. */
  readonly weight: number;
  /** When it starts, in seconds from the start of the first one. */
  readonly startSeconds: number;
  /** How long it lasts, in seconds. */
  readonly seconds: number;
  /** Time from its start to the first measurement, in seconds. */
  readonly firstMeasurementSeconds: number;
  /** Guardrails that it measures. */
  readonly guardrails: string[];
}

/** What the pods of a stack ask for. */
export interface ReportedResources {
  /** Workload by workload. */
  readonly workloads: ReportedWorkload[];
  /** All servers at their smallest number of pods. */
  readonly atLeast: ReportedAmount;
  /** All servers at their largest number of pods, and one run of each task. */
  readonly atMost: ReportedAmount;
  /** The same while new versions of all servers roll out, when old and new pods run side by side. */
  readonly duringRoll: ReportedAmount;
}

/** One workload and what it asks for. */
export interface ReportedWorkload {
  /** Kind and name, such as `Deployment fraud`. */
  readonly workload: string;
  /**
   * Smallest number of pods. 0 for what runs now and then.
   *
   * @default - the manifest does not say
   */
  readonly minPods?: number;
  /**
   * Largest number of pods.
   *
   * @default - the manifest does not say, and the sums leave the workload out
   */
  readonly maxPods?: number;
  /**
   * Largest number of pods while a new version rolls out.
   *
   * @default - the manifest does not say
   */
  readonly rollPods?: number;
  /** What one pod asks for. */
  readonly eachPod: ReportedAmount;
}

/** An amount of resources. */
export interface ReportedAmount {
  /** Requested processors, in cores. */
  readonly cpuRequest: number;
  /** Requested memory, in bytes. */
  readonly memoryRequest: number;
  /**
   * Limit of processors, in cores.
   *
   * @default - at least one container has none
   */
  readonly cpuLimit?: number;
  /**
   * Limit of memory, in bytes.
   *
   * @default - at least one container has none
   */
  readonly memoryLimit?: number;
  /** GPUs. */
  readonly gpus: number;
}

/** Where a version comes from. */
export interface ReportedLineage {
  /** Name of the model. */
  readonly model: string;
  /** Version in the registry. */
  readonly version: string;
  /** SHA-256 of the artifact. */
  readonly artifactSha256: string;
  /**
   * Digest of the image that the artifact is baked into.
   *
   * @default - the artifact is not baked into an image
   */
  readonly imageDigest?: string;
  /** Git commit of the training code. */
  readonly gitCommit: string;
  /** Store, address and revision of the data, such as `s3 s3://data/fraud 3HL4kqt`. */
  readonly dataSnapshot: string;
  /** Person or pipeline that trained it. */
  readonly trainedBy: string;
  /**
   * Person who approved it.
   *
   * @default - nobody had to
   */
  readonly approvedBy?: string;
  /** Verdict of the gate. */
  readonly gateResult: string;
  /**
   * Version that was live before.
   *
   * @default - this is the first release
   */
  readonly previousVersion?: string;
  /**
   * Whether its answers are thrown away.
   *
   * @default - it serves
   */
  readonly isShadow?: boolean;
}

/** A piece that a stack does without. */
export interface ReportedGap {
  /** What is left out. */
  readonly piece: string;
  /** When to add it. */
  readonly addWhen: string;
}
