/** A condition on labels, in Kubernetes' own shape. */
export interface LabelSelector {
  readonly matchLabels?: { [key: string]: string };
  readonly matchExpressions?: LabelExpression[];
}

interface LabelExpression {
  readonly key: string;
  readonly operator: string;
  readonly values?: string[];
}

/** Which pods or Services an object selects; undefined if it selects none. */
export interface Selection {
  readonly selector: LabelSelector;
  /** Namespaces that it looks into; undefined for all. */
  readonly namespaces: string[] | undefined;
}

/** Namespace of an object; empty for the one that manifests are applied to. */
export function namespaceOf(manifest: any): string {
  return manifest.metadata?.namespace ?? '';
}

/** What a Service, NetworkPolicy, PodDisruptionBudget, PodMonitor or ServiceMonitor selects. */
export function selectionOf(manifest: any): Selection | undefined {
  const own = [namespaceOf(manifest)];
  switch (manifest.kind) {
    case 'Service':
      return manifest.spec?.selector && { selector: { matchLabels: manifest.spec.selector }, namespaces: own };
    case 'NetworkPolicy':
      return { selector: manifest.spec?.podSelector ?? {}, namespaces: own };
    case 'PodDisruptionBudget':
      return manifest.spec?.selector && { selector: manifest.spec.selector, namespaces: own };
    case 'PodMonitor':
    case 'ServiceMonitor':
      return { selector: manifest.spec?.selector ?? {}, namespaces: monitoredNamespaces(manifest.spec?.namespaceSelector, own) };
    default:
      return undefined;
  }
}

/** Whether labels meet a selector. An empty selector is met by all. */
export function selects(selector: LabelSelector, labels: { [key: string]: string }): boolean {
  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value)
    && (selector.matchExpressions ?? []).every((expression) => meets(expression, labels[expression.key]));
}

function meets(expression: LabelExpression, value: string | undefined): boolean {
  switch (expression.operator) {
    case 'In': return value !== undefined && (expression.values ?? []).includes(value);
    case 'NotIn': return value === undefined || !(expression.values ?? []).includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
    default: return false;
  }
}

function monitoredNamespaces(namespaceSelector: any, own: string[]): string[] | undefined {
  if (namespaceSelector?.any) {return undefined;}
  return namespaceSelector?.matchNames?.length ? namespaceSelector.matchNames : own;
}
