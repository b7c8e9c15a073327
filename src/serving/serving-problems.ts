import { Size } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-28';
import { ModelServingOptions, ServedModelOptions } from './model-serving-props';
import { checkMeshFitsRestrictedPods } from '../core/mesh-rules';
import { checkOwner } from '../core/owner-rules';
import { InputProblems } from '../private/input-error';
import { checkLabels, isDnsLabel, isSubdomain } from '../private/kubernetes-names';

/** Variables that a serving sets itself. */
export const RESERVED_ENVIRONMENT = ['MODEL_NAME', 'MODEL_VERSION', 'MODEL_SHA256', 'MODEL_PATH', 'PREDICTION_EXPORTER_URL'];

/** What nothing can be said about without, for languages whose compilers do not ask for it. */
const REQUIRED = ['model', 'image', 'server', 'resources', 'warmup', 'platform'];

/** Adds a problem for each property that is not there. `own` are those that this kind of serving asks for besides. */
export function findMissing(problems: InputProblems, props: ServedModelOptions, own: string[]): void {
  const given = props as unknown as { [name: string]: unknown };
  for (const name of [...REQUIRED, ...own].filter((required) => given[required] === undefined || given[required] === null)) {
    problems.add('serving/missing-property', `'${name}' must be given, got nothing`);
  }
}

/** Adds everything that is wrong with the numbers and names of a serving. */
export function findProblems(problems: InputProblems, props: ServedModelOptions, namespace: string | undefined): void {
  checkOwner(props.owner, problems);
  if (!props.slo) {
    problems.add('serving/no-slo', "'slo' must say what is promised to callers: alerts, panels and guardrails are derived from it");
  }
  findResourceProblems(problems, props.resources);
  checkMeshFitsRestrictedPods(props.platform.mesh, problems);
  const objective = props.rollbackObjective?.toSeconds() ?? 600;
  const warmup = props.warmup.toSeconds();
  if (warmup <= 0) {
    problems.add('serving/no-warmup', `'warmup' must be above zero, got ${warmup}s; measure how long the server takes until the model can predict`);
  } else if (warmup >= objective) {
    problems.add('serving/warmup-above-objective',
      `'warmup' (${warmup}s) must be below 'rollbackObjective' (${objective}s): a rollback starts pods too; make the model load faster or raise the objective`);
  }
  if (props.runAsUser !== undefined && (!Number.isInteger(props.runAsUser) || props.runAsUser < 1)) {
    problems.add('serving/root-user', `'runAsUser' must be a positive integer, got ${props.runAsUser}; the restricted pod security standard refuses root`);
  }
  if (props.identity && props.serviceAccount && props.identity.serviceAccountName !== props.serviceAccount.name) {
    problems.add('serving/two-service-accounts',
      `'identity' is bound to the service account '${props.identity.serviceAccountName}', but 'serviceAccount' is '${props.serviceAccount.name}'; ` +
      'bind the identity to that account, or drop serviceAccount');
  }
  findEnvironmentProblems(problems, props);
  findPortProblems(problems, props);
  findSizeProblems(problems, props);
  findNameProblems(problems, props, namespace);
}

/** Adds what is wrong with the name that it is watched under. */
export function findWatchProblems(problems: InputProblems, { watchedAs }: Pick<ModelServingOptions, 'watchedAs'>): void {
  if (watchedAs !== undefined && !/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(watchedAs)) {
    problems.add('serving/malformed-watched-name',
      `'watchedAs' must be at most 63 lower-case letters, digits and '-', starting with a letter, got '${watchedAs}'; it becomes a label`);
  }
}

/** Adds what is wrong with the number of pods. */
export function findReplicaProblems(problems: InputProblems, props: Pick<ModelServingOptions, 'replicas' | 'autoscaling'>): void {
  if (props.autoscaling && props.replicas !== undefined) {
    problems.add('serving/replicas-and-autoscaling', `'replicas' (${props.replicas}) and 'autoscaling' exclude each other; drop one of them`);
  }
  if (props.replicas !== undefined && (!Number.isInteger(props.replicas) || props.replicas < 1)) {
    problems.add('serving/malformed-replicas', `'replicas' must be a positive integer, got ${props.replicas}`);
  }
}

