import { IConstruct } from 'constructs';

/** A model behind a gateway. */
export interface RoutedModel {
  /** Construct whose rules and labels count. */
  readonly construct: IConstruct;
  readonly serviceName: string;
  readonly podLabels: { [key: string]: string };
  /** Namespace of its pods and of its routes. Empty where manifests decide it when they are applied. */
  readonly servingNamespace: string;
}
