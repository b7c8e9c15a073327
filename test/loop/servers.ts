import { spawn } from 'child_process';
import { mkdirSync } from 'fs';
import { join } from 'path';
import { stringify } from 'yaml';
import { LoopParts } from './parts';
import { Processes } from '../cluster/harness/processes';
import { ADDRESS } from '../cluster/node/real-nodes';
import { startRegistry } from '../cluster/node/registry';

/** What stands beside the cluster, as pods and tests reach it: all of it the real programs, but for the object store. */
export const BESIDE = {
  objectStore: { namespace: 'storage', service: 'object-store', port: 9000 },
  mlflow: { namespace: 'mlops', service: 'mlflow', port: 5000 },
  pushgateway: { namespace: 'monitoring', service: 'pushgateway', port: 9091 },
  prometheus: { namespace: 'monitoring', service: 'monitoring-kube-prometheus-prometheus', port: 9090 },
} as const;

export const BUCKET = 'acme-models';
export const IMAGES_PORT = 5001;

/** Credentials of the object store, which takes any. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'loop', AWS_SECRET_ACCESS_KEY: 'loop', AWS_REGION: 'eu-central-1', AWS_DEFAULT_REGION: 'eu-central-1' };

/** Where they listen, as pods see it. */
export function address(): string {
  return process.env.LOOP_ADDRESS ?? ADDRESS;
}

/** Address of one of them for those that are no pods. */
export function urlOf({ port }: { port: number }): string {
  return `http://${address()}:${port}`;
}

/** Starts the object store (moto, which keeps everything in memory), MLflow on SQLite, a Pushgateway and a registry of the images. */
export async function startServers(folder: string, { python, programs, loopImages }: LoopParts, processes: Processes): Promise<void> {
  const { objectStore, mlflow, pushgateway } = BESIDE;
  const env = { ...CREDENTIALS, AWS_ENDPOINT_URL_S3: urlOf(objectStore), MLFLOW_S3_ENDPOINT_URL: urlOf(objectStore), MLFLOW_DISABLE_TELEMETRY: 'true', DO_NOT_TRACK: '1' };
  mkdirSync(join(folder, 'mlflow'));
  await startRegistry(join(folder, 'mlflow'), loopImages.storage, IMAGES_PORT, processes, 'loop-registry');
  processes.start('object-store', python, ['-m', 'moto.server', '-H', address(), '-p', `${objectStore.port}`], {
    // it would take the name of the Service for that of a bucket
    S3_IGNORE_SUBDOMAIN_BUCKETNAME: 'true',
  });
  processes.start('pushgateway', programs.pushgateway, [`--web.listen-address=${address()}:${pushgateway.port}`]);
  await processes.until('an answer of the object store', async () => (await fetch(`${urlOf(objectStore)}/moto-api/`)).ok);
  await runPython(python, `import boto3; boto3.client('s3').create_bucket(Bucket='${BUCKET}', CreateBucketConfiguration={'LocationConstraint': 'eu-central-1'})`, env);
  processes.start('mlflow', python, [
    '-m', 'mlflow', 'server', '--host', address(), '--port', `${mlflow.port}`, '--workers', '1', '--backend-store-uri', `sqlite:///${folder}/mlflow/mlflow.db`,
    '--artifacts-destination', `s3://${BUCKET}/mlflow`, '--allowed-hosts', `mlflow.mlops.svc:${mlflow.port},${address()}:${mlflow.port}`,
  ], env);
  await processes.until('health of MLflow', async () => (await fetch(`${urlOf(mlflow)}/health`)).ok, 120);
}

/** The controller of Argo Workflows, whose executors come from the registry of the loop. */
export async function startWorkflows(folder: string, { programs, loopImages }: LoopParts, kubeconfig: string, processes: Processes): Promise<void> {
  const image = `127.0.0.1:${IMAGES_PORT}/argoexec@${loopImages.digests.argoexec}`;
  processes.start('workflow-controller', programs['workflow-controller'], [
    `--kubeconfig=${kubeconfig}`, '--namespace=argo', `--executor-image=${image}`, '--loglevel=info',
  ], { LEADER_ELECTION_DISABLE: 'true', HOME: folder });
}

/** What the controller reads when it starts. */
export const WORKFLOWS_CONFIG = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'workflow-controller-configmap', namespace: 'argo' },
  data: {
    config: stringify({
      metricsConfig: { enabled: false },
      executor: { resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } } },
    }),
  },
};

/** Runs a script, or `-m module …`, with the Python of the servers; its output. */
export function runPython(python: string, script: string | string[], env: NodeJS.ProcessEnv, cwd?: string): Promise<string> {
  const args = typeof script === 'string' ? ['-c', script] : script;
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (errors += data));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`python ${args.join(' ').slice(0, 200)} ended with ${code}\n${output}${errors}`))));
  });
}