function findNameProblems(problems: InputProblems, props: ServedModelOptions, namespace: string | undefined): void {
  checkLabels('labels', props.labels ?? {}, problems);
  if (namespace !== undefined && !isDnsLabel(namespace)) {
    problems.add('serving/malformed-namespace', `'namespace' must be at most 63 lower-case letters, digits and '-', got '${namespace}'`);
  }
  const names = { 'identity.serviceAccountName': props.identity?.serviceAccountName, 'priorityClassName': props.priorityClassName };
  for (const [property, name] of Object.entries(names).filter((entry): entry is [string, string] => entry[1] !== undefined)) {
    if (!isSubdomain(name)) {
      problems.add('serving/malformed-name', `'${property}' must be lower-case letters, digits, '-' and '.', got '${name}'`);
    }
  }
  const serviceName = props.serviceName ?? props.model.modelName;
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(serviceName)) {
    problems.add('serving/malformed-service-name',
      `'serviceName' must be at most 63 lower-case letters, digits and '-', starting with a letter, got '${serviceName}'`);
  }
}

/** As Kubernetes 1.30 wants them; newer servers take more, which few programs can read. */
const VARIABLE = /^[-._A-Za-z][-._A-Za-z0-9]*$/;

function findEnvironmentProblems(problems: InputProblems, props: ServedModelOptions): void {
  const [plain, secret] = [Object.keys(props.env ?? {}), Object.keys(props.secrets ?? {})];
  for (const name of [...plain, ...secret]) {
    if (RESERVED_ENVIRONMENT.includes(name)) {
      problems.add('serving/reserved-environment', `'${name}' is set by the serving itself; give your variable another name`);
    }
    if (!VARIABLE.test(name)) {
      problems.add('serving/malformed-variable', `a variable must be letters, digits, '_', '-' and '.', not starting with a digit, got '${name}'`);
    }
  }
  for (const name of plain.filter((variable) => secret.includes(variable))) {
    problems.add('serving/variable-given-twice', `'${name}' stands in 'env' and in 'secrets'; drop one of them`);
  }
}

/** Two containers of a pod, or two parts of a server, cannot listen on one port; only requests and metrics of the server may share one. */
function findPortProblems(problems: InputProblems, { server, predictionExporter: exporter }: ServedModelOptions): void {
  if (exporter && [server.port, server.metrics.port].includes(exporter.port)) {
    const user = exporter.port === server.port ? 'answers requests' : 'exports metrics';
    problems.add('serving/port-taken', `'port' of the prediction exporter must differ from those of the server, got ${exporter.port}, where the server ${user}`);
  }
}

function findSizeProblems(problems: InputProblems, { scratchSize, sharedMemory, resources }: ServedModelOptions): void {
  for (const [name, size] of Object.entries({ scratchSize, sharedMemory })) {
    if (size && size.toMebibytes() <= 0) {
      problems.add('serving/no-size', `'${name}' must be larger than zero, got 0`);
    }
  }
  const limit = resources.memory?.limit;
  if (sharedMemory && limit && sharedMemory.toMebibytes() >= limit.toMebibytes()) {
    problems.add('serving/shared-memory-above-limit',
      `'sharedMemory' (${mebi(sharedMemory)}) must be below 'memory.limit' (${mebi(limit)}), which it counts against`);
  }
}

/** Adds what is wrong with CPU and memory. */
export function findResourceProblems(problems: InputProblems, resources: ContainerResources): void {
  const { cpu, memory } = resources;
  if (!cpu?.request || !memory?.request || !memory?.limit) {
    const missing = [!cpu?.request && 'cpu.request', !memory?.request && 'memory.request', !memory?.limit && 'memory.limit'].filter(Boolean);
    problems.add('serving/no-resources', `'resources' must name ${missing.join(', ')}; measure them with a load test`);
  }
  if (cpu?.request && cpu.limit && milli(cpu.limit.amount) < milli(cpu.request.amount)) {
    problems.add('serving/limit-below-request', `'cpu.limit' (${cpu.limit.amount}) must not be below 'cpu.request' (${cpu.request.amount})`);
  }
  if (memory?.request && memory.limit && memory.limit.toKibibytes() < memory.request.toKibibytes()) {
    problems.add('serving/limit-below-request', `'memory.limit' (${mebi(memory.limit)}) must not be below 'memory.request' (${mebi(memory.request)})`);
  }
}

function milli(amount: unknown): number {
  const text = `${amount}`;
  return text.endsWith('m') ? Number(text.slice(0, -1)) : Number(text) * 1000;
}

function mebi(size: Size): string {
  return `${size.toMebibytes()}Mi`;
}
