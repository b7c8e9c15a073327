import { App, Chart, Size, Testing } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import {
  Environment, GitOps, ImageRef, MeshMode, MetricsBackend, MlflowArtifacts, MlflowAuth, MlflowDatabase, MlflowPermission, MlflowServer,
  MlflowServerProps, NetworkPeer,
  PlatformProfile, SecretRef,
} from '../../src';
import { collectFacts } from '../../src/private/facts';
import { OTHER_DIGEST } from '../support/fixtures';
import { objectOf } from '../support/manifests';
import { mlflowProps } from '../support/mlflow';
import { release } from '../support/releases';

const reachedAt = NetworkPeer.pods({ labels: { app: 'postgres' }, ports: [5432] });
const database = MlflowDatabase.postgres(SecretRef.existing('database', 'uri'), reachedAt);
const basic = { adminUsername: SecretRef.existing('users', 'name'), adminPassword: SecretRef.existing('users', 'password'), sessionKey: SecretRef.existing('users', 'key') };

function make(overrides: Partial<MlflowServerProps> = {}, namespace: string | undefined = 'mlops') {
  const chart = new Chart(new App(), 'mlops', { namespace });
  const server = new MlflowServer(chart, 'Mlflow', mlflowProps(overrides));
  const manifests = Testing.synth(chart);
  const byName = (kind: string, name: RegExp) => manifests.filter((manifest) => manifest.kind === kind && name.test(manifest.metadata.name));
  return { server, manifests, byName, of: (kind: string) => objectOf(manifests, kind), facts: collectFacts(chart) };
}

const envOf = (container: any) => Object.fromEntries(container.env.map(({ name, value, valueFrom }: any) => [name, value ?? valueFrom.secretKeyRef]));

