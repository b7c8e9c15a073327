import { AuditKey } from './audit';

/** Labels of pods that every PodMonitor copies onto the series of a model. The last one tells the versions of a rollout apart. */
export const TARGET_LABEL_KEYS = [AuditKey.MODEL, AuditKey.MODEL_VERSION, 'rollouts-pod-template-hash'];

/** A pod label as Prometheus writes it on a series. */
export function seriesLabel(podLabel: string): string {
  return podLabel.replace(/[^a-zA-Z0-9_]/g, '_');
}

/** Label of a series that says which model it comes from. */
export const MODEL_LABEL = seriesLabel(TARGET_LABEL_KEYS[0]);

/** Label of a series that says which version of the model it comes from. */
export const VERSION_LABEL = seriesLabel(TARGET_LABEL_KEYS[1]);
