export const INFERENCE_SERVICE = 'serving.kserve.io/InferenceService';

/** Container that KServe takes for the one that answers. */
export const SERVER = 'kserve-container';

/** Frameworks that have a field of their own in a predictor, beside `model`. */
const FRAMEWORKS = ['sklearn', 'xgboost', 'tensorflow', 'pytorch', 'triton', 'onnx', 'huggingface', 'pmml', 'lightgbm', 'paddle', 'model'];

const MODE = 'serving.kserve.io/deploymentMode';
const AUTOSCALER = 'serving.kserve.io/autoscalerClass';

/** Names of the modes as they were before 0.16; the webhook that fills in defaults writes the new ones. */
const RENAMED: { [mode: string]: string } = { RawDeployment: 'Standard', Serverless: 'Knative' };

/** A part of an InferenceService that has pods. */
export interface Component {
  /** Place: `spec.predictor`. */
  readonly place: string;
  readonly spec: any;
}

/** The mode that the annotation asks for; nothing where the cluster decides. */
export function modeOf({ metadata }: any): string | undefined {
  const mode = metadata.annotations?.[MODE];
  return RENAMED[mode] ?? mode;
}

/** The autoscaler that the annotation asks for. */
export function autoscalerOf({ metadata }: any): string | undefined {
  return metadata.annotations?.[AUTOSCALER];
}

/** Predictor, transformer and explainer, as far as they are there. */
export function componentsOf({ spec }: any): Component[] {
  return ['predictor', 'transformer', 'explainer'].filter((name) => spec[name]).map((name) => ({ place: `spec.${name}`, spec: spec[name] }));
}

/** The fields of a predictor that hold a model for a runtime, by name. */
export function modelsOf(predictor: any): { field: string; model: any }[] {
  return FRAMEWORKS.filter((field) => predictor[field]).map((field) => ({ field, model: predictor[field] }));
}

/** How many things of a predictor answer, as KServe counts them. */
export function implementations(predictor: any): number {
  const containers = predictor.containers ?? [];
  const named = modelsOf(predictor).length + containers.filter(({ name }: any) => name === SERVER).length;
  return named > 0 || containers.length === 0 ? named : 1;
}

/** Where a predictor says that its model is: in a field of the model, or in a variable of the server. */
export function storageUriOf(predictor: any): string | undefined {
  const [first] = modelsOf(predictor);
  if (first) {return first.model.storageUri;}
  const server = (predictor.containers ?? []).find(({ name }: any) => name === SERVER);
  return server?.env?.find(({ name }: any) => name === 'STORAGE_URI')?.value;
}
