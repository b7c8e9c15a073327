import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { ExternalMetrics } from '../core/external-metrics';
import { MetricQuery } from '../core/metric-query';
import { PlatformProfile } from '../core/platform-profile';
import { declareControllerFields } from '../private/controller-fields';
import { InputError } from '../private/input-error';
import { HorizontalPodAutoscaler } from '../private/l1/core-kinds';
import { ScaledObject } from '../private/l1/keda';
import { analysePromql } from '../private/promql/analyse';
import { resultLabels } from '../private/promql/result-labels';

/** How many pods an autoscaler may choose between. */
export interface AutoscalingRange {
  /**
   * Fewest pods.
   *
   * @default 2
   */
  readonly minReplicas?: number;
  /** Most pods. */
  readonly maxReplicas: number;
}

/** Options of `Autoscaling.cpu()`. */
export interface CpuAutoscalingOptions extends AutoscalingRange {
  /**
   * Use of the requested CPU that the autoscaler aims at, in percent.
   *
   * @default 70
   */
  readonly targetPercent?: number;
}

/** Options of `Autoscaling.keda()`. */
export interface KedaAutoscalingOptions extends AutoscalingRange {
  /**
   * Number that grows with the load, over all pods together, such as the throughput of the model: one number, not one for each pod.
   * Filter for the namespace and the pods of the model; the query is sent as it is.
   */
  readonly query: MetricQuery;
  /** How much of that number one pod is meant to carry. */
  readonly perPod: number;
  /**
   * Where the query asks for something that neither the model nor Kubernetes exports: who does, such as a mesh.
   *
   * @default - the query asks for metrics of the model and of Kubernetes
   */
  readonly external?: ExternalMetrics[];
}

/** Something that chooses the number of pods. */
export abstract class Autoscaling {
  /**
   * A HorizontalPodAutoscaler on CPU. It calms down slowly: a model server that was just warmed up is not thrown away at the first lull.
   *
   * @param options range, target
   * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
   */
  public static cpu(options: CpuAutoscalingOptions): Autoscaling {
    return new CpuAutoscaling(options);
  }

  /**
   * A ScaledObject of KEDA on a number that Prometheus knows. While the number is lost, the pods that there are stay; KEDA would take a
   * lost number for zero.
   *
   * @param options range, query, share of one pod
   * @throws if the query answers more than one number, holds a variable of Grafana, or one pod carries nothing
   * @see https://keda.sh/docs/latest/scalers/prometheus/
   */
  public static keda(options: KedaAutoscalingOptions): Autoscaling {
    return new KedaAutoscaling(options);
  }

  /** Fewest pods. */
  public readonly minReplicas: number;
  /** Most pods. */
  public readonly maxReplicas: number;

  protected constructor(range: AutoscalingRange) {
    this.minReplicas = range.minReplicas ?? 2;
    this.maxReplicas = range.maxReplicas;
    if (!Number.isInteger(this.minReplicas) || !Number.isInteger(this.maxReplicas) || this.minReplicas < 1 || this.maxReplicas < this.minReplicas) {
      throw new InputError('serving/malformed-range',
        `'maxReplicas' must be an integer not below 'minReplicas', and that at least 1, got ${this.minReplicas} to ${this.maxReplicas}`);
    }
  }

  /** What it asks Prometheus for. */
  public get queries(): MetricQuery[] {
    return [];
  }

  /** What its queries ask for that neither the model nor Kubernetes exports. */
  public get external(): ExternalMetrics[] {
    return [];
  }

  /**
   * Say what the autoscaler misses.
   *
   * @param platform what the cluster has
   * @throws if the cluster lacks what the autoscaler reads
   */
  public abstract check(platform: PlatformProfile): void;

  /**
   * Declare the autoscaler.
   *
   * @param scope where objects are declared
   * @param workload the object that owns the pods
   * @param platform what the cluster has
   */
  public abstract bind(scope: Construct, workload: ApiObject, platform: PlatformProfile): void;

  /**
   * Declare the autoscaler of pods that another controller makes.
   *
   * @internal
   */
  public _bindTo(_scope: Construct, target: ScaledWorkload, _platform: PlatformProfile): void {
    throw new InputError('serving/autoscaling-needs-object',
      `this autoscaler scales objects of the app only, but ${target.kind} '${target.name}' is made by another controller; use Autoscaling.cpu() or Autoscaling.keda()`);
  }
}

