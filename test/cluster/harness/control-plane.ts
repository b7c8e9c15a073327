import { generateKeyPairSync, randomBytes } from 'crypto';
import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { stringify } from 'yaml';
import { LocalApi } from './local-api';
import { freePorts, Processes } from './processes';

/** An API server that answers. */
export interface ControlPlane {
  readonly kubeconfig: string;
  readonly server: LocalApi;
  /** Files of the API server's own certificate, which is its own authority, for its address. */
  readonly certificates: { readonly certificate: string; readonly key: string };
  /** Writes the kubeconfig of one of its users; the path. */
  readonly kubeconfigOf: (user: string) => string;
}

/** What a control plane of real nodes is told besides. */
export interface ControlPlaneOptions {
  /**
   * Users beside those of the control plane: user, id and groups, as in a token file, by a name of ours.
   *
   * @default - none
   */
  readonly users?: { [name: string]: string };
  /**
   * Address of the API server, which pods reach by the Service `kubernetes`.
   *
   * @default - the loopback interface, where no pod asks
   */
  readonly address?: string;
}

const SERVICE_RANGE = '10.96.0.0/16';
const POD_RANGE = '10.244.0.0/16';

/**
 * etcd, API server, controllers and scheduler, on ports of the loopback interface that are free.
 *
 * @param prepare what the API server is given before the controllers start: they look for kinds then, and again much later
 */
export async function startControlPlane(
  folder: string, programs: { [name: string]: string }, processes: Processes, prepare: (server: LocalApi) => Promise<unknown>,
  { users = {}, address }: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const [etcd, peers, api, controllers, scheduler] = await freePorts(5);
  const certificates = join(folder, 'certificates');
  mkdirSync(certificates);
  const keys = writeAccountKeys(certificates);
  const tokens = writeTokens(certificates, users);
  const authority = join(certificates, 'apiserver.crt');
  const host = address ?? '127.0.0.1';
  const kubeconfigOf = (user: string) => writeKubeconfig(join(folder, `${user}.kubeconfig`), `${host}:${api}`, authority, tokens[user]);
  const kubeconfig = kubeconfigOf('admin');
  const server = new LocalApi(api, tokens.admin, authority, host);

  processes.start('etcd', programs.etcd, [
    '--name=bench', `--data-dir=${join(folder, 'etcd')}`, '--unsafe-no-fsync', '--log-level=warn',
    `--listen-client-urls=http://127.0.0.1:${etcd}`, `--advertise-client-urls=http://127.0.0.1:${etcd}`,
    `--listen-peer-urls=http://127.0.0.1:${peers}`, `--initial-advertise-peer-urls=http://127.0.0.1:${peers}`, `--initial-cluster=bench=http://127.0.0.1:${peers}`,
  ]);
  processes.start('kube-apiserver', programs['kube-apiserver'], [
    `--etcd-servers=http://127.0.0.1:${etcd}`, `--bind-address=${host}`, `--secure-port=${api}`,
    ...address === undefined ? ['--endpoint-reconciler-type=none'] : [`--advertise-address=${address}`],
    `--cert-dir=${certificates}`, `--token-auth-file=${tokens.file}`, '--anonymous-auth=false', '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction,PodSecurity', '--feature-gates=ImageVolume=true', '--allow-privileged=true',
    `--service-cluster-ip-range=${SERVICE_RANGE}`, '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
    `--service-account-key-file=${keys.public}`, `--service-account-signing-key-file=${keys.private}`, '--profiling=false',
  ]);
  await processes.until('readiness of the API server', () => server.answers('/readyz'));

  await prepare(server);

  processes.start('kube-controller-manager', programs['kube-controller-manager'], [
    `--kubeconfig=${kubeconfigOf('controllers')}`, '--authentication-skip-lookup', '--bind-address=127.0.0.1', `--secure-port=${controllers}`, `--cert-dir=${certificates}/controllers`, '--leader-elect=false',
    '--use-service-account-credentials', `--service-account-private-key-file=${keys.private}`, `--root-ca-file=${authority}`,
    '--allocate-node-cidrs', `--cluster-cidr=${POD_RANGE}`, `--service-cluster-ip-range=${SERVICE_RANGE}`,
    '--kube-api-qps=500', '--kube-api-burst=1000', '--horizontal-pod-autoscaler-sync-period=1s', '--profiling=false',
  ]);
  processes.start('kube-scheduler', programs['kube-scheduler'], [
    `--kubeconfig=${kubeconfigOf('scheduler')}`, '--authentication-skip-lookup', '--bind-address=127.0.0.1', `--secure-port=${scheduler}`, `--cert-dir=${certificates}/scheduler`, '--leader-elect=false', '--profiling=false',
  ]);
  await processes.until('the default service account', () => server.answers('/api/v1/namespaces/default/serviceaccounts/default'));
  return { kubeconfig, server, certificates: { certificate: authority, key: join(certificates, 'apiserver.key') }, kubeconfigOf };
}

function writeAccountKeys(folder: string): { public: string; private: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'sec1', format: 'pem' },
  });
  const files = { public: join(folder, 'accounts.pub'), private: join(folder, 'accounts.key') };
  writeFileSync(files.public, publicKey);
  writeFileSync(files.private, privateKey, { mode: 0o600 });
  return files;
}

/** Tokens that live as long as this control plane: it needs no certificates but the one that the API server makes for itself. */
function writeTokens(folder: string, others: { [name: string]: string }): { [user: string]: string } {
  const users: { [user: string]: string } = {
    admin: 'admin,admin,system:masters', controllers: 'system:kube-controller-manager,controllers', scheduler: 'system:kube-scheduler,scheduler', ...others,
  };
  const tokens = Object.fromEntries(Object.keys(users).map((user) => [user, randomBytes(16).toString('hex')]));
  const file = join(folder, 'tokens.csv');
  writeFileSync(file, Object.entries(users).map(([user, identity]) => `${tokens[user]},${identity}\n`).join(''), { mode: 0o600 });
  return { ...tokens, file };
}

function writeKubeconfig(file: string, server: string, authority: string, token: string): string {
  writeFileSync(file, stringify({
    'apiVersion': 'v1',
    'kind': 'Config',
    'clusters': [{ name: 'bench', cluster: { 'server': `https://${server}`, 'certificate-authority': authority } }],
    'users': [{ name: 'bench', user: { token } }],
    'contexts': [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  }), { mode: 0o600 });
  return file;
}
