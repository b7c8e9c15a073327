import { checkPath, checkPort } from './endpoint-rules';
import { HistogramServerOptions, ServerOptions } from '../core/server-options';
import { ServingMetrics } from '../core/serving-metrics';
import { InputProblems } from '../private/input-error';

/** Properties of `ModelServer.custom()`. */
export interface ModelServerProps {
  /** Port that answers requests. */
  readonly port: number;
  /**
   * Path that answers 200 once the model is loaded and can predict. `{model}` stands for the name of the model.
   *
   * Ask the model, not the process: a server that is up without its model answers clients with errors.
   */
  readonly readyPath: string;
  /** Path that answers 200 as long as the process is worth keeping. It must be cheap. */
  readonly livePath: string;
  /** What the server exports. */
  readonly metrics: ServingMetrics;
}

/** Options of `ModelServer.rayServe()`. */
export interface RayServeOptions extends HistogramServerOptions {
  /**
   * Path of the application that answers 200 once the model can predict. `{model}` stands for the name of the model.
   *
   * @default - `/-/healthz`, which asks the proxy only
   */
  readonly readyPath?: string;
}

const RAY_HEALTH = '/-/healthz';

/** Readiness of one model and liveness of the server in the Open Inference Protocol, which many servers speak. */
const OPEN_INFERENCE_READY = '/v2/models/{model}/ready';
const OPEN_INFERENCE_LIVE = '/v2/health/live';

/** The program that answers for a model: where it listens, how it says that it is ready, what it exports. */
export class ModelServer {
  /**
   * MLServer: port 8080, metrics on port 8082.
   *
   * @param options what differs in its metrics
   * @see https://mlserver.readthedocs.io/en/stable/
   */
  public static mlserver(options: HistogramServerOptions = {}): ModelServer {
    return new ModelServer(8080, OPEN_INFERENCE_READY, OPEN_INFERENCE_LIVE, ServingMetrics.mlserver(options));
  }

  /**
   * NVIDIA Triton: port 8000, metrics on port 8002. It exports no histogram of latencies, so an objective on latency needs the mesh's.
   *
   * @param options what differs in its metrics
   * @see https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/
   */
  public static triton(options: ServerOptions = {}): ModelServer {
    return new ModelServer(8000, OPEN_INFERENCE_READY, OPEN_INFERENCE_LIVE, ServingMetrics.triton(options));
  }

  /**
   * The Python server of KServe's runtimes: requests and metrics on port 8080.
   *
   * @param options what differs in its metrics
   * @see https://kserve.github.io/website/docs/model-serving/predictive-inference/frameworks/custom-predictor/custom-predictor
   */
  public static kserve(options: HistogramServerOptions = {}): ModelServer {
    return new ModelServer(8080, OPEN_INFERENCE_READY, OPEN_INFERENCE_LIVE, ServingMetrics.kserve(options));
  }

  /**
   * BentoML: requests and metrics on port 3000. Its readiness is that of the service, models included.
   *
   * @param options what differs in its metrics
   * @see https://docs.bentoml.com/en/latest/
   */
  public static bentoml(options: HistogramServerOptions = {}): ModelServer {
    return new ModelServer(3000, '/readyz', '/livez', ServingMetrics.bentoml(options));
  }

  /**
   * Ray Serve behind its HTTP proxy: port 8000, metrics on port 8080.
   *
   * The proxy's own health says that it has routes, not that a model can predict. Let the application answer a path of its own, and name it
   * as `readyPath`, where a replica may take long to load.
   *
   * @param options readiness, what differs in its metrics
   * @throws if the path does not start with `/`
   * @see https://docs.ray.io/en/latest/serve/production-guide/fault-tolerance.html
   */
  public static rayServe(options: RayServeOptions = {}): ModelServer {
    const readyPath = options.readyPath ?? RAY_HEALTH;
    const problems = new InputProblems();
    checkPath('readyPath', readyPath, problems);
    problems.throwAll();
    return new ModelServer(8000, readyPath, RAY_HEALTH, ServingMetrics.rayServe(options));
  }

  /**
   * A server of your own.
   *
   * @param props ports, paths, metrics
   * @throws if the port is not between 1 and 65535 or a path does not start with `/`
   */
  public static custom(props: ModelServerProps): ModelServer {
    const problems = new InputProblems();
    checkPort('port', props.port, problems);
    checkPath('readyPath', props.readyPath, problems);
    checkPath('livePath', props.livePath, problems);
    problems.throwAll();
    return new ModelServer(props.port, props.readyPath, props.livePath, props.metrics);
  }

  private constructor(
    /** Port that answers requests. */
    public readonly port: number,
    private readonly readyPath: string,
    /** Path that answers 200 as long as the process is worth keeping. */
    public readonly livePath: string,
    /** What the server exports. */
    public readonly metrics: ServingMetrics,
  ) {}

  /**
   * Path that answers 200 once a model can predict.
   *
   * @param model name of the model
   */
  public readyPathOf(model: string): string {
    return this.readyPath.replace(/\{model\}/g, model);
  }
}
