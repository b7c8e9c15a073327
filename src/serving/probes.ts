import { Duration } from 'cdk8s';
import { Probe } from 'cdk8s-plus-28';
import { ModelServer } from './model-server';

const STARTUP_PERIOD = 5;

/** Half again as long as the warm-up that was measured: the day that a node is busy is the day that a restart loop hurts. */
const WARMUP_MARGIN = 1.5;

/** The probes of a model server. */
export interface ServingProbes {
  readonly startup: Probe;
  readonly readiness: Probe;
  readonly liveness: Probe;
}

/** Checks of the startup probe before the container is given up. The first one comes at any moment of the first period, so it gives no time. */
function startupChecks(warmup: Duration): number {
  return 1 + Math.ceil(warmup.toSeconds() * WARMUP_MARGIN / STARTUP_PERIOD);
}

/** Longest time that the startup probe gives the container. */
export function startupLimit(warmup: Duration): Duration {
  return Duration.seconds(startupChecks(warmup) * STARTUP_PERIOD);
}

/**
 * Startup waits for the model and covers the warm-up; readiness goes on asking the model; liveness asks the process only, so that a model
 * that is slow for a moment is taken out of the Service instead of being killed.
 */
export function probesFor(server: ModelServer, model: string, warmup: Duration): ServingProbes {
  const ready = server.readyPathOf(model);
  const port = server.port;
  return {
    startup: Probe.fromHttpGet(ready, {
      port, periodSeconds: Duration.seconds(STARTUP_PERIOD), timeoutSeconds: Duration.seconds(3), failureThreshold: startupChecks(warmup),
    }),
    readiness: Probe.fromHttpGet(ready, {
      port, periodSeconds: Duration.seconds(5), timeoutSeconds: Duration.seconds(3), failureThreshold: 2,
    }),
    liveness: Probe.fromHttpGet(server.livePath, {
      port, periodSeconds: Duration.seconds(10), timeoutSeconds: Duration.seconds(5), failureThreshold: 6,
    }),
  };
}
