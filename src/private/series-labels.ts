import { AuditKey } from './audit';

/** Labels of pods that every PodMonitor copies onto the series of a model. The last one tells the versions of a rollout apart. */
export const TARGET_LABEL_KEYS = [AuditKey.MODEL_VERSION, 'rollouts-pod-template-hash'];

/** Label of a series that says which model it comes from. The PodMonitor writes it, so pods that somebody else labelled have it, too. */
export const MODEL_LABEL = seriesLabel(AuditKey.MODEL);

/** Label of a series that says which version of the model it comes from. */
export const VERSION_LABEL = seriesLabel(AuditKey.MODEL_VERSION);

/** Label of a series that tells the versions of a rollout apart. */
export const HASH_LABEL = seriesLabel(TARGET_LABEL_KEYS[1]);

function seriesLabel(podLabel: string): string {
  return podLabel.replace(/[^a-zA-Z0-9_]/g, '_');
}