/** What has a number of pods, by name. */
interface ScaledWorkload {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** A model server that was just warmed up is not thrown away at the first lull. */
const CALM_DOWN = { scaleDown: { stabilizationWindowSeconds: Duration.minutes(10).toSeconds() } };

/** An autoscaler that finds what it scales by its name. */
abstract class NamedAutoscaling extends Autoscaling {
  public bind(scope: Construct, workload: ApiObject, platform: PlatformProfile): void {
    // an apply that no longer names the number would set it to one; who applies has to be told
    declareControllerFields({ object: workload, jsonPointers: ['/spec/replicas'], jqPathExpressions: [], why: 'the autoscaler decides the number of pods' });
    this._bindTo(scope, { apiVersion: workload.apiVersion, kind: workload.kind, name: workload.name }, platform);
  }
}

class CpuAutoscaling extends NamedAutoscaling {
  private readonly targetPercent: number;

  public constructor(options: CpuAutoscalingOptions) {
    super(options);
    this.targetPercent = options.targetPercent ?? 70;
    if (!Number.isInteger(this.targetPercent) || this.targetPercent < 1 || this.targetPercent > 100) {
      throw new InputError('serving/malformed-target', `'targetPercent' must be between 1 and 100, got ${this.targetPercent}`);
    }
  }

  public check(): void {}

  public _bindTo(scope: Construct, target: ScaledWorkload): void {
    new HorizontalPodAutoscaler(scope, 'Autoscaler', {
      spec: {
        scaleTargetRef: target,
        minReplicas: this.minReplicas,
        maxReplicas: this.maxReplicas,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: this.targetPercent } } }],
        behavior: CALM_DOWN,
      },
    });
  }
}

class KedaAutoscaling extends NamedAutoscaling {
  public constructor(private readonly options: KedaAutoscalingOptions) {
    super(options);
    if (options.query.expr.includes('$__')) {
      throw new InputError('serving/grafana-variable-in-autoscaling',
        `'query' is read by KEDA, which knows no variables of Grafana, got '${options.query.expr}'; give its range in full, such as [2m]`);
    }
    const labels = resultLabels(analysePromql(options.query.expr).expr, () => undefined);
    if (!labels || labels.size > 0) {
      throw new InputError('serving/several-numbers-in-autoscaling',
        `'query' must answer one number, since KEDA refuses more than one series, got '${options.query.expr}'; put it together with sum() or max()`);
    }
    if (!(options.perPod > 0)) {
      throw new InputError('serving/malformed-share', `'perPod' must be above zero, got ${options.perPod}; say how much of '${options.query.title}' one pod carries`);
    }
  }

  public get queries(): MetricQuery[] {
    return [this.options.query];
  }

  public get external(): ExternalMetrics[] {
    return this.options.external ?? [];
  }

  public check(platform: PlatformProfile): void {
    const unsayable = Object.entries(platform.metrics.headers).find(([, value]) => /[,=]/.test(value));
    if (unsayable) {
      throw new InputError('serving/header-of-autoscaling',
        `KEDA reads headers as a list 'name=value,name=value', so it cannot send '${unsayable[0]}: ${unsayable[1]}'; use a value without ',' and '='`);
    }
    if (!platform.metrics.isAvailable) {
      throw new InputError('serving/autoscaling-without-metrics',
        `Autoscaling.keda() reads '${this.options.query.title}' from Prometheus, but the platform profile has none; use Autoscaling.cpu() or give the profile a metrics backend`);
    }
  }

  public _bindTo(scope: Construct, target: ScaledWorkload, platform: PlatformProfile): void {
    const headers = Object.entries(platform.metrics.headers).sort(([one], [other]) => (one < other ? -1 : 1));
    new ScaledObject(scope, 'Autoscaler', {
      spec: {
        scaleTargetRef: target,
        minReplicaCount: this.minReplicas,
        maxReplicaCount: this.maxReplicas,
        // cooldownPeriod would only delay the last step to zero pods, which is never taken
        advanced: { horizontalPodAutoscalerConfig: { behavior: CALM_DOWN } },
        triggers: [{
          type: 'prometheus',
          metadata: {
            serverAddress: platform.metrics.url,
            query: this.options.query.expr,
            threshold: `${this.options.perPod}`,
            // an error makes the autoscaler keep what there is
            ignoreNullValues: 'false',
            customHeaders: headers.length > 0 ? headers.map(([name, value]) => `${name}=${value}`).join(',') : undefined,
          },
        }],
      },
    });
  }
}
