import { Duration } from 'cdk8s';
import { MetricScope } from '../core/request-metrics';
import { promDuration } from '../private/prom-duration';
import { MODEL_LABEL, VERSION_LABEL } from '../private/series-labels';
import { IModelServing } from '../serving/serving';

/**
 * The series of one model: what tells them from those of other models. Use it in queries of your own.
 *
 * Raw series carry these labels because the PodMonitor writes them, recorded series because the rules do.
 */
export class ModelSeries {
  /**
   * The series of a model that answers.
   *
   * @param serving the model
   */
  public static of(serving: IModelServing): ModelSeries {
    const model = `${MODEL_LABEL}="${serving.modelName}"`;
    return new ModelSeries(serving.servingNamespace === '' ? model : `namespace="${serving.servingNamespace}",${model}`);
  }

  /** Label that holds the version of the model. */
  public readonly versionLabel = VERSION_LABEL;

  private constructor(
    /** Label matchers of PromQL without braces, such as `namespace="ml",cdk8s_mlops_io_model="fraud"`. */
    public readonly matchers: string,
  ) {}

  /** Rates over the range that fits the resolution of a dashboard. */
  public get onDashboard(): MetricScope {
    return { selector: this.matchers };
  }

  /**
   * PromQL that returns 1 for every pod of the model, by `namespace` and `pod`: join it with metrics of the cluster, which know pods but no models.
   *
   * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#many-to-one-and-one-to-many-vector-matches
   */
  public get pods(): string {
    return `group by (namespace, pod) (up{${this.matchers}})`;
  }

  /**
   * Rates over a range of its own, as alerts and recording rules need it.
   *
   * @param window the range
   */
  public over(window: Duration): MetricScope {
    return { selector: this.matchers, window: promDuration(window) };
  }
}
