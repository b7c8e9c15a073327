import { Duration } from 'cdk8s';
import { ModelSeries } from './model-series';
import { RequestSource } from './request-source';
import { MetricScope } from '../core/request-metrics';
import { ServingMetrics } from '../core/serving-metrics';
import { promDuration } from '../private/prom-duration';
import { IModelServing } from '../serving/serving';

/** The requests of a model, whoever counts them. */
export class Requests {
  public readonly metrics: ServingMetrics;
  public readonly versionLabel?: string;
  private readonly selector: string;

  public constructor(serving: IModelServing, source?: RequestSource) {
    const series = ModelSeries.of(serving);
    const { metrics, selector, versionLabel } = source ?? { metrics: serving.metrics, selector: series.matchers, versionLabel: series.versionLabel };
    this.metrics = metrics;
    this.selector = selector;
    this.versionLabel = versionLabel;
  }

  public get onDashboard(): MetricScope {
    return { selector: this.selector };
  }

  public get byVersion(): MetricScope {
    return this.versionLabel === undefined ? this.onDashboard : { ...this.onDashboard, groupBy: [this.versionLabel] };
  }

  public over(window: Duration): MetricScope {
    return { selector: this.selector, window: promDuration(window) };
  }
}
