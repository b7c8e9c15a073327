import { ContainerResources } from 'cdk8s-plus-28';
import { checkPath, checkPort } from './endpoint-rules';
import { ImageRef } from '../core/image-ref';
import { PredictionMetrics } from '../core/prediction-metrics';
import { InputProblems } from '../private/input-error';
import { wholeResources } from '../private/whole-units';

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
 *
 * It is a native sidecar: it starts before the server and ends after it, so that the last predictions are counted. No probe of it decides
 * whether the model gets requests.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export class PredictionExporter {
  /**
   * An exporter by its image.
   *
   * @param props image, metrics, port
   * @throws if the port is not between 1 and 65535 or the path does not start with `/`
   */
  public static of(props: PredictionExporterProps): PredictionExporter {
    const { port = PredictionMetrics.PORT, path = PredictionMetrics.PATH } = props;
    const problems = new InputProblems();
    checkPort('port', port, problems);
    checkPath('path', path, problems);
    problems.throwAll();
    return new PredictionExporter(props.image, wholeResources(props.resources), props.metrics ?? PredictionMetrics.standard(), port, path);
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
