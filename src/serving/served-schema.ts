import { ConfigMap, Volume, VolumeMount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { FeatureSchema } from '../core/feature-schema';
import { Findings, FindingSeverity } from '../core/findings';
import { ModelRelease } from '../core/model-release';
import { ConfigMap as ConfigMapObject } from '../private/l1/core-v1';

/** What a pod needs so that loader and server see one schema. */
export interface ServedSchema {
  readonly mount: VolumeMount;
  readonly environment: { [name: string]: string };
  /** What the loader is told, to compare the file with what the version was trained with. */
  readonly args: string[];
}

const FOLDER = '/schemas';
const FILE = 'features.json';

/** The schema as a file of the pod. One that the version was not trained with is found, and the loader refuses to go on with it. */
export function serveSchema(scope: Construct, schema: FeatureSchema, { version, featureSchemaSha256: trained }: ModelRelease): ServedSchema {
  const object = new ConfigMapObject(scope, 'FeatureSchema', { data: { [FILE]: schema.content } });
  reportOther(scope, schema, version, trained);
  return {
    mount: { path: FOLDER, volume: Volume.fromConfigMap(scope, 'Schema', ConfigMap.fromConfigMapName(scope, 'SchemaFile', object.name), { name: 'schema' }), readOnly: true },
    environment: { FEATURE_SCHEMA_PATH: `${FOLDER}/${FILE}` },
    args: trained === undefined ? [] : [`--feature-schema=${FOLDER}/${FILE}`, `--feature-schema-sha256=${trained}`],
  };
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
