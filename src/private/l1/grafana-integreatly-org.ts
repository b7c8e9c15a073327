import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';

export interface GrafanaDashboardObjectProps {
  readonly metadata?: ApiObjectMetadata;
  readonly spec: unknown;
}

/** @see https://grafana.github.io/grafana-operator/docs/api/#grafanadashboard */
export class GrafanaDashboard extends ApiObject {
  public constructor(scope: Construct, id: string, props: GrafanaDashboardObjectProps) {
    super(scope, id, { apiVersion: 'grafana.integreatly.org/v1beta1', kind: 'GrafanaDashboard', ...props });
  }
}
