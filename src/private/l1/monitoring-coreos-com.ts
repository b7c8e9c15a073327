import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';

/** What the kinds of the Prometheus operator have in common; the spec is the operator's own. */
export interface MonitoringObjectProps {
  readonly metadata?: ApiObjectMetadata;
  /** May be lazy. */
  readonly spec: unknown;
}

/** @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor */
export class PodMonitor extends ApiObject {
  public constructor(scope: Construct, id: string, props: MonitoringObjectProps) {
    super(scope, id, { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', ...props });
  }
}

/** @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule */
export class PrometheusRule extends ApiObject {
  public constructor(scope: Construct, id: string, props: MonitoringObjectProps) {
    super(scope, id, { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule', ...props });
  }
}

/**
 * The bundle of the operator serves v1alpha1 only; v1beta1 needs its conversion webhook.
 *
 * @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1alpha1.AlertmanagerConfig
 */
export class AlertmanagerConfig extends ApiObject {
  public constructor(scope: Construct, id: string, props: MonitoringObjectProps) {
    super(scope, id, { apiVersion: 'monitoring.coreos.com/v1alpha1', kind: 'AlertmanagerConfig', ...props });
  }
}