describe('to try it out', () => {
  test('one pod holds the file, migrates it before it starts, and is replaced, not joined', () => {
    const { manifests, of } = make();
    const { spec } = of('Deployment');
    const [migrate] = spec.template.spec.initContainers;

    expect(manifests.map(({ kind }) => kind).sort()).toEqual(
      ['Deployment', 'NetworkPolicy', 'PersistentVolumeClaim', 'PodDisruptionBudget', 'PodMonitor', 'PrometheusRule', 'Service']);
    expect(spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect([...migrate.command, ...migrate.args]).toEqual(['mlflow', 'db', 'upgrade', '$(MLFLOW_BACKEND_STORE_URI)']);
    expect(envOf(migrate).MLFLOW_BACKEND_STORE_URI).toBe('sqlite:////mlflow/mlflow.db');
    expect(of('PersistentVolumeClaim').spec).toEqual({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5120Mi' } } });
    expect(spec.template.spec.volumes).toContainEqual({ name: 'database', persistentVolumeClaim: { claimName: of('PersistentVolumeClaim').metadata.name } });
  });

  test('the volume can be of another size and class', () => {
    const { of } = make({ database: MlflowDatabase.sqlite({ size: Size.gibibytes(1), storageClassName: 'fast' }) });

    expect(of('PersistentVolumeClaim').spec).toEqual({ accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '1024Mi' } } });
  });
});

describe('in production', () => {
  test('two pods roll without a gap, spread over zones, each with what it needs', () => {
    const { spec } = make({ database }).of('Deployment');
    const [server] = spec.template.spec.containers;

    expect(spec).toMatchObject({ replicas: 2, strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } });
    expect(spec.template.spec.topologySpreadConstraints.map(({ topologyKey }: any) => topologyKey)).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname']);
    expect(server.resources).toEqual({ limits: { memory: '1152Mi' }, requests: { cpu: '500m', memory: '1152Mi' } });
    expect(envOf(server)).toEqual({
      HOME: '/tmp',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      MLFLOW_BACKEND_STORE_URI: { name: 'database', key: 'uri' },
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
    });
  });

  test('arguments are those that the real server is started with in its own tests', () => {
    const [server] = make({ database, hosts: ['mlflow.example.com'], podNetworks: ['10.0.0.0/8', '100.64.0.0/15'], extraArgs: ['--static-prefix=/ml'] })
      .of('Deployment').spec.template.spec.containers;

    expect(server.command).toEqual(['mlflow']);
    expect(server.args).toEqual([
      'server', '--host=0.0.0.0', '--port=5000', '--workers=2', '--serve-artifacts', '--artifacts-destination=s3://acme-registry/mlflow',
      '--expose-prometheus=/tmp/metrics',
      '--allowed-hosts=mlflow,mlflow:5000,mlflow.mlops,mlflow.mlops:5000,mlflow.mlops.svc,mlflow.mlops.svc:5000,mlflow.mlops.svc.cluster.local,'
        + 'mlflow.mlops.svc.cluster.local:5000,mlflow.example.com,mlflow.example.com:443,localhost:*,127.0.0.1:*,10.*[0-9]:5000,100.64.*[0-9]:5000,100.65.*[0-9]:5000,[[]*]:5000',
      '--cors-allowed-origins=https://mlflow.example.com',
      '--static-prefix=/ml',
    ]);
    expect(server.startupProbe).toEqual({ httpGet: { path: '/health', port: 5000, scheme: 'HTTP' }, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 36, successThreshold: 1 });
  });

  test('another image is another migration, applied before the pods that need it', () => {
    const argo = PlatformProfile.of({ metrics: MetricsBackend.none('a test'), gitOps: GitOps.argoCd(), environment: Environment.STAGING });
    const first = make({ database, platform: argo });
    const second = make({ database, platform: argo, image: ImageRef.fromDigest('ghcr.io/mlflow/mlflow', OTHER_DIGEST) });
    const [job] = [first.of('Job')];

    expect(job.metadata.name).toMatch(/^mlflow-migration-[0-9a-f]{8}$/);
    expect(second.of('Job').metadata.name).not.toBe(job.metadata.name);
    expect(make({ database, platform: argo }).of('Job').metadata.name).toBe(job.metadata.name);
    expect(job.spec).toMatchObject({ backoffLimit: 6, activeDeadlineSeconds: 1800 });
    expect(first.of('Deployment').metadata.annotations).toEqual({ 'argocd.argoproj.io/sync-wave': '1' });
    expect(job.metadata.annotations).toBeUndefined();
  });

  test('what people deleted goes with rights of its own', () => {
    const { byName, of } = make({
      database,
      identity: { serviceAccountName: 'mlflow', serviceAccountAnnotations: {} },
      garbageCollection: { identity: { serviceAccountName: 'mlflow-gc', serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn' } } },
    });
    const { spec } = of('CronJob');
    const pod = spec.jobTemplate.spec.template.spec;

    expect(spec).toMatchObject({ schedule: '17 3 * * 0', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 3600 });
    expect(spec.jobTemplate.spec).toMatchObject({ backoffLimit: 2, activeDeadlineSeconds: 21600 });
    expect(pod.serviceAccountName).toBe('mlflow-gc');
    expect(pod.initContainers[0].args).toEqual(
      ['server', '--artifacts-only', '--artifacts-destination=s3://acme-registry/mlflow', '--host=127.0.0.1', '--port=5001', '--workers=1']);
    expect(Object.keys(envOf(pod.initContainers[0]))).not.toContain('MLFLOW_BACKEND_STORE_URI');
    expect(pod.containers[0].args).toEqual(
      ['gc', '--older-than=30d', '--backend-store-uri=$(MLFLOW_BACKEND_STORE_URI)', '--tracking-uri=http://127.0.0.1:5001']);
    expect(byName('ServiceAccount', /./).map(({ metadata }) => [metadata.name, metadata.annotations])).toEqual(
      [['mlflow', undefined], ['mlflow-gc', { 'eks.amazonaws.com/role-arn': 'arn' }]]);
    expect(byName('NetworkPolicy', /./)).toHaveLength(3);
  });

  test('size, workers and variables can be chosen', () => {
    const [server] = make({
      database,
      workers: 4,
      resources: { cpu: { request: Cpu.units(2), limit: Cpu.units(4) }, ephemeralStorage: { limit: Size.gibibytes(2) } },
      env: { MLFLOW_LOGGING_LEVEL: 'DEBUG' },
      secrets: { TOKEN: SecretRef.existing('other', 'token') },
    }).of('Deployment').spec.template.spec.containers;

    expect(server.args).toContain('--workers=4');
    expect(server.resources).toEqual({ limits: { 'cpu': '4', 'ephemeral-storage': '2048Mi' }, requests: { cpu: '2' } });
    expect(envOf(server)).toMatchObject({ MLFLOW_LOGGING_LEVEL: 'DEBUG', TOKEN: { name: 'other', key: 'token' } });
  });
});

describe('who is let in', () => {
  test('users of MLflow itself: a file for the server, tables of their own, and Prometheus logs in', () => {
    const { of, server, facts } = make({ database, auth: MlflowAuth.basic({ ...basic, defaultPermission: MlflowPermission.NO_PERMISSIONS }) });
    const pod = of('Deployment').spec.template.spec;
    const [write] = pod.initContainers;

    expect(envOf(write)).toEqual({ DEFAULT_PERMISSION: 'NO_PERMISSIONS', DATABASE_URI: { name: 'database', key: 'uri' } });
    expect(pod.volumes).toContainEqual({ name: 'auth', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } });
    expect(pod.containers[0].args).toContain('--app-name=basic-auth');
    expect(of('Job').spec.template.spec.initContainers[0].args).toEqual(['db', 'upgrade', '$(MLFLOW_BACKEND_STORE_URI)']);
    expect(of('Job').spec.template.spec.containers[0].args).toEqual(['-m', 'mlflow.server.auth', 'db', 'upgrade', '--url=$(MLFLOW_BACKEND_STORE_URI)']);
    expect(of('PodMonitor').spec.podMetricsEndpoints[0].basicAuth).toEqual({ username: { name: 'users', key: 'name' }, password: { name: 'users', key: 'password' } });
    expect(server.secretEnvironment).toEqual({ MLFLOW_TRACKING_USERNAME: basic.adminUsername, MLFLOW_TRACKING_PASSWORD: basic.adminPassword });
    expect(facts.notes).toContain('workloads log in to MLflow as its first user, who may do everything; give them a user of their own with clientUsername and clientPassword');
  });

  test('workloads can have a user of their own', () => {
    const clientUsername = SecretRef.existing('client', 'name');
    const clientPassword = SecretRef.existing('client', 'password');
    const { server, facts, of } = make({ auth: MlflowAuth.basic({ ...basic, clientUsername, clientPassword }) });

    expect(server.secretEnvironment).toEqual({ MLFLOW_TRACKING_USERNAME: clientUsername, MLFLOW_TRACKING_PASSWORD: clientPassword });
    expect(facts.notes.filter((note) => note.includes('log in'))).toEqual([]);
    expect(envOf(of('Deployment').spec.template.spec.initContainers[0]).DATABASE_URI).toBe('sqlite:////mlflow/basic_auth.db');
  });

  test('an identity provider, through a proxy that is the only one to reach the server', () => {
    const options = {
      image: ImageRef.fromDigest('quay.io/oauth2-proxy/oauth2-proxy', OTHER_DIGEST),
      issuerUrl: 'https://login.example.com/realms/ml',
      publicUrl: 'https://mlflow.example.com/',
      clientId: SecretRef.existing('oidc', 'id'),
      clientSecret: SecretRef.existing('oidc', 'secret'),
      cookieSecret: SecretRef.existing('oidc', 'cookie'),
    };
    const { of, server } = make({
      database, auth: MlflowAuth.oidc({ ...options, emailDomains: ['example.com'], allowedGroups: ['ml'], clientToken: SecretRef.existing('oidc', 'token') }),
    });
    const pod = of('Deployment').spec.template.spec;
    const [proxy] = pod.initContainers;
    const [mlflow] = pod.containers;

    expect(proxy.restartPolicy).toBe('Always');
    expect(proxy.ports).toEqual([{ name: 'http', containerPort: 5000, protocol: 'TCP' }]);
    expect(proxy.args).toEqual([
      '--provider=oidc', '--oidc-issuer-url=https://login.example.com/realms/ml', '--redirect-url=https://mlflow.example.com/oauth2/callback',
      '--http-address=0.0.0.0:5000', '--upstream=http://127.0.0.1:5001', '--reverse-proxy=true', '--email-domain=example.com', '--allowed-group=ml',
      '--skip-provider-button=true', '--skip-jwt-bearer-tokens=true', '--api-route=^/(api|ajax-api)/', '--skip-auth-route=GET=^/(health|version|metrics)$',
    ]);
    expect(mlflow.args.slice(0, 3)).toEqual(['server', '--host=127.0.0.1', '--port=5001']);
    expect(mlflow.args).toContain('--cors-allowed-origins=https://mlflow.example.com');
    expect(mlflow.ports).toBeUndefined();
    expect(Object.keys(server.secretEnvironment)).toEqual(['MLFLOW_TRACKING_TOKEN']);
    expect(Object.keys(make({ auth: MlflowAuth.oidc(options) }).server.secretEnvironment)).toEqual([]);
  });

  test('nobody logs in where a reason says why', () => {
    expect(make().facts.notes).toContain('nobody logs in to MLflow: one team alone has the namespace. The network policy says who reaches it.');
  });
});

describe('the network', () => {
  test('the server reaches its database and its artifacts, and is reached by who is named', () => {
    const { of } = make({ callers: [NetworkPeer.namespace('training')], platform: PlatformProfile.of({ metrics: MetricsBackend.none('a test') }) });
    const { ingress, egress, podSelector } = of('NetworkPolicy').spec;

    expect(podSelector.matchLabels).toEqual(of('Deployment').spec.selector.matchLabels);
    expect(ingress).toEqual([{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'training' } } }], ports: [{ port: 5000, protocol: 'TCP' }] }]);
    expect(egress.slice(1)).toEqual([{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }, { ipBlock: { cidr: '::/0' } }], ports: [{ port: 443, protocol: 'TCP' }] }]);
  });

  test('the migration reaches the database and nobody else', () => {
    const [policy] = make({ database }).byName('NetworkPolicy', /migration/);

    expect(policy.spec.ingress).toBeUndefined();
    expect(policy.spec.egress.slice(1)).toEqual([{ to: [{ podSelector: { matchLabels: { app: 'postgres' } } }], ports: [{ port: 5432, protocol: 'TCP' }] }]);
  });

  test('pods join the mesh, whose control plane and probes are let through', () => {
    const metrics = MetricsBackend.kubePrometheus({ release: 'monitoring' });
    const sidecar = make({ platform: PlatformProfile.of({ metrics, mesh: MeshMode.istioSidecar({ cni: true }) }) });
    const ambient = make({ platform: PlatformProfile.of({ metrics, mesh: MeshMode.istioAmbient() }), identity: { serviceAccountName: 'mlflow', serviceAccountAnnotations: {} } });

    expect(sidecar.of('Deployment').spec.template.metadata.labels).toMatchObject({ 'sidecar.istio.io/inject': 'true' });
    expect(sidecar.of('NetworkPolicy').spec.egress[1].ports).toEqual([{ port: 15012, protocol: 'TCP' }]);
    expect(ambient.of('NetworkPolicy').spec.ingress[1]).toEqual({
      from: [{ ipBlock: { cidr: '169.254.7.127/32' } }, { ipBlock: { cidr: 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128' } }], ports: [{ port: 5000, protocol: 'TCP' }],
    });
    expect(ambient.of('NetworkPolicy').spec.egress[1].ports).toEqual([{ port: 80, protocol: 'TCP' }]);
  });
});

describe('as a registry', () => {
  test('a version is named as MLflow names it, at an address known at synthesis', () => {
    const { server } = make();

    expect(server.modelUri({ ...release, version: '7' })).toBe('models:/fraud-detection/7');
    expect(server.url).toBe('http://mlflow.mlops.svc:5000');
    expect(server.environment).toEqual({
      MLFLOW_TRACKING_URI: 'http://mlflow.mlops.svc:5000', MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD: 'false', MLFLOW_DISABLE_TELEMETRY: 'true',
    });
  });

  test('without a namespace it is called by those beside it', () => {
    const chart = Testing.chart();
    const server = new MlflowServer(chart, 'Mlflow', mlflowProps({ serviceName: 'tracking', artifacts: MlflowArtifacts.s3('s3://models', { endpointUrl: 'http://minio:9000', reachedAt: reachedAt }) }));
    const [container] = objectOf(Testing.synth(chart), 'Deployment').spec.template.spec.containers;

    expect(server.url).toBe('http://tracking:5000');
    expect(container.args.find((arg: string) => arg.startsWith('--allowed-hosts'))).toMatch(/^--allowed-hosts=tracking,tracking:5000,localhost/);
    expect(envOf(container)).toMatchObject({ AWS_ENDPOINT_URL_S3: 'http://minio:9000', MLFLOW_S3_ENDPOINT_URL: 'http://minio:9000' });
  });
});

test('alerts have an owner, a runbook and the name of the server', () => {
  const [{ rules }] = make().of('PrometheusRule').spec.groups;

  expect(rules.map(({ alert, expr, labels }: any) => ({ alert, expr, labels }))).toEqual([
    { alert: 'MlflowUnavailable', expr: 'absent(up{namespace="mlops",mlflow_server="mlflow"} == 1)', labels: { namespace: 'mlops', mlflow_server: 'mlflow', owner: 'ml-platform', severity: 'page' } },
    {
      alert: 'MlflowFailing',
      expr: 'sum(rate(mlflow_http_request_duration_seconds_count{namespace="mlops",mlflow_server="mlflow",status=~"5.."}[5m])) / sum(rate(mlflow_http_request_duration_seconds_count{namespace="mlops",mlflow_server="mlflow"}[5m])) > 0.05',
      labels: { namespace: 'mlops', mlflow_server: 'mlflow', owner: 'ml-platform', severity: 'ticket' },
    },
  ]);
  expect(rules[0].annotations).toMatchObject({ runbook_url: 'https://runbooks.example.com/mlflow', contact: '#ml-platform' });
});
