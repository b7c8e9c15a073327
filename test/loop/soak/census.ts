import { NAMESPACE } from '../names';
import { BUCKET } from '../servers';
import { Stage } from '../stage';

const KINDS = [
  ['apps/v1', 'ReplicaSet'], ['batch/v1', 'Job'], ['argoproj.io/v1alpha1', 'AnalysisRun'], ['argoproj.io/v1alpha1', 'Workflow'],
  ['v1', 'ConfigMap'], ['v1', 'Secret'], ['v1', 'Service'],
] as const;

/** How many there are of everything that could pile up. */
export interface Census {
  readonly objects: { [kind: string]: number };
  /** Objects of the bucket by their first folder. */
  readonly bucket: { [folder: string]: number };
}

/** Counts everything that could pile up. */
export async function takeCensus(stage: Stage): Promise<Census> {
  const counts = await Promise.all(KINDS.map(async ([apiVersion, kind]) => [kind, (await stage.cluster.list(apiVersion, kind, NAMESPACE)).length]));
  const running = (await stage.cluster.list('v1', 'Pod', NAMESPACE)).filter(({ status }) => status.phase === 'Running').length;
  const found = await stage.script(`
import boto3, collections, json
pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket="${BUCKET}")
print(json.dumps(collections.Counter(each["Key"].split("/")[0] for page in pages for each in page.get("Contents", []))))`);
  return { objects: { ...Object.fromEntries(counts), 'running Pod': running }, bucket: JSON.parse(found) };
}
