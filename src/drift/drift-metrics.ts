import { ExportedMetric, MetricType } from '../core/exported-metric';
import { MetricQuery, MetricUnit } from '../core/metric-query';

/** Job of the groups in the Pushgateway. */
const JOB = 'mlops-drift';
const GROUP = ['job', 'model', 'check'];

/**
 * What drift checks of one model measured. The Pushgateway must be scraped with `honorLabels: true`, so that its groups keep their names.
 *
 * @see https://github.com/prometheus/pushgateway#about-the-job-and-instance-labels
 */
export class DriftMetrics {
  /**
   * The series of one model.
   *
   * @param model name of the model
   */
  public static ofModel(model: string): DriftMetrics {
    return new DriftMetrics(model);
  }

  private constructor(private readonly model: string) {}

  /** What a scrape of the Pushgateway brings. */
  public get exported(): ExportedMetric[] {
    const gauge = (name: string, unit: MetricUnit, ...labels: string[]) => ({ name, type: MetricType.GAUGE, unit, labels: [...GROUP, ...labels] });
    return [
      gauge('drift_score', MetricUnit.NONE, 'feature', 'method'),
      gauge('drift_missing_share', MetricUnit.RATIO, 'feature'),
      gauge('drift_share', MetricUnit.RATIO),
      gauge('drift_samples', MetricUnit.NONE),
      gauge('drift_detected', MetricUnit.NONE),
      gauge('push_time_seconds', MetricUnit.SECONDS),
    ];
  }

  /** Distance or p-value of each feature. */
  public get scores(): MetricQuery {
    return this.query('max by (feature, method)', 'drift_score', 'features', 'drift score by feature');
  }

  /** Share of requests without a value, by feature. */
  public get missing(): MetricQuery {
    return this.query('max by (feature)', 'drift_missing_share', 'features', 'missing values', MetricUnit.RATIO);
  }

  /** Share of the features that drifted. */
  public get share(): MetricQuery {
    return this.query('max', 'drift_share', 'features', 'share of drifted features', MetricUnit.RATIO);
  }

  /** Requests that the last check looked at. */
  public get samples(): MetricQuery {
    return this.query('max', 'drift_samples', 'features', 'requests judged');
  }

  /** 1 where the model has drifted. */
  public get detected(): MetricQuery {
    return this.query('max', 'drift_detected', 'features', 'model has drifted');
  }

  /** Distance or p-value of the model's answers. */
  public get answerScores(): MetricQuery {
    return this.query('max by (method)', 'drift_score', 'answers', 'drift score of the answers');
  }

  /** 1 where the model's answers have drifted. */
  public get answersDetected(): MetricQuery {
    return this.query('max', 'drift_detected', 'answers', 'answers have drifted');
  }

  /** Seconds since a check of the features last ended well: it is then that it pushes. */
  public get age(): MetricQuery {
    return this.ageOf('features', 'time since the last drift check');
  }

  /** Seconds since a check of the answers last ended well. */
  public get answersAge(): MetricQuery {
    return this.ageOf('answers', 'time since the last check of the answers');
  }

  /** 1 where no check of the features has ended well as far as Prometheus knows. */
  public get never(): MetricQuery {
    return this.neverOf('features', 'no drift check');
  }

  /** 1 where no check of the answers has ended well as far as Prometheus knows. */
  public get answersNever(): MetricQuery {
    return this.neverOf('answers', 'no check of the answers');
  }

  private ageOf(check: string, title: string): MetricQuery {
    return MetricQuery.promql({ expr: `time() - max(push_time_seconds{${this.matchers(check)}})`, title, unit: MetricUnit.SECONDS });
  }

  private neverOf(check: string, title: string): MetricQuery {
    return MetricQuery.promql({ expr: `absent(push_time_seconds{${this.matchers(check)}})`, title });
  }

  private query(aggregation: string, name: string, check: string, title: string, unit = MetricUnit.NONE): MetricQuery {
    return MetricQuery.promql({ expr: `${aggregation} (${name}{${this.matchers(check)}})`, title, unit });
  }

  private matchers(check: string): string {
    return `job="${JOB}",model="${this.model}",check="${check}"`;
  }
}
