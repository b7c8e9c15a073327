import { InputProblems } from '../private/input-error';
import { checkLabels, isDnsLabel } from '../private/kubernetes-names';
import { requireWebAddress } from '../private/web-address';

/** Options of `MetricsBackend.kubePrometheus()`. */
export interface KubePrometheusOptions {
  /** Name of the Helm release of kube-prometheus-stack: it ignores monitors and rules without that label. */
  readonly release: string;
  /**
   * Namespace that Prometheus runs in. Network policies let its scraper in.
   *
   * @default monitoring
   */
  readonly namespace?: string;
  /**
   * Address of Prometheus inside the cluster.
   *
   * @default - the Service that the chart makes for the release, on port 9090
   */
  readonly url?: string;
  /**
   * Headers of every query that a controller in the cluster asks, such as the one by which a proxy tells tenants. The dashboard asks through the
   * data source of Grafana, which has headers of its own. No credentials: they would stand in manifests.
   *
   * @default - none
   */
  readonly headers?: { [name: string]: string };
}

/** Options of `MetricsBackend.prometheus()`. */
export interface PrometheusOptions {
  /** Address that queries are sent to, such as `http://prometheus.monitoring.svc:9090`. */
  readonly url: string;
  /** Namespace that the scraper runs in. Network policies let it in. */
  readonly namespace: string;
  /**
   * Labels of the scraper's pods.
   *
   * @default - `app.kubernetes.io/name: prometheus`, which the Prometheus operator sets
   */
  readonly scraperLabels?: { [key: string]: string };
  /**
   * Labels that the operator selects monitors and rules by.
   *
   * @default - none: it selects all of them
   */
  readonly selectorLabels?: { [key: string]: string };
  /**
   * Headers of every query that a controller in the cluster asks, such as the one by which a proxy tells tenants. The dashboard asks through the
   * data source of Grafana, which has headers of its own. No credentials: they would stand in manifests.
   *
   * @default - none
   */
  readonly headers?: { [name: string]: string };
}

/** What scrapes, evaluates and answers. */
export class MetricsBackend {
  /**
   * Prometheus as kube-prometheus-stack installs it.
   *
   * @param options release, namespace
   * @throws if a name or the address is malformed, or a header looks like a credential
   * @see https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack
   */
  public static kubePrometheus(options: KubePrometheusOptions): MetricsBackend {
    const namespace = options.namespace ?? 'monitoring';
    const url = options.url ?? `http://${fullNameOf(options.release)}-prometheus.${namespace}.svc:9090`;
    const problems = new InputProblems();
    if (options.release.length > 53 || !isDnsLabel(options.release)) {
      problems.add('metrics-backend/malformed-release',
        `'release' must be the name of a Helm release: at most 53 lower-case letters, digits and '-', got '${options.release}'`);
    }
    checkAccess(url, namespace, options.headers ?? {}, problems);
    problems.throwAll();
    return new MetricsBackend(true, url, namespace, { release: options.release }, SCRAPER_OF_THE_OPERATOR, options.headers ?? {}, undefined);
  }

  /**
   * Another Prometheus whose operator reads `PodMonitor` and `PrometheusRule`.
   *
   * @param options address, namespace
   * @throws if a name, a label or the address is malformed, or a header looks like a credential
   * @see https://prometheus-operator.dev/docs/
   */
  public static prometheus(options: PrometheusOptions): MetricsBackend {
    const scraperLabels = options.scraperLabels ?? SCRAPER_OF_THE_OPERATOR;
    const selectorLabels = options.selectorLabels ?? {};
    const problems = new InputProblems();
    checkAccess(options.url, options.namespace, options.headers ?? {}, problems);
    checkLabels('scraperLabels', scraperLabels, problems);
    checkLabels('selectorLabels', selectorLabels, problems);
    if (Object.keys(scraperLabels).length === 0) {
      problems.add('metrics-backend/no-scraper-labels',
        "'scraperLabels' must tell the scraper's pods from others, got none; a network policy would let in the whole namespace");
    }
    problems.throwAll();
    return new MetricsBackend(true, options.url, options.namespace, selectorLabels, scraperLabels, options.headers ?? {}, undefined);
  }

  /**
   * Nothing that scrapes: no monitors, alerts and dashboards are made, and whatever needs metrics is refused.
   *
   * @param reason why a model runs unwatched. Stands in the report
   * @throws if the reason is empty
   */
  public static none(reason: string): MetricsBackend {
    const problems = new InputProblems();
    if (reason.trim() === '') {
      problems.add('metrics-backend/no-reason', `'reason' must say why nobody watches the model, got '${reason}'`);
    }
    problems.throwAll();
    return new MetricsBackend(false, '', '', {}, {}, {}, reason);
  }

  private constructor(
    /** Whether there is a Prometheus operator that reads our monitors and rules. */
    public readonly isAvailable: boolean,
    /** Address of Prometheus inside the cluster. Empty without one. */
    public readonly url: string,
    /** Namespace that Prometheus runs in. Empty without one. */
    public readonly namespace: string,
    /** Labels that the operator selects monitors and rules by. */
    public readonly selectorLabels: { [key: string]: string },
    /** Labels of the scraper's pods. */
    public readonly scraperLabels: { [key: string]: string },
    /** Headers of every query that a controller in the cluster asks. */
    public readonly headers: { [name: string]: string },
    /** Why there is none, where there is none. */
    public readonly reason: string | undefined,
  ) {}
}

const SCRAPER_OF_THE_OPERATOR = { 'app.kubernetes.io/name': 'prometheus' };
const CHART = 'kube-prometheus-stack';
const CREDENTIAL_HEADERS = ['authorization', 'proxy-authorization', 'cookie', 'x-api-key', 'x-auth-token'];

/** The chart cuts the name of release and chart at 26 characters, so `prom` and `monitoring` differ in more than the release. */
function fullNameOf(release: string): string {
  const name = release.includes(CHART) ? release : `${release}-${CHART}`;
  return name.slice(0, 26).replace(/-$/, '');
}

function checkAccess(url: string, namespace: string, headers: { [name: string]: string }, problems: InputProblems): void {
  problems.attempt(() => requireWebAddress('url', url, ['http', 'https']));
  if (!isDnsLabel(namespace)) {
    problems.add('metrics-backend/malformed-namespace',
      `'namespace' must be at most 63 lower-case letters, digits and '-', got '${namespace}'`);
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/.test(name) || /[\r\n\0]/.test(value)) {
      problems.add('metrics-backend/malformed-header', `'headers' must have names and values that HTTP allows, got ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
    } else if (CREDENTIAL_HEADERS.includes(name.toLowerCase())) {
      problems.add('metrics-backend/credential-header',
        `'headers' must not hold credentials, got '${name}', which would stand in manifests; let a proxy inside the cluster add it`);
    }
  }
}
