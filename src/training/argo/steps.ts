import { Size } from 'cdk8s';
import { Construct } from 'constructs';
import { ArgoTrainingPipelineProps } from './argo-training-pipeline-props';
import { HANDED_OVER, HandedOver } from './handed-over';
import { ContainerParts, restrictedContainer } from '../../core/pods/restricted-pod';
import { wholeMebibytes, wholeSeconds } from '../../private/whole-units';
import { devicePlacement, programContainer, runtimeContainer, workspaceVolumes } from '../program-pod';
import { ProgramStep, TEST, TRAIN, VALIDATE } from '../program-step';
import { RetrainParameter } from '../retrain-parameters';
import {
  challengeArguments, evaluateArguments, GIT_CREDENTIALS, promoteArguments, registerArguments, rejectArguments, releaseArguments, StepWords,
} from '../step-arguments';
import { TRAINED, Workspace } from '../workspace';

/** What the steps of one role have in common. */
export interface StepRole {
  readonly labels: { [key: string]: string };
  readonly annotations?: { [key: string]: string };
  readonly serviceAccountName: string;
}

/** Whoever makes the steps of a pipeline. */
export interface StepContext {
  readonly scope: Construct;
  readonly props: ArgoTrainingPipelineProps;
  /** ConfigMap with the gates and the features. */
  readonly settings: string;
  readonly trainer: StepRole;
  readonly promoter: StepRole;
}

const REPORT = `${Workspace.FOLDER}/gate-report.json`;
const GOLDEN_SET = `${Workspace.FOLDER}/golden-set`;
const APPROVAL = `${Workspace.FOLDER}/approval`;
const VERSION = `${Workspace.FOLDER}/version`;

/** Everything that a task can be, but for the order. */
export function templatesOf(context: StepContext): any[] {
  const { props } = context;
  return [
    ...props.data._step ? [takeSnapshot(context)] : [],
    ...props.program._steps.map((step) => programStep(context, step)),
    register(context),
    evaluate(context),
    // its approver is given with `argo node set <run> --output-parameter approved-by=<name>`, without which it does not go on
    { name: 'approve', suspend: {}, outputs: { parameters: [{ name: 'approved-by', valueFrom: { supplied: {} } }] } },
    challenge(context),
    ...props.release ? [release(context), promote(context)] : [],
    reject(context),
  ];
}

function takeSnapshot({ scope, props, ...context }: StepContext): any {
  const { image, command, resources, env = {}, secrets = {} } = props.data._step!;
  const container = runtimeContainer(scope, {
    name: 'take-snapshot', image, runtime: props.runtime, command, args: [], environment: { ...env, DATA_SNAPSHOT_PATH: Workspace.SNAPSHOT }, secrets, resources, settings: false,
  });
  return {
    ...pod({ scope, props, ...context }, context.trainer, 'take-snapshot', container, AFTER_LOSS),
    outputs: { parameters: [{ name: 'snapshot', valueFrom: { path: Workspace.SNAPSHOT } }] },
  };
}

function programStep(context: StepContext, step: ProgramStep): any {
  const { scope, props } = context;
  const container = programContainer(scope, step, {
    program: props.program,
    resources: props.resources,
    gpu: props.gpu,
    snapshot: '{{inputs.parameters.snapshot}}',
    env: { DRIFTED_FEATURES: `{{workflow.parameters.${RetrainParameter.DRIFTED_FEATURES}}}`, RETRAIN_REASON: `{{workflow.parameters.${RetrainParameter.REASON}}}` },
  });
  const left = (handed: HandedOver) => ({ ...handed, ...props.artifacts._file(scope, `{{workflow.uid}}/${handed.name}.tgz`) });
  return {
    ...pod(context, context.trainer, step.name, container, AFTER_LOSS),
    ...step.name === VALIDATE ? {} : devicePlacement(props.gpu),
    inputs: {
      parameters: [{ name: 'snapshot' }],
      ...step.name === TEST ? { artifacts: [{ name: 'model', path: Workspace.MODEL }] } : {},
    },
    ...step.name === TRAIN
      ? { outputs: { artifacts: HANDED_OVER.map(left) } }
      : {},
  };
}

function register(context: StepContext): any {
  const { props } = context;
  const container = runtimeStep(context, 'register', registerArguments(props, WORDS));
  return {
    ...pod(context, context.trainer, 'register', container, WHERE_IT_HELPS),
    inputs: {
      parameters: [{ name: 'snapshot' }],
      artifacts: HANDED_OVER,
    },
    outputs: { parameters: [{ name: 'version', valueFrom: { path: VERSION } }] },
  };
}

function evaluate(context: StepContext): any {
  const { scope, props, settings } = context;
  const { gate, evaluationImage, runtime, registry, resources, gpu } = props;
  const container = runtimeContainer(scope, {
    name: 'evaluate',
    image: evaluationImage ?? runtime.full,
    runtime,
    command: runtime.command('evaluate'),
    args: evaluateArguments(props, WORDS),
    environment: registry.environment,
    secrets: registry.secretEnvironment,
    resources,
    settings: settings !== '',
  });
  return {
    ...pod(context, context.trainer, 'evaluate', container, WHERE_IT_HELPS),
    ...devicePlacement(gpu),
    inputs: {
      parameters: [{ name: 'version' }],
      artifacts: [{ name: 'golden-set', path: GOLDEN_SET, archive: { none: {} }, ...props.artifacts._at(scope, gate.goldenSetUri) }],
    },
    outputs: {
      parameters: [{ name: 'approval', valueFrom: { path: APPROVAL } }],
      artifacts: [{ name: 'gate-report', path: REPORT, archive: { none: {} }, ...props.artifacts._file(scope, '{{workflow.uid}}/gate-report.json') }],
    },
  };
}

