import { Size } from 'cdk8s';
import { Construct } from 'constructs';
import { TrainJobProps, TrainingFramework } from './train-job-props';
import { PartOf, podMetadataOf } from '../../core/pods/labels';
import { ContainerParts, restrictedPodSpec } from '../../core/pods/restricted-pod';
import { wholeMebibytes } from '../../private/whole-units';
import { lineageOf, NOT_MENDED, registration, UNCOUNTED } from '../one-training';
import { devicePlacement, programContainer } from '../program-pod';
import { ProgramStep, TRAIN, VALIDATE } from '../program-step';

/** Name of the job and of the container that Kubeflow Trainer trains in. */
const NODE = 'node';
const REGISTER = 'register';
/** Name of the volume that all pods share; JobSet makes and deletes it. */
const WORKSPACE = 'workspace';
const LOST_NODE = { action: 'FailJob', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] };

/** Whoever makes the runtime of a TrainJob. */
export interface RuntimeContext {
  readonly props: TrainJobProps;
  readonly part: PartOf;
  readonly framework: TrainingFramework;
  readonly version?: string;
  /** ConfigMap with the features. */
  readonly settings?: string;
  readonly account?: string;
}

/** A runtime, and what each of its nodes may use. */
export interface RuntimeSpec {
  readonly spec: any;
  readonly resources: any;
}

/**
 * Jobs one after another: the data, the nodes, the tests, the registration. What trains stands in the TrainJob; how its pods are made, here.
 */
export function trainingRuntimeSpec(scope: Construct, context: RuntimeContext): RuntimeSpec {
  const { props, framework } = context;
  const names = [...props.program._steps.map(({ name }) => (name === TRAIN ? NODE : name)), REGISTER];
  const pods = [...props.program._steps.map((step) => podOf(scope, context, step)), podOfRegistration(scope, context)];
  const jobs = names.map((name, i) => ({
    name,
    // written out, as the API server fills them in
    groupName: 'default',
    replicas: 1,
    ...i === 0 ? {} : { dependsOn: [{ name: names[i - 1], status: 'Complete' }] },
    template: jobOf(scope, context, name, pods[i]),
  }));
  return {
    spec: {
      mlPolicy: { numNodes: props.nodes, [framework]: {} },
      template: {
        spec: {
          replicatedJobs: jobs,
          failurePolicy: failurePolicyOf(props.retries ?? 1, names.filter((name) => name !== NODE)),
          volumeClaimPolicies: [{ templates: [workspaceOf(props)], retentionPolicy: { whenDeleted: 'Delete' } }],
        },
      },
    },
    resources: pods[names.indexOf(NODE)].containers[0].resources,
  };
}

function jobOf(scope: Construct, { props, part }: RuntimeContext, name: string, spec: any): any {
  const { labels, annotations } = podMetadataOf(part);
  const template = { metadata: { labels, annotations: { ...lineageOf(scope, props), ...annotations } }, spec };
  if (name === NODE) {
    return {
      metadata: { labels: { 'trainer.kubeflow.org/trainjob-ancestor-step': 'trainer' } },
      // nodes that lost one of them cannot go on: all of them begin again
      spec: { backoffLimit: 0, podFailurePolicy: { rules: [LOST_NODE] }, template },
    };
  }
  const rules = [UNCOUNTED, ...name === REGISTER ? [NOT_MENDED] : []];
  return { spec: { backoffLimit: props.retries ?? 1, podFailurePolicy: { rules }, template } };
}

function podOf(scope: Construct, { props, settings, account }: RuntimeContext, step: ProgramStep): any {
  const { program, resources, gpu, data } = props;
  const parts = programContainer(scope, step, { program, resources, gpu, snapshot: data.toString() });
  const trains = step.name === TRAIN;
  const { command: _command, ...fields } = parts.fields!;
  const container: ContainerParts = trains
    // its command and its variables are those of the TrainJob
    ? { ...parts, name: NODE, env: [], mounts: [...parts.mounts!, { name: 'shared-memory', mountPath: '/dev/shm' }], fields }
    : parts;
  return pod(props, container, {
    account,
    // as much as the pod may have: processes of one node hand batches to each other
    volumes: [...settingsVolume(settings), ...trains ? [{ name: 'shared-memory', emptyDir: { medium: 'Memory' } }] : []],
    placement: step.name === VALIDATE ? {} : devicePlacement(props.gpu),
  });
}

function podOfRegistration(scope: Construct, { props, version, settings, account }: RuntimeContext): any {
  return pod(props, registration(scope, props, version), { account, volumes: settingsVolume(settings), placement: {} });
}

interface PodOptions {
  readonly account?: string;
  readonly volumes: any[];
  readonly placement: { [field: string]: any };
}

function pod(props: TrainJobProps, container: ContainerParts, { account, volumes, placement }: PodOptions): any {
  return restrictedPodSpec({
    serviceAccountName: account, containers: [container], scratch: sizeOf(props), volumes, fields: { restartPolicy: 'Never', ...placement },
  });
}

function settingsVolume(settings: string | undefined): any[] {
  return settings === undefined ? [] : [{ name: 'settings', configMap: { name: settings } }];
}

/** What the other steps say is not mended by training once more; a node that went away is nobody's fault. */
function failurePolicyOf(retries: number, others: string[]): any {
  return {
    maxRestarts: retries,
    restartStrategy: 'Recreate',
    rules: [
      { name: 'node_lost', action: 'RestartJobSetAndIgnoreMaxRestarts', targetReplicatedJobs: [NODE], onJobFailureReasons: ['PodFailurePolicy'] },
      { name: 'step_failed', action: 'FailJobSet', targetReplicatedJobs: others },
    ],
  };
}

function workspaceOf(props: TrainJobProps): any {
  return {
    metadata: { name: WORKSPACE },
    spec: {
      accessModes: ['ReadWriteMany'], storageClassName: props.sharedStorageClass, resources: { requests: { storage: `${sizeOf(props).toMebibytes()}Mi` } },
    },
  };
}

function sizeOf({ workspaceSize }: TrainJobProps): Size {
  return wholeMebibytes(workspaceSize ?? Size.gibibytes(10));
}
