/** Versions of KServe that understand something new. Each stands for those up to the next, too. */
export enum KserveVersion {
  /** 0.15, which calls the modes `RawDeployment` and `Serverless`. */
  V0_15 = '0.15',
  /** 0.16: the modes are called `Standard` and `Knative`, and a predictor may read from several places. */
  V0_16 = '0.16',
  /** 0.20: a volume may be an image (`oci+native://`). */
  V0_20 = '0.20',
}
