import { DataSnapshot } from './data-snapshot';

/**
 * What is live: the join between registry, cluster and history. `promote` writes it to `releases/<model>.json`, and the git log of that
 * file says what was live when. A pod template carries its version and hash.
 */
export interface ModelRelease {
  /** Name of the model in the registry. */
  readonly model: string;
  /** Version in the registry. At most 63 letters, digits, `-`, `_` and `.`, as it becomes a label. */
  readonly version: string;
  /** SHA-256 of the artifact, 64 hex digits. Checked before a server may start. */
  readonly artifactSha256: string;
  /**
   * Signature of the artifact in base64, as `cosign sign-blob --key` makes it. Checked where `ModelSource.loadedFrom()` has a `verifyKey`.
   *
   * @default - nobody signed it
   */
  readonly artifactSignature?: string;
  /**
   * Digest of the image that the artifact is baked into.
   *
   * @default - the artifact is not baked into an image
   */
  readonly imageDigest?: string;
  /** Git commit of the training code. */
  readonly gitCommit: string;
  /** Data that the version was trained on. */
  readonly dataSnapshot: DataSnapshot;
  /** Person or pipeline that trained it. */
  readonly trainedBy: string;
  /**
   * Person who approved the release.
   *
   * @default - nobody had to
   */
  readonly approvedBy?: string;
  /** Hyperparameters of the training. */
  readonly parameters: { [name: string]: string };
  /** Numbers that the evaluation measured. */
  readonly metrics: { [name: string]: number };
  /** Verdict of the gate, such as `passed`. */
  readonly gateResult: string;
  /**
   * SHA-256 of the feature schema that the version was trained with.
   *
   * @default - no schema is known
   */
  readonly featureSchemaSha256?: string;
  /**
   * SHA-256 of the description of the architecture, without weights. Another one needs a person's approval.
   *
   * @default - the training did not describe it
   */
  readonly architectureSha256?: string;
  /**
   * SHA-256 of what drift of this version is measured against: rows that it was trained on.
   *
   * @default - the training wrote none
   */
  readonly referenceSha256?: string;
  /**
   * Version that was live before.
   *
   * @default - this is the first release
   */
  readonly previousVersion?: string;
}
