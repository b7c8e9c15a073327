import { Construct } from 'constructs';
import { IModelServing, MetricType, MetricUnit, ModelRelease, Owner, ScrapeEndpoint, ServingMetrics } from '../../src';

/** What a fake model answers when it is asked. */
export interface FakeServingProps {
  readonly namespace?: string;
  readonly metrics?: ServingMetrics;
  readonly owner?: Owner;
  readonly podLabels?: { [key: string]: string };
  readonly scrapeEndpoints?: ScrapeEndpoint[];
  readonly release?: ModelRelease;
}

/** A model that exists only as far as its contract goes. */
export class FakeServing extends Construct implements IModelServing {
  public readonly modelName = 'fraud-detection';
  public readonly serviceName = 'fraud';
  public readonly servicePort = 80;
  public readonly servingNamespace: string;
  public readonly podLabels: { [key: string]: string };
  public readonly metrics: ServingMetrics;
  public readonly scrapeEndpoints: ScrapeEndpoint[];
  public readonly owner: Owner;
  public readonly servedRelease?: ModelRelease;

  public constructor(scope: Construct, id: string, props: FakeServingProps = {}) {
    super(scope, id);
    this.servingNamespace = props.namespace ?? 'ml';
    this.podLabels = props.podLabels ?? { 'cdk8s-mlops.io/model': 'fraud-detection' };
    this.metrics = props.metrics ?? fakeMetrics();
    this.scrapeEndpoints = props.scrapeEndpoints ?? [{ portName: 'metrics', path: '/metrics' }];
    this.servedRelease = props.release;
    this.owner = props.owner ?? { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud' };
  }
}

/** A server with a histogram and a counter by status code. */
export function fakeMetrics(): ServingMetrics {
  const requests = { name: 'http_requests_total', type: MetricType.COUNTER, labels: ['code'] };
  return ServingMetrics.custom({
    port: 8080,
    latency: { name: 'http_request_duration_seconds', type: MetricType.HISTOGRAM, unit: MetricUnit.SECONDS, buckets: [0.05, 0.1, 0.5] },
    requests,
    failures: requests,
    failureMatcher: 'code=~"5.."',
  });
}
