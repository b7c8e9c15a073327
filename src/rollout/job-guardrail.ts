import { Duration, Size } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-28';
import { GuardrailCheck, GuardrailSubject } from './guardrail';
import { JobGuardrailOptions } from './guardrail-options';
import { CANARY_HASH, STABLE_HASH } from './guardrail-subject';
import { canonicalQuantity } from '../private/canonical';
import { InputProblems } from '../private/input-error';
import { NONROOT } from '../private/restricted-pod';
import { wholeMebibytes } from '../private/whole-units';

/**
 * Argo Rollouts calls the job `<uid of the run>.<name>.<number>` and cuts the name where that is longer than 63 characters: two names that begin
 * alike would be one job.
 */
const LONGEST_NAME = 20;

/** @throws if the name is too long, or a number makes no sense */
export function checkJob(guardrailName: string, { retries = 0, deadline, env = {}, secretEnv = {}, resources }: JobGuardrailOptions): void {
  const problems = new InputProblems();
  if (guardrailName.length > LONGEST_NAME) {
    problems.add('rollout/job-name-too-long',
      `'guardrailName' of a job must have at most ${LONGEST_NAME} characters, got '${guardrailName}' with ${guardrailName.length}; Argo Rollouts makes the name of the job of it and cuts what is longer`);
  }
  if (!Number.isInteger(retries) || retries < 0) {
    problems.add('rollout/malformed-retries', `'retries' of '${guardrailName}' must be a whole number of at least 0, got ${retries}`);
  }
  if (deadline !== undefined && deadline.toSeconds({ integral: false }) < 1) {
    problems.add('rollout/malformed-deadline', `'deadline' of '${guardrailName}' must be at least a second, got ${deadline.toSeconds({ integral: false })}s`);
  }
  for (const name of [...Object.keys(env), ...Object.keys(secretEnv)].filter((each) => OWN_ENV.includes(each))) {
    problems.add('rollout/job-env-taken', `'${name}' of '${guardrailName}' is set by the analysis; choose another name`);
  }
  if (!resources?.memory?.limit || !resources?.cpu?.request) {
    problems.add('rollout/job-without-resources',
      `'resources' of '${guardrailName}' must hold a request of CPU and a limit of memory, so that the job takes nothing from the pods that it judges`);
  }
  problems.throwAll();
}

const OWN_ENV = ['CANARY_HASH', 'STABLE_HASH', 'CANARY_URL'];

/** A restricted pod that runs once a stage. */
export function jobCheck(options: JobGuardrailOptions, { canaryAddress }: GuardrailSubject): GuardrailCheck {
  const { image, command, args, env = {}, secretEnv, deadline = Duration.minutes(10), retries = 0, serviceAccountName } = options;
  const own: { [name: string]: string } = { CANARY_HASH, STABLE_HASH, ...canaryAddress === undefined ? {} : { CANARY_URL: canaryAddress } };
  return {
    measurements: 1,
    secretEnv,
    provider: {
      job: {
        spec: {
          backoffLimit: retries,
          activeDeadlineSeconds: Math.ceil(deadline.toSeconds({ integral: false })),
          template: {
            spec: {
              restartPolicy: 'Never',
              serviceAccountName,
              automountServiceAccountToken: false,
              securityContext: { runAsNonRoot: true, runAsUser: NONROOT, runAsGroup: NONROOT, fsGroup: NONROOT, seccompProfile: { type: 'RuntimeDefault' } },
              containers: [{
                name: 'check',
                image: image.uri,
                command,
                args,
                env: Object.entries({ ...own, ...env }).map(([name, value]) => ({ name, value })),
                resources: toResources(options.resources),
                securityContext: {
                  runAsNonRoot: true, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, privileged: false, capabilities: { drop: ['ALL'] },
                },
                volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
              }],
              volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '256Mi' } }],
            },
          },
        },
      },
    },
  };
}

function toResources(resources: ContainerResources): any {
  const { cpu, memory, ephemeralStorage } = resources;
  const sizes = (which: 'request' | 'limit') => ({
    'cpu': cpu?.[which]?.amount,
    'memory': quantity(memory?.[which]),
    'ephemeral-storage': quantity(ephemeralStorage?.[which]),
  });
  return { requests: { ...sizes('request'), memory: quantity(memory?.request ?? memory?.limit) }, limits: sizes('limit') };
}

function quantity(size: Size | undefined): string | undefined {
  return size && canonicalQuantity(`${wholeMebibytes(size).toMebibytes()}Mi`);
}
