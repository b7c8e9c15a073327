import { createHash } from 'crypto';
import { ServiceAccount } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { runtimeContainer } from './program-pod';
import { TrainingJobProps } from './training-job-props';
import { checkOwner } from '../core/owner-rules';
import { labelsOf, PartOf } from '../core/pods/labels';
import { ContainerParts } from '../core/pods/restricted-pod';
import { AuditKey } from '../private/audit';
import { InputProblems } from '../private/input-error';
import { ConfigMap } from '../private/l1/core-v1';
import { wholeSeconds } from '../private/whole-units';

/** A pod whose node went away is replaced without being counted. */
export const UNCOUNTED = { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] };

/** What registration says with these exit codes cannot be mended by trying again. */
export const NOT_MENDED = { action: 'FailJob', onExitCodes: { containerName: 'register', operator: 'In', values: [1, 2, 3, 4] } };

/** Throws everything that is wrong with a training, besides what `more` finds. */
export function requireTraining(scope: Construct, id: string, props: TrainingJobProps, more: (problems: InputProblems) => void = () => {}): void {
  const { owner, deadline, retries = 1 } = props;
  const problems = new InputProblems();
  checkOwner(owner, problems);
  if (!Number.isInteger(retries) || retries < 0) {
    problems.add('training/malformed-retries', `'retries' must be a whole number of at least 0, got ${retries}`);
  }
  if (wholeSeconds(deadline).toSeconds() < 1) {
    problems.add('training/no-deadline', "'deadline' must be longer than nothing, got 0 s; a training that hangs keeps its resources otherwise");
  }
  more(problems);
  problems.throwAt(scope, id);
}

/** Version that is handed in, unless the registry counts; the same for the same training. */
export function versionOf({ program, data, registry }: TrainingJobProps, ...more: unknown[]): string | undefined {
  if (registry.countsVersions) {return undefined;}
  const made = hashOf([program.image.uri, program.gitCommit, program._steps, data.toString(), program.featureSchema?.sha256, ...more]);
  return `${program.gitCommit.replace(/[^A-Za-z0-9]/g, '-').slice(0, 12)}-${made}`;
}

/** What made the model, as it stands on objects and pods. */
export function lineageOf(scope: Construct, { program, data, owner }: TrainingJobProps): { [key: string]: string } {
  return {
    [AuditKey.GIT_COMMIT]: program.gitCommit,
    [AuditKey.DATA_SNAPSHOT]: data.toString(),
    [AuditKey.TRAINED_BY]: trainedBy(scope, owner.team),
    [AuditKey.PARAMETERS]: JSON.stringify(program.parameters, Object.keys(program.parameters).sort()),
  };
}

/** The container that hands in what was trained. */
export function registration(scope: Construct, props: TrainingJobProps, version: string | undefined): ContainerParts {
  const { runtime, program, registry, owner, data } = props;
  return runtimeContainer(scope, {
    name: 'register',
    image: runtime.small,
    runtime,
    command: runtime.command('register'),
    args: [...program._registration(trainedBy(scope, owner.team)), `--data=${data}`, ...version === undefined ? [] : [`--version=${version}`]],
    environment: registry.environment,
    secrets: registry.secretEnvironment,
    settings: program.featureSchema !== undefined,
  });
}

/** Name of the ConfigMap with what the library hands to the steps. */
export function trainingSettings(scope: Construct, { program: { featureSchema } }: TrainingJobProps, part: PartOf): string | undefined {
  return featureSchema && new ConfigMap(scope, 'Settings', { metadata: { labels: labelsOf(part) }, data: { 'feature-schema.json': featureSchema.content } }).name;
}

/** Name of the ServiceAccount, if the training has an identity. */
export function trainerAccount(scope: Construct, { identity }: TrainingJobProps, part: PartOf): string | undefined {
  return identity && new ServiceAccount(scope, 'ServiceAccount', {
    metadata: { name: identity.serviceAccountName, annotations: identity.serviceAccountAnnotations, labels: labelsOf(part) }, automountToken: false,
  }).name;
}

/** Short and the same for the same value. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
}

function trainedBy(scope: Construct, team: string): string {
  return `${team} (${scope.node.path})`;
}