function challenge(context: StepContext): any {
  return moving(context, 'challenge', 'promote', challengeArguments(context.props, WORDS), ['version', 'approved-by'], true);
}

function promote(context: StepContext): any {
  return moving(context, 'promote', 'promote', promoteArguments(context.props, WORDS), ['version'], true);
}

function reject(context: StepContext): any {
  return moving(context, 'reject', 'reject', rejectArguments(context.props, WORDS), ['version', 'reason'], false);
}

function moving(context: StepContext, name: string, command: string, args: string[], parameters: string[], judged: boolean): any {
  return {
    ...pod(context, context.promoter, name, runtimeStep(context, command, args), WHERE_IT_HELPS),
    inputs: { parameters: parameters.map((each) => ({ name: each })), ...judged ? { artifacts: [{ name: 'gate-report', path: REPORT }] } : {} },
  };
}

/** The way back: @previous becomes the champion, and what serves is pointed at it. */
export function rollbackTemplatesOf(context: StepContext): any[] {
  const container = runtimeStep(context, 'rollback', [
    context.props.program.modelName, '--reason={{workflow.parameters.reason}}', '--by={{workflow.name}}', '--without-record', `--version-file=${VERSION}`,
  ]);
  return [
    {
      // who goes back twice goes further back, so nobody tries it again but a person
      ...pod(context, context.promoter, 'rollback', container, undefined),
      outputs: { parameters: [{ name: 'version', valueFrom: { path: VERSION } }] },
    },
    // it was released before, and whoever commits refuses to do that twice without a word
    release(context, ...context.props.release!.through ? ['--again'] : []),
  ];
}

function release(context: StepContext, ...more: string[]): any {
  const { within, through } = context.props.release!;
  const container = runtimeStep(context, 'release', [...releaseArguments(context.props, WORDS), ...more]);
  const mounted = { ...container, mounts: [...container.mounts ?? [], ...through ? [{ name: 'git-credentials', mountPath: GIT_CREDENTIALS, readOnly: true }] : []] };
  const step = pod(context, context.promoter, 'release', mounted, WHERE_IT_HELPS, within.toSeconds() + 600);
  return {
    ...step,
    inputs: { parameters: [{ name: 'version' }] },
    volumes: [...step.volumes, ...through ? [through._volume(context.scope, 'git-credentials')] : []],
  };
}

function runtimeStep({ scope, props, settings }: StepContext, command: string, args: string[]): ContainerParts {
  const { runtime, registry } = props;
  return runtimeContainer(scope, {
    name: command, image: runtime.small, runtime, command: runtime.command(command), args, environment: registry.environment, secrets: registry.secretEnvironment, settings: settings !== '',
  });
}

/** A step that is a pod. The controller names its container itself. */
function pod({ props, settings }: StepContext, role: StepRole, name: string, parts: ContainerParts, retryStrategy: any, seconds?: number): any {
  const { name: _name, ...container } = restrictedContainer(parts);
  const size = wholeMebibytes(props.workspaceSize ?? Size.gibibytes(10));
  return {
    name,
    metadata: { labels: role.labels, annotations: role.annotations },
    serviceAccountName: role.serviceAccountName,
    activeDeadlineSeconds: seconds ?? wholeSeconds(props.deadline).toSeconds(),
    retryStrategy,
    container,
    volumes: [{ name: 'scratch', emptyDir: { sizeLimit: `${size.toMebibytes()}Mi` } }, ...workspaceVolumes(size, settings)],
  };
}

/**
 * Argo calls it a failure of the program when a pod is evicted, preempted or stopped with its node. It is none, unless the pod wanted more memory
 * than it may have, or more time. A longest duration is not given: Argo would end the try that runs at that moment.
 */
const LOST = 'lastRetry.status == "Error" || lastRetry.exitCode in ["-1", "137", "143"] && not (lastRetry.message matches "OOMKilled|deadline")';

/** A program that fails fails again; a node that went away is replaced. */
const AFTER_LOSS = { limit: '2', retryPolicy: 'Always', expression: LOST, backoff: { duration: '30s', factor: '2' } };

/** Commands of the runtime say with 5 that a server did not answer: the other thing that trying again mends. */
const WHERE_IT_HELPS = { limit: '5', retryPolicy: 'Always', expression: `lastRetry.exitCode == "5" || ${LOST}`, backoff: { duration: '10s', factor: '2' } };

/** Runs never overlap, so that the second in which one began is its own. */
const stamp = (parts: string) => parts.split('').map((part) => `{{workflow.creationTimestamp.${part}}}`).join('');
const RUN_TIME = `${stamp('Ymd')}.${stamp('HMS')}`;

/** What steps are told, in the words of Argo Workflows. */
const WORDS: StepWords = {
  ...TRAINED,
  run: '{{workflow.name}}',
  namespace: '{{workflow.namespace}}',
  snapshot: '{{inputs.parameters.snapshot}}',
  version: '{{inputs.parameters.version}}',
  newVersion: RUN_TIME,
  approvedBy: '{{inputs.parameters.approved-by}}',
  reason: '{{inputs.parameters.reason}}',
  versionFile: VERSION,
  goldenSet: GOLDEN_SET,
  report: REPORT,
  approvalFile: APPROVAL,
};
