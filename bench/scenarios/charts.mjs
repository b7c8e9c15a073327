// Charts of six objects whose content differs from chart to chart.
import { createHash } from 'node:crypto';
import { ApiObject, Chart, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';

export const title = 'charts of six objects';
export const counts = [100, 500, 1000, 5000];
/** Above this the stock app takes minutes: its time grows faster than the square of the number of charts. */
export const stockUpTo = 1000;

export function build(app, count) {
  for (let index = 0; index < count; index++) {
    addService(app, index);
  }
}

/** What must hold, given the results by count. */
export function figures(results) {
  const { stock, mlops } = results[1000];
  return [
    { figure: 'faster than the stock app at 1,000 charts', value: stock.cpu / mlops.cpu, atLeast: 12, aim: 25 },
    { figure: 'time of 5,000 charts, in times of 1,000', value: results[5000].mlops.cpu / mlops.cpu, atMost: 5.5 },
    ...counts.filter((count) => results[count].stock).map((count) => ({
      figure: `peak memory at ${count.toLocaleString('en')} charts, in those of the stock app`,
      value: results[count].mlops.rss / results[count].stock.rss,
      atMost: 1,
    })),
  ];
}

function addService(app, index) {
  const name = `model-${index}`;
  const labels = { 'app.kubernetes.io/name': name, 'mlops/team': `team-${index % 17}` };
  const chart = new Chart(app, name, { namespace: `team-${index % 17}`, labels });
  const serviceAccount = new kplus.ServiceAccount(chart, 'Account', { metadata: { annotations: { 'mlops/owner': `owner-${index}@example.com` } } });
  const settings = new kplus.ConfigMap(chart, 'Settings', {
    data: {
      'THRESHOLD': String(index / 1000),
      'MODEL_URI': `s3://models/${name}/v${index % 9}`,
      'logging.conf': `[loggers]\nkeys=root\n\n[logger_root]\nlevel=INFO\nhandlers=h${index}\n`,
    },
  });
  const deployment = new kplus.Deployment(chart, 'Server', {
    replicas: 2 + index % 5,
    serviceAccount,
    podMetadata: { annotations: { 'mlops/version': String(index % 9), 'mlops/sha256': digest(index) } },
    containers: [{
      image: `registry.example.com/${name}/server@sha256:${digest(index)}`,
      portNumber: 8000 + index % 1000,
      args: ['serve', '--model', `/models/${name}`, '--threads', String(1 + index % 8)],
      envVariables: { MODEL: kplus.EnvValue.fromValue(name), PORT: kplus.EnvValue.fromValue(String(8000 + index % 1000)) },
      envFrom: [kplus.Env.fromConfigMap(settings)],
      resources: {
        cpu: { request: kplus.Cpu.millis(100 + index % 900), limit: kplus.Cpu.millis(2000) },
        memory: { request: Size.mebibytes(256 + index % 700), limit: Size.mebibytes(2048) },
      },
      liveness: kplus.Probe.fromHttpGet('/healthz'),
      readiness: kplus.Probe.fromHttpGet('/readyz'),
    }],
  });
  new kplus.Service(chart, 'Service', { selector: deployment, ports: [{ name: 'http', port: 80, targetPort: 8000 + index % 1000 }] });
  new ApiObject(chart, 'Budget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    spec: { minAvailable: 1 + index % 2, selector: { matchLabels: labels } },
  });
  new ApiObject(chart, 'Traffic', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: `team-${index % 17}` } } }], ports: [{ port: 8000 + index % 1000, protocol: 'TCP' }] }],
      egress: [{ to: [{ ipBlock: { cidr: `10.${index % 256}.0.0/16` } }], ports: [{ port: 443, protocol: 'TCP' }] }],
    },
  });
}

function digest(index) {
  return createHash('sha256').update(String(index)).digest('hex');
}
