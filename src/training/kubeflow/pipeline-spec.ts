import { KfpStep, Type } from './kfp-steps';
import { GOLDEN_SET, KfpGraph, KfpTask, Source } from './kfp-tasks';
import { Name } from './kfp-words';

/** What a pipeline is made of. */
export interface PipelineParts {
  readonly name: string;
  readonly description: string;
  readonly steps: KfpStep[];
  /** The first is the pipeline itself. */
  readonly graphs: KfpGraph[];
  readonly goldenSetUri: string;
  readonly executorOf: (step: KfpStep) => any;
}

/**
 * The pipeline as the compiler of Kubeflow Pipelines would write it.
 *
 * @see https://www.kubeflow.org/docs/components/pipelines/user-guides/core-functions/compile-a-pipeline/
 */
export function pipelineSpec({ name, description, steps, graphs: [root, ...graphs], goldenSetUri, executorOf }: PipelineParts): any {
  const retried = steps.filter((step) => step.retried).map((step) => step.name);
  return {
    pipelineInfo: { name, description },
    components: {
      ...Object.fromEntries(steps.map((step) => [`comp-${step.name}`, componentOf(step)])),
      [`comp-${GOLDEN_SET}`]: {
        executorLabel: `exec-${GOLDEN_SET}`,
        ...inputsOf({ parameters: ['uri'], artifacts: {} }),
        outputDefinitions: { artifacts: { artifact: artifactType(Type.DATASET) } },
      },
      ...Object.fromEntries(graphs.map((graph) => [`comp-${graph.name}`, { dag: { tasks: tasksOf(graph, retried) }, ...inputsOf(graph) }])),
    },
    deploymentSpec: {
      executors: {
        ...Object.fromEntries(steps.map((step) => [`exec-${step.name}`, { container: executorOf(step) }])),
        [`exec-${GOLDEN_SET}`]: { importer: { artifactUri: { constant: goldenSetUri }, typeSchema: artifactType(Type.DATASET).artifactType, reimport: true } },
      },
    },
    root: {
      dag: { tasks: tasksOf(root, retried) },
      inputDefinitions: {
        parameters: {
          [Name.DRIFTED_FEATURES]: { parameterType: 'STRING', isOptional: true, defaultValue: '[]', description: 'names of the features that drifted, a list in JSON' },
          [Name.REASON]: { parameterType: 'STRING', isOptional: true, defaultValue: 'a person started it', description: 'why it is trained' },
        },
      },
    },
    schemaVersion: '2.1.0',
    sdkVersion: 'kfp-2.17.0',
  };
}

function componentOf(step: KfpStep): any {
  const { parameters = [], artifacts = {} } = step.leaves ?? {};
  const left = definitions(parameters, artifacts);
  return {
    executorLabel: `exec-${step.name}`,
    ...inputsOf({ parameters: step.parameters, artifacts: step.artifacts ?? {} }),
    ...left ? { outputDefinitions: left } : {},
  };
}

function inputsOf({ parameters, artifacts }: Pick<KfpGraph, 'parameters' | 'artifacts'>): any {
  const inputs = definitions(parameters, artifacts);
  return inputs ? { inputDefinitions: inputs } : {};
}

function definitions(parameters: string[], artifacts: { [name: string]: string }): any {
  const all = {
    ...parameters.length > 0 ? { parameters: Object.fromEntries(parameters.map((name) => [name, { parameterType: 'STRING' }])) } : {},
    ...Object.keys(artifacts).length > 0 ? { artifacts: mapped(artifacts, artifactType) } : {},
  };
  return Object.keys(all).length > 0 ? all : undefined;
}

function artifactType(schemaTitle: string): any {
  return { artifactType: { schemaTitle, schemaVersion: '0.0.1' } };
}

function tasksOf({ tasks }: KfpGraph, retried: string[]): any {
  return Object.fromEntries(tasks.map((task) => [task.name, taskOf(task, retried.includes(task.runs))]));
}

function taskOf({ name, runs, parameters = {}, artifacts = {}, after = [], condition }: KfpTask, isRetried: boolean): any {
  const makers = [...after, ...[...Object.values(parameters), ...Object.values(artifacts)].flatMap(({ by }) => by ?? [])];
  const before = [...new Set(makers)].sort();
  return {
    taskInfo: { name },
    componentRef: { name: `comp-${runs}` },
    // a training that is the same as another one is no training
    cachingOptions: {},
    ...before.length > 0 ? { dependentTasks: before } : {},
    ...Object.keys({ ...parameters, ...artifacts }).length > 0 ? {
      inputs: {
        ...Object.keys(parameters).length > 0 ? { parameters: mapped(parameters, parameterFrom) } : {},
        ...Object.keys(artifacts).length > 0 ? { artifacts: mapped(artifacts, artifactFrom) } : {},
      },
    } : {},
    ...isRetried ? { retryPolicy: { maxRetryCount: 3, backoffDuration: '10s', backoffFactor: 2, backoffMaxDuration: '600s' } } : {},
    ...condition === undefined ? {} : { triggerPolicy: { condition } },
  };
}

function mapped<T>(all: { [name: string]: T }, by: (value: T) => any): any {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, by(value)]));
}

function parameterFrom({ constant, given, left, by }: Source): any {
  if (constant !== undefined) {return { runtimeValue: { constant } };}
  return given !== undefined ? { componentInputParameter: given } : { taskOutputParameter: { producerTask: by, outputParameterKey: left } };
}

function artifactFrom({ given, left, by }: Source): any {
  return given !== undefined ? { componentInputArtifact: given } : { taskOutputArtifact: { producerTask: by, outputArtifactKey: left } };
}
