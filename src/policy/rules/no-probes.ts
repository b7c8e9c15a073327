import { FindingSeverity } from '../../core/findings';
import { containersOf, groupKindOf, keepsRunning, podsOf } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

/** Requests go to pods that can answer, and a model that loads slowly is not killed for it. */
export class NoProbes implements IPolicyRule {
  public readonly ruleId = 'operations/no-probes';
  public readonly severity = FindingSeverity.WARNING;

  public check(manifest: any): PolicyFinding[] {
    // Knative gives a readiness probe to every container with a port
    if (groupKindOf(manifest).startsWith('serving.knative.dev/')) {return [];}
    return podsOf(manifest).filter((pod) => pod.role === 'server' && pod.complete).flatMap((pod) => {
      const running = containersOf(pod).filter(keepsRunning);
      const impatient = running.filter(({ container }) => container.livenessProbe && !container.startupProbe);
      return [
        ...running.some(({ container }) => container.readinessProbe) ? [] : [{
          message: `no container of ${manifest.kind} '${manifest.metadata?.name}' has a readiness probe, so requests reach a model that is not loaded`,
          remedy: 'ask the model, not the process, whether it is ready',
        }],
        ...impatient.map(({ where }) => ({
          message: `${where} has a liveness probe without a startup probe, so a model that loads slowly is killed before it answers`,
          remedy: 'add a startup probe that covers the measured warm-up',
        })),
      ];
    });
  }
}
