/** Labels of pods that every PodMonitor copies onto the series of a model. The last one tells the versions of a rollout apart. */
export const TARGET_LABEL_KEYS = ['cdk8s-mlops.io/model', 'cdk8s-mlops.io/model-version', 'rollouts-pod-template-hash'];

/** A pod label as Prometheus writes it on a series. */
export function seriesLabel(podLabel: string): string {
  return podLabel.replace(/[^a-zA-Z0-9_]/g, '_');
}

/** Label of a series that says which model it comes from. */
export const MODEL_LABEL = seriesLabel(TARGET_LABEL_KEYS[0]);

/** Label of a series that says which version of the model it comes from. */
export const VERSION_LABEL = seriesLabel(TARGET_LABEL_KEYS[1]);

/** Labels of every series that is scraped by a PodMonitor. */
export const SCRAPED_LABELS = ['container', 'endpoint', 'instance', 'job', 'namespace', 'pod', ...TARGET_LABEL_KEYS.map(seriesLabel)];

/** Metrics that Prometheus itself writes about every target. */
export const TARGET_METRICS = [
  'up', 'scrape_duration_seconds', 'scrape_samples_scraped', 'scrape_samples_post_metric_relabeling', 'scrape_series_added',
];
