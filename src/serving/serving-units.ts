import { ServedModelOptions } from './model-serving-props';
import { wholeMebibytes, wholeResources, wholeSeconds } from '../private/whole-units';

/** Kubernetes knows no halves: what is given more finely is rounded up. */
export function inWholeUnits<T extends ServedModelOptions>(props: T): T {
  const { requestTimeout, pullBudget, rollbackObjective, scratchSize, sharedMemory } = props;
  return {
    ...props,
    warmup: wholeSeconds(props.warmup),
    resources: wholeResources(props.resources),
    requestTimeout: requestTimeout && wholeSeconds(requestTimeout),
    pullBudget: pullBudget && wholeSeconds(pullBudget),
    rollbackObjective: rollbackObjective && wholeSeconds(rollbackObjective),
    scratchSize: scratchSize && wholeMebibytes(scratchSize),
    sharedMemory: sharedMemory && wholeMebibytes(sharedMemory),
  };
}
