import { Volume, VolumeMount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { FeatureSchema } from '../core/feature-schema';
import { Findings, FindingSeverity } from '../core/findings';
import { ModelRelease } from '../core/model-release';
import { AUDIT_PREFIX } from '../private/audit';

/** What a pod needs so that loader and server see one schema. */
export interface ServedSchema {
  readonly mount: VolumeMount;
  readonly podAnnotations: { [key: string]: string };
  readonly podFields: { [field: string]: any };
  readonly environment: { [name: string]: string };
  /** What the loader is told, to compare the file with what the version was trained with. */
  readonly args: string[];
}

const FOLDER = '/schemas';
const FILE = 'features.json';
const VOLUME = 'schema';
const ANNOTATION = `${AUDIT_PREFIX}feature-schema`;

/**
 * The schema as a file of the pod. One that the version was not trained with is found, and the loader refuses to go on with it.
 *
 * It stands in the pod template, not beside it: pods of two versions serve at once, and those of the one before have to start again after a rollback.
 */
export function serveSchema(scope: Construct, schema: FeatureSchema, { version, featureSchemaSha256: trained }: ModelRelease): ServedSchema {
  reportOther(scope, schema, version, trained);
  return {
    // cdk8s-plus knows no volume of an annotation: the one of `podFields` takes the place of this
    mount: { path: FOLDER, volume: Volume.fromEmptyDir(scope, 'Schema', VOLUME), readOnly: true },
    podAnnotations: { [ANNOTATION]: schema.content },
    podFields: { volumes: [fromAnnotation()] },
    environment: { FEATURE_SCHEMA_PATH: `${FOLDER}/${FILE}` },
    args: trained === undefined ? [] : [`--feature-schema=${FOLDER}/${FILE}`, `--feature-schema-sha256=${trained}`],
  };
}

function fromAnnotation(): any {
  const fieldRef = { apiVersion: 'v1', fieldPath: `metadata.annotations['${ANNOTATION}']` };
  return { name: VOLUME, projected: { sources: [{ downwardAPI: { items: [{ path: FILE, fieldRef }] } }] } };
}

function reportOther(scope: Construct, schema: FeatureSchema, version: string, trained: string | undefined): void {
  if (trained === schema.sha256) {return;}
  Findings.of(scope).add({
    ruleId: 'serving/other-feature-schema',
    severity: FindingSeverity.ERROR,
    message: trained === undefined
      ? `nobody knows which features version '${version}' was trained with: its release names no schema`
      : `version '${version}' was trained with another feature schema (${trained.slice(0, 12)}…) than the one that is served (${schema.sha256.slice(0, 12)}…)`,
    remedy: trained === undefined ? 'register it with --feature-schema' : 'serve the schema of that commit, or train a version with this one',
  });
}
