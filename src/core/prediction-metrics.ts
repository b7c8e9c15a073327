import { ExportedMetric, MetricType } from './exported-metric';

/** Properties of `PredictionMetrics`: what has to be exported so that inputs and outputs can be watched. */
export interface PredictionMetricsProps {
  /** Histogram of a feature's values; label `feature`. */
  readonly inputs: ExportedMetric;
  /** Histogram of the model's output. */
  readonly outputs: ExportedMetric;
  /** Counter of missing feature values; label `feature`. */
  readonly nulls: ExportedMetric;
}

/** The contract for prediction metrics, and the questions that can be asked of them. */
export class PredictionMetrics {
  /** The names that our exporter uses. */
  public static standard(): PredictionMetrics {
    return new PredictionMetrics({
      inputs: { name: 'model_input_value', type: MetricType.HISTOGRAM, labels: ['feature'] },
      outputs: { name: 'model_output_score', type: MetricType.HISTOGRAM },
      nulls: { name: 'model_input_nulls_total', type: MetricType.COUNTER, labels: ['feature'] },
    });
  }

  private constructor(private readonly props: PredictionMetricsProps) {}

  /** Everything that is exported. */
  public get exported(): ExportedMetric[] {
    return [this.props.inputs, this.props.outputs, this.props.nulls];
  }
}
