import { ExportedMetric, MetricType } from './exported-metric';
import { MetricUnit } from './metric-query';

const { COUNTER, GAUGE } = MetricType;
const { BYTES, SECONDS } = MetricUnit;

/** Names, type and unit of metrics that share their labels. */
interface Family {
  readonly labels: string[];
  readonly metrics: [string, MetricType, MetricUnit?][];
}

const TARGET = ['service', 'endpoint'];
const POD = ['namespace', 'pod', 'uid', ...TARGET];
const CONTAINER = [...POD, 'container'];
const KUBELET = [...TARGET, 'namespace', 'node', 'metrics_path'];
const CADVISOR = [...KUBELET, 'pod', 'container', 'image', 'name', 'id'];

/** An object that kube-state-metrics knows, with a label of its kind. */
function objects(kind: string, gauges: string[], extra: string[] = []): Family {
  return { labels: ['namespace', kind, ...TARGET, ...extra], metrics: gauges.map((name) => [name, GAUGE]) };
}

const FAMILIES: Family[] = [
  // every target
  { labels: [...TARGET, 'namespace', 'pod', 'container', 'metrics_path'], metrics: [['up', GAUGE], ['scrape_duration_seconds', GAUGE, SECONDS], ['scrape_samples_scraped', GAUGE]] },
  // pods
  { labels: [...POD, 'host_ip', 'pod_ip', 'node', 'created_by_kind', 'created_by_name', 'priority_class', 'host_network'], metrics: [['kube_pod_info', GAUGE]] },
  { labels: [...POD, 'owner_kind', 'owner_name', 'owner_is_controller'], metrics: [['kube_pod_owner', GAUGE]] },
  { labels: [...POD, 'phase'], metrics: [['kube_pod_status_phase', GAUGE]] },
  { labels: [...POD, 'condition'], metrics: [['kube_pod_status_ready', GAUGE], ['kube_pod_status_scheduled', GAUGE]] },
  { labels: [...POD, 'reason'], metrics: [['kube_pod_status_reason', GAUGE]] },
  { labels: POD, metrics: [['kube_pod_created', GAUGE, SECONDS], ['kube_pod_start_time', GAUGE, SECONDS], ['kube_pod_completion_time', GAUGE, SECONDS]] },
  { labels: [...CONTAINER, 'image', 'image_spec', 'image_id', 'container_id'], metrics: [['kube_pod_container_info', GAUGE]] },
  {
    labels: CONTAINER,
    metrics: [
      ['kube_pod_container_status_restarts_total', COUNTER], ['kube_pod_init_container_status_restarts_total', COUNTER],
      ['kube_pod_container_status_ready', GAUGE], ['kube_pod_container_status_running', GAUGE],
      ['kube_pod_container_status_waiting', GAUGE], ['kube_pod_container_status_terminated', GAUGE],
      ['kube_pod_container_state_started', GAUGE, SECONDS],
    ],
  },
  {
    labels: [...CONTAINER, 'reason'],
    metrics: [
      ['kube_pod_container_status_waiting_reason', GAUGE], ['kube_pod_container_status_terminated_reason', GAUGE],
      ['kube_pod_container_status_last_terminated_reason', GAUGE], ['kube_pod_init_container_status_waiting_reason', GAUGE],
    ],
  },
  { labels: [...CONTAINER, 'node', 'resource', 'unit'], metrics: [['kube_pod_container_resource_requests', GAUGE], ['kube_pod_container_resource_limits', GAUGE]] },
  // workloads
  objects('deployment', [
    'kube_deployment_spec_replicas', 'kube_deployment_status_replicas', 'kube_deployment_status_replicas_ready', 'kube_deployment_status_replicas_available',
    'kube_deployment_status_replicas_unavailable', 'kube_deployment_status_replicas_updated', 'kube_deployment_status_observed_generation',
    'kube_deployment_metadata_generation', 'kube_deployment_created',
  ]),
  objects('deployment', ['kube_deployment_status_condition'], ['condition', 'status', 'reason']),
  objects('replicaset', ['kube_replicaset_spec_replicas', 'kube_replicaset_status_replicas', 'kube_replicaset_status_ready_replicas', 'kube_replicaset_created']),
  objects('replicaset', ['kube_replicaset_owner'], ['owner_kind', 'owner_name', 'owner_is_controller']),
  objects('horizontalpodautoscaler', [
    'kube_horizontalpodautoscaler_spec_min_replicas', 'kube_horizontalpodautoscaler_spec_max_replicas',
    'kube_horizontalpodautoscaler_status_current_replicas', 'kube_horizontalpodautoscaler_status_desired_replicas',
  ]),
  objects('horizontalpodautoscaler', ['kube_horizontalpodautoscaler_status_condition'], ['condition', 'status']),
  objects('poddisruptionbudget', [
    'kube_poddisruptionbudget_status_current_healthy', 'kube_poddisruptionbudget_status_desired_healthy',
    'kube_poddisruptionbudget_status_expected_pods', 'kube_poddisruptionbudget_status_pod_disruptions_allowed',
  ]),
  objects('cronjob', [
    'kube_cronjob_spec_suspend', 'kube_cronjob_next_schedule_time', 'kube_cronjob_status_active', 'kube_cronjob_status_last_schedule_time',
    'kube_cronjob_status_last_successful_time', 'kube_cronjob_created',
  ]),
  objects('job_name', ['kube_job_status_active', 'kube_job_status_succeeded', 'kube_job_status_start_time', 'kube_job_status_completion_time', 'kube_job_created']),
  objects('job_name', ['kube_job_status_failed'], ['reason']),
  objects('job_name', ['kube_job_complete', 'kube_job_failed'], ['condition']),
  objects('job_name', ['kube_job_owner'], ['owner_kind', 'owner_name', 'owner_is_controller']),
  // nodes and volumes
  { labels: [...TARGET, 'node', 'resource', 'unit'], metrics: [['kube_node_status_allocatable', GAUGE], ['kube_node_status_capacity', GAUGE]] },
  { labels: [...TARGET, 'node', 'condition', 'status'], metrics: [['kube_node_status_condition', GAUGE]] },
  {
    labels: [...KUBELET, 'persistentvolumeclaim'],
    metrics: [
      ['kubelet_volume_stats_available_bytes', GAUGE, BYTES], ['kubelet_volume_stats_capacity_bytes', GAUGE, BYTES],
      ['kubelet_volume_stats_used_bytes', GAUGE, BYTES],
    ],
  },
  // containers, as cAdvisor sees them
  { labels: [...CADVISOR, 'cpu'], metrics: [['container_cpu_usage_seconds_total', COUNTER, SECONDS]] },
  {
    labels: CADVISOR,
    metrics: [
      ['container_cpu_cfs_periods_total', COUNTER], ['container_cpu_cfs_throttled_periods_total', COUNTER],
      ['container_memory_working_set_bytes', GAUGE, BYTES], ['container_memory_rss', GAUGE, BYTES], ['container_memory_cache', GAUGE, BYTES],
      ['container_memory_usage_bytes', GAUGE, BYTES], ['container_oom_events_total', COUNTER], ['container_start_time_seconds', GAUGE, SECONDS],
    ],
  },
  {
    labels: [...KUBELET, 'pod', 'image', 'name', 'id', 'interface'],
    metrics: [['container_network_receive_bytes_total', COUNTER, BYTES], ['container_network_transmit_bytes_total', COUNTER, BYTES]],
  },
];

/** What kube-prometheus-stack scrapes by default about pods and workloads. */
export function kubernetesMetrics(): ExportedMetric[] {
  return FAMILIES.flatMap(({ labels, metrics }) => metrics.map(([name, type, unit]) => ({ name, type, labels, unit: unit ?? MetricUnit.NONE })));
}
