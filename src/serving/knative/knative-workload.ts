import { createHash } from 'crypto';
import { ApiObject, ApiObjectMetadata, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { requiredFeatures, toKnativePodSpec } from './knative-pod';
import { canonicalPodTemplate } from '../../private/canonical';
import { KnativeServiceObject } from '../../private/l1/serving-knative-dev';
import { renderPodTemplate } from '../../private/pod-template';
import { ServingPod } from '../serving-pod';

export interface KnativeWorkloadProps {
  readonly pod: ServingPod;
  readonly metadata: ApiObjectMetadata;
  /** Labels that select the pods. */
  readonly podLabels: { [key: string]: string };
  /** Annotations of the revision. */
  readonly revisionAnnotations: { [key: string]: string };
  /** Fields of the revision beside the pod. */
  readonly revisionFields: { [field: string]: any };
  readonly traffic: (service: string) => any[];
}

/** A Service of Knative whose revisions are named after what is in them. */
export class KnativeWorkload extends kplus.Workload {
  public readonly resourceType = 'services';
  protected readonly apiObject: ApiObject;

  public constructor(scope: Construct, id: string, private readonly props: KnativeWorkloadProps) {
    super(scope, id, { ...props.pod.workload, select: false });
    this.select(kplus.LabelSelector.of({ labels: props.podLabels }));
    this.apiObject = new KnativeServiceObject(this, 'Resource', { metadata: props.metadata, spec: Lazy.any({ produce: () => this.render() }) });
  }

  /** Name of the revision that this manifest makes. */
  public get revisionName(): string {
    return `${this.name}-${createHash('sha256').update(JSON.stringify(this.template())).digest('hex').slice(0, 8)}`;
  }

  /** Flags that the pods need. */
  public get requiredFeatures(): string[] {
    return requiredFeatures(this.template().spec);
  }

  private render(): any {
    const template = this.template();
    return {
      template: { ...template, metadata: { ...template.metadata, name: this.revisionName } },
      traffic: this.props.traffic(this.name),
    };
  }

  private template(): any {
    const { pod, revisionAnnotations, revisionFields } = this.props;
    const { metadata, spec } = canonicalPodTemplate(renderPodTemplate(this, pod, 'serving.knative.dev/revision'));
    return {
      metadata: { ...metadata, annotations: { ...metadata.annotations, ...revisionAnnotations } },
      spec: { ...toKnativePodSpec(spec, pod.podFields), ...revisionFields },
    };
  }
}
