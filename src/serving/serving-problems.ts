import { Size } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-28';
import { ModelServingProps } from './model-serving-props';
import { checkMeshFitsRestrictedPods } from '../core/mesh-rules';
import { checkOwner } from '../core/owner-rules';
import { InputProblems } from '../private/input-error';

/** Variables that a serving sets itself. */
export const RESERVED_ENVIRONMENT = ['MODEL_NAME', 'MODEL_VERSION', 'MODEL_SHA256', 'MODEL_PATH', 'PREDICTION_EXPORTER_URL'];

/** Adds everything that is wrong with the numbers and names of a serving. */
export function findProblems(problems: InputProblems, props: ModelServingProps): void {
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
  if (props.autoscaling && props.replicas !== undefined) {
    problems.add('serving/replicas-and-autoscaling', `'replicas' (${props.replicas}) and 'autoscaling' exclude each other; drop one of them`);
  }
  if (props.replicas !== undefined && (!Number.isInteger(props.replicas) || props.replicas < 1)) {
    problems.add('serving/malformed-replicas', `'replicas' must be a positive integer, got ${props.replicas}`);
  }
  if (props.user !== undefined && (!Number.isInteger(props.user) || props.user < 1)) {
    problems.add('serving/root-user', `'user' must be a positive integer, got ${props.user}; the restricted pod security standard refuses root`);
  }
  if (props.identity && props.serviceAccount && props.identity.serviceAccountName !== props.serviceAccount.name) {
    problems.add('serving/two-service-accounts',
      `'identity' is bound to the service account '${props.identity.serviceAccountName}', but 'serviceAccount' is '${props.serviceAccount.name}'; ` +
      'bind the identity to that account, or drop serviceAccount');
  }
  for (const name of [...Object.keys(props.environment ?? {}), ...Object.keys(props.secrets ?? {})]) {
    if (RESERVED_ENVIRONMENT.includes(name)) {
      problems.add('serving/reserved-environment', `'${name}' is set by the serving itself; give your variable another name`);
    }
  }
  const serviceName = props.serviceName ?? props.model.modelName;
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(serviceName)) {
    problems.add('serving/malformed-service-name',
      `'serviceName' must be at most 63 lower-case letters, digits and '-', starting with a letter, got '${serviceName}'`);
  }
}

function findResourceProblems(problems: InputProblems, resources: ContainerResources): void {
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
