import { Canary } from './canary';
import { CanaryStrategyOptions } from './canary-options';
import { RollingUpdate } from './rolling-update';
import { RollingUpdateOptions } from './rolling-update-options';
import { Shadow } from './shadow';
import { ShadowOptions } from './shadow-options';
import { IRolloutStrategy } from './strategy';

/** How a new version takes over: the menu. */
export class RolloutStrategy {
  /**
   * Pods of the new version replace pods of the old one, a few at a time. Nobody judges the new version but its probes. The simplest
   * strategy, and the right one until there are metrics to judge by.
   *
   * @param options surge, observation time
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment
   */
  public static rollingUpdate(options: RollingUpdateOptions = {}): IRolloutStrategy {
    return new RollingUpdate(options);
  }

  /**
   * New versions take over stage by stage. Each stage is judged, and a breach sends all requests back to the version that served before.
   *
   * @param options router, stages, guardrails
   * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/
   */
  public static canary(options: CanaryStrategyOptions): IRolloutStrategy {
    return new Canary(options);
  }

  /**
   * Nobody hears the new version: it gets copies of the requests of the live model, and is compared with it. The strategy of the serving of a
   * challenger, beside that of the champion.
   *
   * @param options the live model and its routes, end, share, comparison
   * @see https://istio.io/latest/docs/tasks/traffic-management/mirroring/
   */
  public static shadow(options: ShadowOptions): IRolloutStrategy {
    return new Shadow(options);
  }
}
