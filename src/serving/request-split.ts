import { Construct } from 'constructs';

/** One of several workloads that requests are split between for longer than a rollout. */
export interface SplitVariant {
  /** Name of the variant: value of the header or of the cookie. */
  readonly variantName: string;
  /** Service of its pods. */
  readonly serviceName: string;
  /** Port of that Service. */
  readonly port: number;
  /** Labels that select its pods. */
  readonly podLabels: { [key: string]: string };
  /** Share of those who have no variant yet, in whole percent. */
  readonly percent: number;
}

/** Requests, by who sends them. */
export interface RequestSplit {
  /** The variants. Whoever belongs to none gets the first one. */
  readonly variants: SplitVariant[];
  /** Header whose value names the variant, or cookie that remembers it. */
  readonly key: string;
  /** Seconds for which a cookie remembers a variant. Zero where a header names it. */
  readonly remembersFor: number;
}

/** Splits requests between workloads that are no versions of a rollout. */
export interface IRequestSplitter {
  /** Whether it can remember by a cookie who got which variant. */
  readonly canRemember: boolean;

  /**
   * Declare routes.
   *
   * @param scope where objects are declared
   * @param split who gets what
   */
  split(scope: Construct, split: RequestSplit): void;
}
