import { Construct } from 'constructs';
import { ModelRef } from '../core/model-ref';
import { RegistryLayout } from '../core/registry-layout';
import { factsOf } from '../private/facts';
import { InputError } from '../private/input-error';
import { dnsSuffixOf, s3Arn } from './private/location';
import { allow, attach, Statement, UPLOAD } from './private/policy';
import { IWorkloadRole } from './role';

/** @internal */
export interface _GrantTarget {
  readonly construct: Construct;
  readonly bucketName: string;
  readonly region: string;
  readonly keyArn?: string;
}

/**
 * Who may do what in a registry: one verb per actor of a model's life, each with the prefixes and conditions that it needs and no more.
 *
 * Nobody is given `s3:DeleteObject`, but the garbage collection of MLflow; what is old goes by the lifecycle of the bucket. Keys are used
 * through S3 only (`kms:ViaService`), and lists show one prefix only (`s3:prefix`).
 */
export class RegistryGrants {
  /** @internal */
  public static _of(target: _GrantTarget): RegistryGrants {
    return new RegistryGrants(target);
  }

  private constructor(private readonly target: _GrantTarget) {}

  /**
   * A server: load the releases of one model. Not needed where the model is baked into the image.
   *
   * @param role role of the server
   * @param model name of the model
   * @throws if the name of the model is malformed
   */
  public read(role: IWorkloadRole, model: string): void {
    requireModel(model);
    this.give(role, `read.${model}`, ['kms:Decrypt'], [
      allow('LoadReleases', ['s3:GetObject'], this.objects(RegistryLayout.production(model))),
    ]);
  }

  /**
   * A server: write requests and answers of one model to the predictions log.
   *
   * @param role role of the server, or of what writes its log
   * @param model name of the model
   * @throws if the name of the model is malformed
   */
  public logPredictions(role: IWorkloadRole, model: string): void {
    requireModel(model);
    this.give(role, `log.${model}`, WRITE_KEY, [
      allow('LogPredictions', UPLOAD, this.objects(RegistryLayout.predictionsLog(model))),
    ]);
  }

  /**
   * A trainer: read data without personal data, write candidates, reference distributions and audit records of one model, and read its own
   * candidates again, so that a registration that broke off is completed. It cannot touch what serves.
   *
   * @param role role of the trainer
   * @param model name of the model
   * @throws if the name of the model is malformed
   */
  public register(role: IWorkloadRole, model: string): void {
    requireModel(model);
    this.give(role, `register.${model}`, WRITE_KEY, [
      allow('ReadData', ['s3:GetObject'], this.objects(RegistryLayout.DATA)),
      this.list('ListData', RegistryLayout.DATA),
      allow('WriteCandidates', ['s3:GetObject', ...UPLOAD], this.objects(RegistryLayout.candidates(model))),
      allow('WriteReference', UPLOAD, this.objects(RegistryLayout.reference(model))),
      allow('WriteAudit', ['s3:PutObject'], this.objects(RegistryLayout.audit(model))),
    ]);
  }

