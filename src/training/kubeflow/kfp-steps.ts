import { Construct } from 'constructs';
import { inputFile, inputParameter, kfpWords, LEFT, Name, outputFile, outputParameter } from './kfp-words';
import { KubeflowTrainingPipelineProps } from './kubeflow-training-pipeline-props';
import { ContainerParts } from '../../core/pods/restricted-pod';
import { wholeSeconds } from '../../private/whole-units';
import { programContainer, runtimeContainer } from '../program-pod';
import { ProgramStep, TEST, TRAIN, VALIDATE } from '../program-step';
import {
  challengeArguments, evaluateArguments, promoteArguments, registerArguments, rejectArguments, releaseArguments, StepWords,
} from '../step-arguments';

/** Types of artifacts that Kubeflow Pipelines shows. */
export const Type = { MODEL: 'system.Model', DATASET: 'system.Dataset', OTHER: 'system.Artifact' } as const;

/** A step: what it gets, what it leaves, and the container that does it. */
export interface KfpStep {
  readonly name: string;
  readonly parameters: string[];
  readonly artifacts?: { [name: string]: string };
  readonly leaves?: { readonly parameters?: string[]; readonly artifacts?: { [name: string]: string } };
  readonly container: ContainerParts;
  readonly command: string[];
  readonly args?: string[];
  /** Seconds. */
  readonly deadline: number;
  readonly hasDevices: boolean;
  /** Whether trying again can mend what it says. */
  readonly retried: boolean;
  /** Secret of the branch that it releases through. */
  readonly gitSecret?: string;
}

/** Whoever makes the steps of a pipeline. */
export interface KfpContext {
  readonly scope: Construct;
  readonly props: KubeflowTrainingPipelineProps;
  readonly namespace: string;
}

/** What a training leaves for the steps that follow. Kubeflow lets a step leave nothing, and registration takes what is there. */
export const TRAINED = {
  [Name.MODEL]: Type.MODEL, [Name.METRICS]: Type.OTHER, [Name.ARCHITECTURE]: Type.OTHER, [Name.REFERENCE]: Type.DATASET,
};

/** Everything that a task can be, but for the order. */
export function kfpSteps(context: KfpContext): KfpStep[] {
  const { props } = context;
  const words = kfpWords(context.namespace);
  return [
    ...props.data._step ? [takeSnapshot(context)] : [],
    ...props.program._steps.map((step) => programStep(context, step)),
    register(context, words),
    evaluate(context, words),
    moving(context, 'challenge', 'promote', challengeArguments(props, words), [Name.VERSION, Name.RUN], true),
    ...props.release ? [release(context, words), moving(context, 'promote', 'promote', promoteArguments(props, words), [Name.VERSION, Name.RUN], true)] : [],
    moving(context, 'reject', 'reject', rejectArguments(props, words), [Name.VERSION, Name.RUN, Name.REASON], false),
    end(context),
  ];
}

function takeSnapshot({ scope, props }: KfpContext): KfpStep {
  const { image, command, resources, env = {}, secrets = {} } = props.data._step!;
  const container = runtimeContainer(scope, {
    name: 'take-snapshot', image, runtime: props.runtime, command, args: [], environment: env, secrets, resources, settings: false,
  });
  return {
    ...common(props, 'take-snapshot', container),
    parameters: [],
    leaves: { parameters: [Name.SNAPSHOT] },
    command: ['env', `DATA_SNAPSHOT_PATH=${outputParameter(Name.SNAPSHOT)}`, ...command],
  };
}

/** What changes from run to run stands before the command: variables of a container are the same in all runs. */
function programStep({ scope, props }: KfpContext, step: ProgramStep): KfpStep {
  const parts = programContainer(scope, step, { program: props.program, resources: props.resources, gpu: props.gpu, snapshot: '' });
  const places: { [step: string]: { [variable: string]: string } } = {
    [VALIDATE]: {},
    [TRAIN]: Object.fromEntries(Object.entries(LEFT).map(([variable, name]) => [variable, outputFile(name)])),
    [TEST]: { MODEL_PATH: inputFile(Name.MODEL) },
  };
  const told = {
    DATA_SNAPSHOT: inputParameter(Name.SNAPSHOT),
    DRIFTED_FEATURES: inputParameter(Name.DRIFTED_FEATURES),
    RETRAIN_REASON: inputParameter(Name.REASON),
    ...places[step.name],
  };
  const env = parts.env.filter(({ name }) => !(name in LEFT) && !(name in told));
  return {
    ...common(props, step.name, { ...parts, env }),
    parameters: [Name.SNAPSHOT, Name.DRIFTED_FEATURES, Name.REASON],
    artifacts: step.name === TEST ? { [Name.MODEL]: Type.MODEL } : {},
    leaves: { artifacts: step.name === TRAIN ? TRAINED : {} },
    command: ['env', ...Object.entries(told).map(([name, value]) => `${name}=${value}`), ...step.command],
    hasDevices: props.gpu !== undefined && step.name !== VALIDATE,
  };
}

