import { ContainerResources } from 'cdk8s-plus-28';
import { ImageRef } from '../core/image-ref';
import { PredictionMetrics } from '../core/prediction-metrics';

/** Properties of `PredictionExporter`. */
export interface PredictionExporterProps {
  /** Image of the exporter. */
  readonly image: ImageRef;
  /** Resources of the exporter. */
  readonly resources: ContainerResources;
  /**
   * What it exports.
   *
   * @default PredictionMetrics.standard()
   */
  readonly metrics?: PredictionMetrics;
  /**
   * Port that it receives predictions on and exports metrics on.
   *
   * @default 9091
   */
  readonly port?: number;
  /**
   * Path that Prometheus scrapes.
   *
   * @default /metrics
   */
  readonly path?: string;
}

/**
 * A container beside a server that exports no distributions of its inputs and outputs: the server, or a middleware in its image, posts each
 * prediction to `PREDICTION_EXPORTER_URL`, and the exporter counts it into the histograms that Prometheus scrapes.
 */
export class PredictionExporter {
  /**
   * An exporter by its image.
   *
   * @param props image, metrics, port
   */
  public static of(props: PredictionExporterProps): PredictionExporter {
    return new PredictionExporter(props.image, props.resources, props.metrics ?? PredictionMetrics.standard(), props.port ?? 9091, props.path ?? '/metrics');
  }

  private constructor(
    /** Image of the exporter. */
    public readonly image: ImageRef,
    /** Resources of the exporter. */
    public readonly resources: ContainerResources,
    /** What it exports. */
    public readonly metrics: PredictionMetrics,
    /** Port that it receives predictions on and exports metrics on. */
    public readonly port: number,
    /** Path that Prometheus scrapes. */
    public readonly path: string,
  ) {}
}
