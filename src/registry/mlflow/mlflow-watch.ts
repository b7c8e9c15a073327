import { Construct } from 'constructs';
import { AuthParts } from './auth-parts';
import { ExportedMetric, MetricType } from '../../core/exported-metric';
import { MetricUnit } from '../../core/metric-query';
import { Owner } from '../../core/owner';
import { PlatformProfile } from '../../core/platform-profile';
import { PodMonitor, PrometheusRule } from '../../private/l1/monitoring-coreos-com';

/** Label that tells the series of one server from those of others. */
const SERVER_LABEL = 'mlflow_server';

/** What an MLflow server exports of its requests. */
export const MLFLOW_METRICS: ExportedMetric[] = [
  { name: 'mlflow_http_request_duration_seconds', type: MetricType.HISTOGRAM, unit: MetricUnit.SECONDS, labels: ['method', 'mlflow_version', 'status', SERVER_LABEL, 'namespace', 'pod'] },
  { name: 'mlflow_http_request_total', type: MetricType.COUNTER, labels: ['method', 'status', SERVER_LABEL, 'namespace', 'pod'] },
];

/** Whom Prometheus scrapes, and whom it tells. */
export interface Watched {
  readonly serviceName: string;
  readonly namespace: string;
  readonly podLabels: { [key: string]: string };
  readonly owner: Owner;
  readonly platform: PlatformProfile;
  readonly auth: AuthParts;
}

/** Lets Prometheus scrape the server and tell its owner when it does not answer. Nothing where there is no Prometheus. */
export function watch(scope: Construct, watched: Watched): void {
  const { metrics } = watched.platform;
  if (!metrics.isAvailable) {return;}
  const metadata = { labels: { ...metrics.selectorLabels } };
  const { scrapeLogin } = watched.auth;
  new PodMonitor(scope, 'PodMonitor', {
    metadata,
    spec: {
      selector: { matchLabels: watched.podLabels },
      sampleLimit: 20000,
      podMetricsEndpoints: [{
        port: 'http',
        path: '/metrics',
        interval: '30s',
        scrapeTimeout: '10s',
        relabelings: [{ action: 'replace', targetLabel: SERVER_LABEL, replacement: watched.serviceName }],
        ...scrapeLogin ? { basicAuth: { username: keyOf(scrapeLogin.username), password: keyOf(scrapeLogin.password) } } : {},
      }],
    },
  });
  new PrometheusRule(scope, 'Alerts', { metadata, spec: { groups: [{ name: `${watched.serviceName}: MLflow`, rules: alertsOf(watched) }] } });
}

function alertsOf({ serviceName, namespace, owner }: Watched): any[] {
  const where = namespace === '' ? {} : { namespace };
  const selector = Object.entries({ ...where, [SERVER_LABEL]: serviceName }).map(([label, value]) => `${label}="${value}"`).join(',');
  const requests = (more: string) => `sum(rate(mlflow_http_request_duration_seconds_count{${selector}${more}}[5m]))`;
  const alert = (name: string, expr: string, severity: string, summary: string, description: string) => ({
    alert: name,
    expr,
    for: '5m',
    keep_firing_for: '5m',
    labels: { ...where, [SERVER_LABEL]: serviceName, owner: owner.team, severity },
    annotations: {
      summary: `${serviceName}: ${summary}`, description, runbook_url: owner.runbookUrl, ...owner.contact === undefined ? {} : { contact: owner.contact },
    },
  });
  return [
    alert('MlflowUnavailable', `absent(up{${selector}} == 1)`, 'page', 'no pod of MLflow answers',
      'Nothing can be registered, promoted or loaded from it until one does.'),
    alert('MlflowFailing', `${requests(',status=~"5.."')} / ${requests('')} > 0.05`, 'ticket', 'MLflow fails more than one request in twenty',
      'Failed requests: {{ $value | humanizePercentage }}'),
  ];
}

function keyOf({ secretName, key }: { secretName: string; key: string }): any {
  return { name: secretName, key };
}