function register(context: KfpContext, words: StepWords): KfpStep {
  const { props } = context;
  return {
    ...runtimeStep(context, 'register', 'register', registerArguments(props, words)),
    parameters: [Name.SNAPSHOT, Name.RUN, ...props.registry.countsVersions ? [] : [Name.NEW_VERSION]],
    artifacts: TRAINED,
    leaves: { parameters: [Name.VERSION] },
  };
}

function evaluate(context: KfpContext, words: StepWords): KfpStep {
  const { scope, props } = context;
  const { evaluationImage, runtime, registry, resources, gpu } = props;
  const container = runtimeContainer(scope, {
    name: 'evaluate',
    image: evaluationImage ?? runtime.full,
    runtime,
    command: [],
    args: [],
    environment: registry.environment,
    secrets: registry.secretEnvironment,
    resources,
    settings: true,
  });
  return {
    ...common(props, 'evaluate', container),
    parameters: [Name.VERSION],
    artifacts: { [Name.GOLDEN_SET]: Type.DATASET },
    leaves: { parameters: [Name.VERDICT, Name.APPROVAL], artifacts: { [Name.GATE_REPORT]: Type.OTHER } },
    ...judged(props, 'evaluate', evaluateArguments(props, { ...words, report: outputFile(Name.GATE_REPORT) })),
    hasDevices: gpu !== undefined,
    retried: true,
  };
}

function release(context: KfpContext, words: StepWords): KfpStep {
  const { props } = context;
  return {
    ...runtimeStep(context, 'release', 'release', []),
    ...judged(props, 'release', releaseArguments(props, words)),
    parameters: [Name.VERSION],
    leaves: { parameters: [Name.VERDICT] },
    deadline: props.release!.within.toSeconds() + 600,
    gitSecret: props.release!.through?._basicAuthSecret(context.scope),
  };
}

function moving(context: KfpContext, name: string, command: string, args: string[], parameters: string[], isJudged: boolean): KfpStep {
  const artifacts = isJudged ? { [Name.GATE_REPORT]: Type.OTHER } : undefined;
  return { ...runtimeStep(context, name, command, args), parameters, artifacts };
}

/** Ends a run that turned a version down as one that failed, so that whoever looks at the list of runs sees it. */
function end(context: KfpContext): KfpStep {
  return { ...runtimeStep(context, 'end-as-failed', 'reject', []), parameters: [], command: ['false'], args: [], retried: false };
}

/** Kubeflow sees no exit codes: the verdict is written down, and steps that follow are chosen by it. */
function judged({ runtime }: KubeflowTrainingPipelineProps, command: string, args: string[]): Pick<KfpStep, 'command' | 'args'> {
  return { command: runtime.command('verdict'), args: [`--file=${outputParameter(Name.VERDICT)}`, '--', ...runtime.command(command), ...args] };
}

function runtimeStep({ scope, props }: KfpContext, name: string, command: string, args: string[]): KfpStep {
  const { runtime, registry } = props;
  const container = runtimeContainer(scope, {
    name,
    image: runtime.small,
    runtime,
    command: [],
    args: [],
    environment: registry.environment,
    secrets: registry.secretEnvironment,
    settings: true,
  });
  return { ...common(props, name, container), parameters: [], command: runtime.command(command), args, retried: true };
}

function common({ deadline }: KubeflowTrainingPipelineProps, name: string, container: ContainerParts): Omit<KfpStep, 'parameters' | 'command'> {
  return { name, container, deadline: wholeSeconds(deadline).toSeconds(), hasDevices: false, retried: false };
}
