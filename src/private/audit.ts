import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { isLabelValue } from './kubernetes-names';

/** Beginning of every label and annotation of ours. */
export const AUDIT_PREFIX = 'cdk8s-mlops.io/';

/** Labels and annotations that say what a model is and who made it. */
export const AuditKey = {
  MODEL: `${AUDIT_PREFIX}model`,
  SERVICE: `${AUDIT_PREFIX}service`,
  MODEL_VERSION: `${AUDIT_PREFIX}model-version`,
  OWNER: `${AUDIT_PREFIX}owner`,
  ENVIRONMENT: `${AUDIT_PREFIX}environment`,
  GIT_COMMIT: `${AUDIT_PREFIX}git-commit`,
  DATA_SNAPSHOT: `${AUDIT_PREFIX}data-snapshot`,
  ARTIFACT_SHA256: `${AUDIT_PREFIX}artifact-sha256`,
  TRAINED_BY: `${AUDIT_PREFIX}trained-by`,
  APPROVED_BY: `${AUDIT_PREFIX}approved-by`,
  PARAMETERS: `${AUDIT_PREFIX}parameters`,
} as const;

/** Everything that an audit asks of an object. */
export interface AuditRecord {
  readonly release: {
    readonly model: string;
    readonly version: string;
    readonly artifactSha256: string;
    readonly gitCommit: string;
    readonly dataSnapshot: { toString(): string };
    readonly trainedBy: string;
    readonly approvedBy?: string;
  };
  readonly owner: { readonly team: string };
  readonly platform: {
    readonly environment: string;
    readonly labels: { [key: string]: string };
  };
  /** What the object is for, such as `server` or `monitoring`. */
  readonly component?: string;
}

/** What can be selected by; values that a label cannot hold are annotations only. */
export function auditLabels(record: AuditRecord): { [key: string]: string } {
  const { release, owner, component, platform } = record;
  const labels: { [key: string]: string | undefined } = {
    'app.kubernetes.io/name': release.model,
    'app.kubernetes.io/version': release.version,
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/managed-by': 'cdk8s-mlops',
    [AuditKey.MODEL]: release.model,
    [AuditKey.MODEL_VERSION]: release.version,
    [AuditKey.OWNER]: owner.team,
    [AuditKey.ENVIRONMENT]: platform.environment,
    [AuditKey.GIT_COMMIT]: isLabelValue(release.gitCommit) ? release.gitCommit : undefined,
    ...platform.labels,
  };
  return defined(labels);
}

/** What can be read: values of any length. */
export function auditAnnotations(record: AuditRecord): { [key: string]: string } {
  const { release } = record;
  return defined({
    [AuditKey.GIT_COMMIT]: isLabelValue(release.gitCommit) ? undefined : release.gitCommit,
    [AuditKey.DATA_SNAPSHOT]: release.dataSnapshot.toString(),
    [AuditKey.ARTIFACT_SHA256]: release.artifactSha256,
    [AuditKey.TRAINED_BY]: release.trainedBy,
    [AuditKey.APPROVED_BY]: release.approvedBy,
  });
}

/** A record as it is written, made once for all objects. */
interface Attached {
  readonly labels: { [key: string]: string };
  readonly annotations: { [key: string]: string };
}

const RECORDS = Symbol.for('cdk8s-mlops.audit-record');

/**
 * Puts labels and annotations on every object below a construct, those included that are added later. What is already there stays, and the
 * record of the nearest construct wins.
 *
 * Objects are complete when they are validated (every cdk8s app does that before it writes) or rendered by `manifestOf`.
 */
export function applyAudit(scope: IConstruct, record: AuditRecord): void {
  const attached: Attached = { labels: auditLabels(record), annotations: auditAnnotations(record) };
  Object.defineProperty(scope, RECORDS, { value: attached, configurable: true });
  scope.node.addValidation({
    validate: () => {
      scope.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node)).forEach(completeAudit);
      return [];
    },
  });
}

/** How many records an object was completed with: it is looked at by rules, by validation and when it is written. */
const completed = new WeakMap<ApiObject, number>();

/** Adds what the records around an object say and the object does not. */
export function completeAudit(object: ApiObject): void {
  const records = object.node.scopes
    .map((scope) => (scope as any)[RECORDS] as Attached | undefined)
    .filter((record) => record !== undefined);
  if (records.length === (completed.get(object) ?? 0)) {return;}
  completed.set(object, records.length);
  const { metadata } = object;
  const { labels = {}, annotations = {} } = metadata.toJson();
  const nearest: Attached = {
    labels: Object.assign({}, ...records.map((record) => record.labels)),
    annotations: Object.assign({}, ...records.map((record) => record.annotations)),
  };
  for (const key of Object.keys(nearest.labels).filter((name) => !(name in labels))) {
    metadata.addLabel(key, nearest.labels[key]);
  }
  for (const key of Object.keys(nearest.annotations).filter((name) => !(name in annotations))) {
    metadata.addAnnotation(key, nearest.annotations[key]);
  }
}

function defined(map: { [key: string]: string | undefined }): { [key: string]: string } {
  return Object.fromEntries(Object.entries(map).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
