import { Size } from 'cdk8s';
import { ContainerResources, Cpu } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { ProgramStep, VALIDATE } from './program-step';
import { TrainingProgram } from './training-program';
import { Workspace } from './workspace';
import { Gpu } from '../core/gpu';
import { environmentOf } from '../core/pods/environment';
import { ContainerParts, resourcesOf } from '../core/pods/restricted-pod';
import { RuntimeImage } from '../core/runtime-image';
import { SecretRef } from '../core/secret-ref';
import { wholeMebibytes } from '../private/whole-units';

/** What a step of a training may use. */
export interface StepOptions {
  readonly program: TrainingProgram;
  readonly resources: ContainerResources;
  readonly gpu?: Gpu;
  /** `<kind>:<address>@<revision>`, or what stands for it. */
  readonly snapshot: string;
  readonly env?: { [name: string]: string };
}

const MOUNTS = [{ name: 'workspace', mountPath: Workspace.FOLDER }];
const SETTINGS = { name: 'settings', mountPath: Workspace.SETTINGS, readOnly: true };

/** A container that runs one command of the program, the same in every kind of object. */
export function programContainer(scope: Construct, { name, command }: ProgramStep, options: StepOptions): ContainerParts {
  const { program, resources, gpu, snapshot, env } = options;
  return {
    name,
    image: program.image,
    resources,
    env: environmentOf(scope, { ...program._environment(snapshot), ...env }, program._secrets),
    mounts: [...MOUNTS, ...program.featureSchema ? [SETTINGS] : []],
    // data are looked at without a device
    fields: { command, ...gpu && name !== VALIDATE ? { resources: withDevices(resources, gpu) } : {} },
  };
}

/** What a command of the runtime is told. */
export interface RuntimeStepOptions {
  readonly name: string;
  readonly command: string[];
  readonly args: string[];
  readonly image: RuntimeImage['small'];
  readonly runtime: RuntimeImage;
  readonly environment: { [name: string]: string };
  readonly secrets: { [name: string]: SecretRef };
  readonly resources?: ContainerResources;
  readonly settings: boolean;
}

/** A container that runs a command of the runtime. */
export function runtimeContainer(scope: Construct, options: RuntimeStepOptions): ContainerParts {
  const { name, image, runtime, environment, secrets, command, args, settings } = options;
  const memory = Size.mebibytes(512);
  return {
    name,
    image,
    resources: options.resources ?? { cpu: { request: Cpu.millis(100) }, memory: { request: memory, limit: memory } },
    env: environmentOf(scope, { HOME: '/tmp', ...runtime.environment, ...environment }, secrets),
    mounts: [...MOUNTS, ...settings ? [SETTINGS] : []],
    fields: { command, args },
  };
}

/** Volumes of the steps; `settings` is the ConfigMap that holds what the library hands to them. */
export function workspaceVolumes(size: Size, settings: string | undefined): any[] {
  return [
    { name: 'workspace', emptyDir: { sizeLimit: `${wholeMebibytes(size).toMebibytes()}Mi` } },
    ...settings === undefined ? [] : [{ name: 'settings', configMap: { name: settings } }],
  ];
}

/** Where pods with devices may run. */
export function devicePlacement(gpu: Gpu | undefined): { [field: string]: any } {
  if (!gpu) {return {};}
  return {
    tolerations: [{ key: gpu.resourceName, operator: 'Exists', effect: 'NoSchedule' }],
    ...Object.keys(gpu.nodeLabels).length > 0 ? { nodeSelector: gpu.nodeLabels } : {},
  };
}

function withDevices(resources: ContainerResources, gpu: Gpu): any {
  const { limits, requests } = resourcesOf(resources);
  return { limits: { ...limits, [gpu.resourceName]: `${gpu.count}` }, requests };
}
