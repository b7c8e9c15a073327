/** Which service mesh the pods join. */
export class MeshMode {
  /** No mesh. */
  public static none(): MeshMode {
    return new MeshMode('none', true);
  }

  private constructor(
    /** `none`, `istio-sidecar` or `istio-ambient`. */
    public readonly mode: string,
    /** Whether pods can join it without elevated rights: a sidecar needs Istio's CNI plugin for that. */
    public readonly fitsRestrictedPods: boolean,
  ) {}
}
