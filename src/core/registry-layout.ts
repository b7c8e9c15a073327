/**
 * Folders of a registry in object storage: one writer and one lifecycle each, so that a grant is a prefix.
 *
 * Every folder ends with `/`. Trainers write candidates; promoters copy what passed the gate to production, which trainers cannot write; pods
 * load from production only. A registry that keeps to this layout can be read with `aws s3 ls`.
 */
export class RegistryLayout {
  /** Candidates of all models, written by trainers. */
  public static readonly MODELS = 'models/';
  /** Releases of all models, written by promoters and loaded by pods. */
  public static readonly PRODUCTION = 'production/';
  /** Training data without personal data. */
  public static readonly DATA = 'data/';
  /** Data that hold personal data: a folder of its own, so that nobody gets it by accident. */
  public static readonly PERSONAL_DATA = 'pii/';
  /** Reference distributions that drift is measured against, written by trainers. */
  public static readonly REFERENCE = 'reference/';
  /** Requests and answers, written by servers. */
  public static readonly PREDICTIONS_LOG = 'predictions-log/';
  /** What drift checks found, written by them: pages for people, and the numbers. */
  public static readonly REPORTS = 'reports/';
  /** Who did what: written once, never deleted. */
  public static readonly AUDIT = 'audit/';
  /** Artifacts of an MLflow server. */
  public static readonly MLFLOW = 'mlflow/';

  /**
   * All candidates of a model: what a trainer may write.
   *
   * @param model name of the model
   */
  public static candidates(model: string): string {
    return `${RegistryLayout.MODELS}${model}/candidates/`;
  }

  /**
   * One candidate.
   *
   * @param model name of the model
   * @param version version of the model
   */
  public static candidate(model: string, version: string): string {
    return `${RegistryLayout.candidates(model)}${version}/`;
  }

  /**
   * All releases of a model and its manifest: what a promoter may write.
   *
   * @param model name of the model
   */
  public static production(model: string): string {
    return `${RegistryLayout.PRODUCTION}${model}/`;
  }

  /**
   * One release: the artifact that a pod loads, and what a team keeps beside it.
   *
   * @param model name of the model
   * @param version version of the model
   */
  public static release(model: string, version: string): string {
    return `${RegistryLayout.production(model)}${version}/`;
  }

  /**
   * The one file of a release, copied from the candidate: `model.tar`, whatever the framework. Its SHA-256 is that of the release record.
   *
   * @param model name of the model
   * @param version version of the model
   */
  public static artifact(model: string, version: string): string {
    return `${RegistryLayout.release(model, version)}model.tar`;
  }

  /**
   * What a candidate was trained on, for drift checks: one file, written with the artifact.
   *
   * @param model name of the model
   * @param version version of the model
   */
  public static candidateReference(model: string, version: string): string {
    return `${RegistryLayout.candidate(model, version)}reference`;
  }

  /**
   * What a release was trained on, copied from the candidate with the artifact. Its SHA-256 is that of the release record.
   *
   * @param model name of the model
   * @param version version of the model
   */
  public static releaseReference(model: string, version: string): string {
    return `${RegistryLayout.release(model, version)}reference`;
  }

  /**
   * The file that says which version each alias stands for, replaced with a conditional write (`If-Match`).
   *
   * @param model name of the model
   */
  public static manifest(model: string): string {
    return `${RegistryLayout.production(model)}manifest.json`;
  }

  /**
   * Reference distributions of a model.
   *
   * @param model name of the model
   */
  public static reference(model: string): string {
    return `${RegistryLayout.REFERENCE}${model}/`;
  }

  /**
   * Requests and answers of a model.
   *
   * @param model name of the model
   */
  public static predictionsLog(model: string): string {
    return `${RegistryLayout.PREDICTIONS_LOG}${model}/`;
  }

  /**
   * Reports of the drift checks of a model.
   *
   * @param model name of the model
   */
  public static reports(model: string): string {
    return `${RegistryLayout.REPORTS}${model}/`;
  }

  /**
   * Audit records of a model.
   *
   * @param model name of the model
   */
  public static audit(model: string): string {
    return `${RegistryLayout.AUDIT}${model}/`;
  }

  private constructor() {}
}
