import { Duration } from 'cdk8s';
import { promDuration } from '../private/prom-duration';
import { HASH_LABEL, MODEL_LABEL, TARGET_LABEL_KEYS } from '../private/series-labels';
import { IModelServing } from '../serving/serving';

/** How the pods are scraped. */
export interface ScrapeSettings {
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly sampleLimit: number;
}

/** Spec of a PodMonitor that writes onto every series which model, which version and which ReplicaSet it comes from. */
export function toPodMonitorSpec(serving: IModelServing, settings: ScrapeSettings): unknown {
  return {
    selector: { matchLabels: serving.podLabels },
    podTargetLabels: TARGET_LABEL_KEYS,
    sampleLimit: settings.sampleLimit,
    podMetricsEndpoints: serving.scrapeEndpoints.map((endpoint) => ({
      port: endpoint.portName,
      path: endpoint.path,
      interval: promDuration(settings.interval),
      scrapeTimeout: promDuration(settings.timeout),
      relabelings: [{ action: 'replace', targetLabel: MODEL_LABEL, replacement: serving.modelName }, ...versionOf(serving)],
    })),
  };
}

/** Guardrails ask for a version by one label, whatever the controller calls it that makes the pods. */
function versionOf({ versionLabel }: IModelServing): any[] {
  return versionLabel === undefined ? [] : [{
    action: 'replace', sourceLabels: [`__meta_kubernetes_pod_label_${versionLabel.replace(/[^a-zA-Z0-9_]/g, '_')}`], targetLabel: HASH_LABEL,
  }];
}