  /**
   * A promoter: read candidates of one model, copy one to production, compare its hash there, move the aliases of the manifest. Conditional
   * writes only: a release is made once (`If-None-Match`) and never replaced, and of two promoters one wins the manifest (`If-Match`).
   *
   * @param role role of the promoter
   * @param model name of the model
   * @throws if the name of the model is malformed
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
   */
  public promote(role: IWorkloadRole, model: string): void {
    requireModel(model);
    const manifest = this.object(RegistryLayout.manifest(model));
    const releases = this.objects(RegistryLayout.production(model));
    this.give(role, `promote.${model}`, WRITE_KEY, [
      allow('ReadVersions', ['s3:GetObject'], [...this.objects(RegistryLayout.candidates(model)), ...releases]),
      allow('MakeReleases', ['s3:PutObject'], releases, { Null: { 's3:if-none-match': 'false' } }),
      allow('MoveAliases', ['s3:PutObject'], manifest, { Null: { 's3:if-match': 'false' } }),
      // parts of an upload carry no condition; the request that makes the object out of them does
      allow('UploadParts', ['s3:PutObject'], releases, { Bool: { 's3:ObjectCreationOperation': 'false' } }),
      allow('TidyUploads', ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], releases),
      allow('WriteAudit', ['s3:PutObject'], this.objects(RegistryLayout.audit(model))),
    ]);
  }

  /**
   * A drift detector: read the predictions log and the references of one model, and which version is its champion, and write reports about it.
   *
   * @param role role of the detector
   * @param model name of the model
   * @throws if the name of the model is malformed
   */
  public detectDrift(role: IWorkloadRole, model: string): void {
    requireModel(model);
    const log = RegistryLayout.predictionsLog(model);
    this.give(role, `drift.${model}`, WRITE_KEY, [
      allow('ReadPredictions', ['s3:GetObject'], this.objects(log)),
      this.list('ListPredictions', log),
      allow('ReadReference', ['s3:GetObject'], [
        ...this.objects(RegistryLayout.reference(model)),
        ...this.object(RegistryLayout.manifest(model)),
        ...this.object(RegistryLayout.releaseReference(model, '*')),
      ]),
      allow('WriteReports', ['s3:PutObject'], this.objects(RegistryLayout.reports(model))),
    ]);
  }

  /**
   * An MLflow server that keeps its artifacts here: read, list and write them, but delete nothing.
   *
   * @param role role of the server
   */
  public mlflow(role: IWorkloadRole): void {
    this.give(role, 'mlflow', WRITE_KEY, [
      allow('UseArtifacts', ['s3:GetObject', ...UPLOAD], this.objects(RegistryLayout.MLFLOW)),
      this.list('ListArtifacts', RegistryLayout.MLFLOW),
    ]);
  }

  /**
   * The garbage collection of MLflow (`mlflow gc`): list and delete its artifacts. Deleted objects stay as old versions until the lifecycle
   * retires them.
   *
   * @param role role of the collection. Not that of the server
   */
  public collectMlflowGarbage(role: IWorkloadRole): void {
    this.give(role, 'mlflow-gc', ['kms:Decrypt'], [
      allow('DeleteArtifacts', ['s3:GetObject', 's3:DeleteObject'], this.objects(RegistryLayout.MLFLOW)),
      this.list('ListArtifacts', RegistryLayout.MLFLOW),
    ]);
  }

  /**
   * An auditor: read the audit records of all models, overwritten versions included, and nothing else.
   *
   * @param role role of the auditor
   */
  public audit(role: IWorkloadRole): void {
    this.give(role, 'audit', ['kms:Decrypt'], [
      allow('ReadAudit', ['s3:GetObject', 's3:GetObjectVersion'], this.objects(RegistryLayout.AUDIT)),
      this.list('ListAudit', RegistryLayout.AUDIT, ['s3:ListBucket', 's3:ListBucketVersions']),
    ]);
  }

  /**
   * Read data that hold personal data. No other grant reaches them.
   *
   * @param role who reads
   * @param purpose what for. Stands in the report
   * @throws if the purpose is empty
   */
  public readPersonalData(role: IWorkloadRole, purpose: string): void {
    if (purpose.trim() === '') {
      throw new InputError('cloud/personal-data-purpose',
        `'purpose' must say what '${role.roleName}' reads the personal data in '${this.target.bucketName}' for, got ''`);
    }
    this.give(role, 'pii', ['kms:Decrypt'], [
      allow('ReadPersonalData', ['s3:GetObject'], this.objects(RegistryLayout.PERSONAL_DATA)),
      this.list('ListPersonalData', RegistryLayout.PERSONAL_DATA),
    ]);
    factsOf(this.target.construct).notes.push(
      `${role.roleName} reads personal data in s3://${this.target.bucketName}/${RegistryLayout.PERSONAL_DATA}: ${purpose.trim()}`);
  }

  private give(role: IWorkloadRole, name: string, keyActions: string[], statements: Statement[]): void {
    attach(this.target.construct, this.target.bucketName, { role, name, statements: [...statements, ...this.useKey(keyActions)] });
  }

  private useKey(actions: string[]): Statement[] {
    const { keyArn, region } = this.target;
    if (!keyArn) {return [];}
    return [allow('UseKey', actions, [keyArn], { StringEquals: { 'kms:ViaService': `s3.${region}.${dnsSuffixOf(region)}` } })];
  }

  private list(sid: string, prefix: string, actions: string[] = ['s3:ListBucket']): Statement {
    return allow(sid, actions, [s3Arn(this.target.region, this.target.bucketName)], { StringLike: { 's3:prefix': `${prefix}*` } });
  }

  private objects(prefix: string): string[] {
    return this.object(`${prefix}*`);
  }

  private object(key: string): string[] {
    return [s3Arn(this.target.region, `${this.target.bucketName}/${key}`)];
  }
}

// parts of an upload are decrypted again before they become one object
const WRITE_KEY = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** A name with a wildcard would open the folders of every model. */
function requireModel(model: string): void {
  ModelRef.champion(model);
}
