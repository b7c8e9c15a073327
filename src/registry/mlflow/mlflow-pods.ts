import { Size } from 'cdk8s';
import { ContainerResources, Cpu } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { allowedHosts, allowedOrigins, PRIVATE_NETWORKS } from './allowed-hosts';
import { AuthParts, PORT } from './auth-parts';
import { MlflowServerProps } from './mlflow-server-props';
import { BEHIND } from './oidc-proxy';
import { environmentOf } from '../../core/pods/environment';
import { ContainerParts, restrictedPodSpec } from '../../core/pods/restricted-pod';

/** User of the containers: a number, since the image has none but root. */
const USER = 1000;
const DATABASE_FOLDER = '/mlflow';
const QUIET = { HOME: '/tmp', MLFLOW_DISABLE_TELEMETRY: 'true', MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' };

/** Address of the database where it is a file. */
export const FILE_URI = `sqlite:///${DATABASE_FOLDER}/mlflow.db`;

/** What the pods of a server are made of. */
export interface MlflowParts {
  readonly props: MlflowServerProps;
  readonly auth: AuthParts;
  readonly serviceName: string;
  readonly namespace: string;
  readonly serviceAccountName?: string;
  /** Name of the claim, where the database is a file. */
  readonly claimName?: string;
}

/** Pods that answer. */
export function serverPodSpec(scope: Construct, parts: MlflowParts): any {
  const { props, auth, serviceAccountName } = parts;
  const { database } = props;
  return restrictedPodSpec({
    serviceAccountName,
    user: USER,
    initContainers: [
      ...auth.initContainers ?? [],
      // one replica at a time: nobody migrates meanwhile
      ...database.isSingleReplica ? [migrationContainer(scope, parts)] : [],
      ...auth.proxy ? [{ ...auth.proxy }] : [],
    ],
    containers: [serverContainer(scope, parts)],
    volumes: volumesOf(parts),
    fields: {
      terminationGracePeriodSeconds: 60,
    },
  });
}

/** Pods that bring the tables to the version of the image. MLflow's own come first: it takes a database with others in it for an old one. */
export function migrationPodSpec(scope: Construct, parts: MlflowParts): any {
  const { migration } = parts.auth;
  const own = migrationContainer(scope, parts);
  return restrictedPodSpec({
    user: USER,
    initContainers: migration ? [own] : [],
    containers: [migration ? { ...own, name: 'migrate-users', fields: { command: ['python'], args: migration.args } } : own],
    fields: { restartPolicy: 'Never' },
  });
}

/** Pods that delete for good, beside a server of artifacts of their own: the one that answers has no right to delete. */
export function collectionPodSpec(scope: Construct, parts: MlflowParts, olderThanDays: number): any {
  const { props, serviceAccountName } = parts;
  return restrictedPodSpec({
    serviceAccountName,
    user: USER,
    initContainers: [{
      name: 'artifacts',
      image: props.image,
      resources: resourcesFor(1),
      // it refuses to know of a database
      env: [...environmentOf(scope, QUIET), ...artifactEnvironment(scope, parts)],
      fields: {
        command: ['mlflow'],
        args: ['server', '--artifacts-only', `--artifacts-destination=${props.artifacts.uri}`, '--host=127.0.0.1', `--port=${BEHIND}`, '--workers=1'],
        // it listens to this pod only, so the kubelet cannot ask it
        startupProbe: { exec: { command: ['python', '-c', `import urllib.request as r; r.urlopen('http://127.0.0.1:${BEHIND}/health', timeout=5)`] }, periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 36 },
        restartPolicy: 'Always',
      },
    }],
    containers: [{
      name: 'collect',
      image: props.image,
      resources: resourcesFor(0),
      env: databaseEnvironment(scope, parts),
      fields: {
        command: ['mlflow'],
        args: ['gc', `--older-than=${olderThanDays}d`, '--backend-store-uri=$(MLFLOW_BACKEND_STORE_URI)', `--tracking-uri=http://127.0.0.1:${BEHIND}`],
      },
    }],
    fields: { restartPolicy: 'Never' },
  });
}

function serverContainer(scope: Construct, parts: MlflowParts): ContainerParts {
  const { props, auth } = parts;
  const workers = props.workers ?? 2;
  const probe = (periodSeconds: number, failureThreshold: number) =>
    ({ httpGet: { path: '/health', port: PORT, scheme: 'HTTP' }, periodSeconds, timeoutSeconds: 5, failureThreshold, successThreshold: 1 });
  return {
    name: 'server',
    image: props.image,
    resources: props.resources ?? resourcesFor(workers),
    env: [
      ...databaseEnvironment(scope, parts),
      ...artifactEnvironment(scope, parts),
      ...auth.env ?? [],
      ...environmentOf(scope, props.env ?? {}, props.secrets),
    ],
    mounts: [...databaseMounts(parts), ...auth.mounts ?? []],
    fields: {
      command: ['mlflow'],
      args: [...serverArgs(parts, workers), ...props.extraArgs ?? []],
      ports: auth.proxy ? undefined : [{ name: 'http', containerPort: PORT, protocol: 'TCP' }],
      startupProbe: probe(5, 36),
      readinessProbe: probe(5, 3),
      livenessProbe: probe(15, 4),
      lifecycle: { preStop: { sleep: { seconds: 10 } } },
    },
  };
}

function serverArgs({ props, auth, serviceName, namespace }: MlflowParts, workers: number): string[] {
  const hosts = [...new Set([...props.hosts ?? [], ...auth.publicHosts ?? []])];
  const origins = allowedOrigins(hosts);
  return [
    'server',
    ...auth.proxy ? ['--host=127.0.0.1', `--port=${BEHIND}`] : ['--host=0.0.0.0', `--port=${PORT}`],
    `--workers=${workers}`,
    '--serve-artifacts',
    `--artifacts-destination=${props.artifacts.uri}`,
    '--expose-prometheus=/tmp/metrics',
    `--allowed-hosts=${allowedHosts({ serviceName, namespace, hosts, podNetworks: props.podNetworks ?? PRIVATE_NETWORKS }).join(',')}`,
    ...origins.length > 0 ? [`--cors-allowed-origins=${origins.join(',')}`] : [],
    ...auth.args ?? [],
  ];
}

function migrationContainer(scope: Construct, parts: MlflowParts): ContainerParts {
  return {
    name: 'migrate',
    image: parts.props.image,
    resources: resourcesFor(0),
    env: databaseEnvironment(scope, parts),
    mounts: databaseMounts(parts),
    fields: { command: ['mlflow'], args: ['db', 'upgrade', '$(MLFLOW_BACKEND_STORE_URI)'] },
  };
}

function databaseEnvironment(scope: Construct, { props: { database } }: MlflowParts): any[] {
  return database.uri
    ? environmentOf(scope, QUIET, { MLFLOW_BACKEND_STORE_URI: database.uri })
    : environmentOf(scope, { ...QUIET, MLFLOW_BACKEND_STORE_URI: FILE_URI });
}

function artifactEnvironment(scope: Construct, { props: { artifacts } }: MlflowParts): any[] {
  return environmentOf(scope, artifacts.environment, artifacts.secretEnvironment);
}

function databaseMounts({ claimName }: MlflowParts): any[] {
  return claimName === undefined ? [] : [{ name: 'database', mountPath: DATABASE_FOLDER }];
}

function volumesOf({ auth, claimName }: MlflowParts): any[] {
  return [...auth.volumes ?? [], ...claimName === undefined ? [] : [{ name: 'database', persistentVolumeClaim: { claimName } }]];
}

/** Measured: 260 MB for the parent and 255 MB for each worker, both with room to grow. */
function resourcesFor(workers: number): ContainerResources {
  const memory = Size.mebibytes(384 * (workers + 1));
  return { cpu: { request: Cpu.millis(workers > 1 ? 500 : 100) }, memory: { request: memory, limit: memory } };
}
