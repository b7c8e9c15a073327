import { AuditKey } from '../../private/audit';
import { Owner } from '../owner';
import { PlatformProfile } from '../platform-profile';

/** Of what the pods are a part, and who answers for them. */
export interface PartOf {
  readonly name: string;
  readonly component: string;
  readonly owner: Owner;
  readonly platform: PlatformProfile;
  /** The model, where the pods belong to one. */
  readonly model?: string;
}

/** Labels that select the pods of one component. */
export function selectorOf({ name, component }: PartOf): { [key: string]: string } {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/component': component };
}

/** Labels of objects and pods. */
export function labelsOf(part: PartOf): { [key: string]: string } {
  const { owner, platform, model } = part;
  return {
    ...platform.labels,
    ...selectorOf(part),
    'app.kubernetes.io/managed-by': 'cdk8s-mlops',
    ...model === undefined ? {} : { [AuditKey.MODEL]: model },
    [AuditKey.OWNER]: owner.team,
    [AuditKey.ENVIRONMENT]: platform.environment,
  };
}

/** Labels and annotations of pods: those of their component, and what makes them join the mesh. */
export function podMetadataOf(part: PartOf): any {
  const { mesh } = part.platform;
  const annotations = mesh.podAnnotations;
  return { labels: { ...labelsOf(part), ...mesh.podLabels }, annotations: Object.keys(annotations).length > 0 ? annotations : undefined };
}
