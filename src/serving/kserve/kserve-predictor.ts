import { ApiObject, ApiObjectMetadata, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { canonicalPodTemplate } from '../../private/canonical';
import { InferenceServiceObject } from '../../private/l1/serving-kserve-io';
import { renderPodTemplate } from '../../private/pod-template';
import { ServingPod } from '../serving-pod';

export interface KservePredictorProps {
  readonly pod: ServingPod;
  readonly metadata: ApiObjectMetadata;
  /** Labels that select the pods of the serving, whichever version they are. */
  readonly podLabels: { [key: string]: string };
  /** Annotations of the pods. */
  readonly podAnnotations: { [key: string]: string };
  /** Fields of the predictor beside the pod. */
  readonly fields: { [field: string]: any };
  /** What the mode leaves of a PodSpec. */
  readonly podSpecOf: (spec: any) => any;
}

/** An InferenceService whose predictor is a container of our own. */
export class KservePredictor extends kplus.Workload {
  public readonly resourceType = 'inferenceservices';
  protected readonly apiObject: ApiObject;

  public constructor(scope: Construct, id: string, private readonly props: KservePredictorProps) {
    super(scope, id, { ...props.pod.workload, select: false });
    this.select(kplus.LabelSelector.of({ labels: props.podLabels }));
    this.apiObject = new InferenceServiceObject(this, 'Resource', { metadata: props.metadata, spec: Lazy.any({ produce: () => ({ predictor: this.predictor() }) }) });
  }

  /** What the predictor is. */
  public predictor(): any {
    const { pod, podAnnotations, fields, podSpecOf } = this.props;
    const { metadata, spec } = canonicalPodTemplate(renderPodTemplate(this, pod, 'pod-template-hash'));
    return {
      labels: metadata.labels,
      annotations: { ...metadata.annotations, ...podAnnotations },
      ...podSpecOf(spec),
      ...fields,
    };
  }
}
