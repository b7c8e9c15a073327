import { Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AgreementOptions } from './shadow-options';
import { InputProblems } from '../private/input-error';
import { CronJobObject } from '../private/l1/core-kinds';

/** What the job compares. */
export interface AgreementJobProps {
  readonly options: AgreementOptions;
  readonly liveModel: string;
  readonly shadow: string;
  readonly until: string;
  readonly podLabels: { [key: string]: string };
  readonly podAnnotations: { [key: string]: string };
}

/** Adds what is wrong with a comparison of answers. */
export function findAgreementProblems(problems: InputProblems, options: AgreementOptions): void {
  const { liveLog, shadowLog, atLeast = 0.99, tolerance = 0, resources } = options;
  for (const [name, log] of Object.entries({ liveLog, shadowLog }).filter(([, address]) => !/^[a-z][a-z0-9+]*:\/\/[^\s/]+\/\S+$/.test(address))) {
    problems.add('shadow/malformed-log', `'${name}' must be a folder such as 's3://bucket/predictions-log/fraud-detection', got '${log}'`);
  }
  if (liveLog === shadowLog) {
    problems.add('shadow/one-log', `'liveLog' and 'shadowLog' must differ, got '${liveLog}' for both; a log that is compared with itself always agrees`);
  }
  if (!(atLeast > 0 && atLeast <= 1)) {
    problems.add('shadow/malformed-agreement', `'atLeast' must be above 0 and at most 1, got ${atLeast}; it is a share of the requests`);
  }
  if (!(tolerance >= 0)) {
    problems.add('shadow/malformed-tolerance', `'tolerance' must be at least 0, got ${tolerance}`);
  }
  if (!resources.cpu?.request || !resources.memory?.request || !resources.memory.limit) {
    problems.add('shadow/no-resources', "'agreement.resources' must name cpu.request, memory.request and memory.limit; the job shares nodes with the models");
  }
}

/**
 * Compares answers with those of the live model once a day: `mlops compare` reads both logs of the day before, joins them by request and ends with an
 * error where too few agree. A comparison that failed is a failed job, for which kube-prometheus-stack has an alert.
 */
export function declareAgreementJob(scope: Construct, props: AgreementJobProps): void {
  const { options, liveModel, shadow, until, podLabels, podAnnotations } = props;
  const { image, liveLog, shadowLog, requestIdField = 'request_id', atLeast = 0.99, tolerance = 0, resources, serviceAccount, env = {} } = options;
  const flags: { [flag: string]: string | number } = {
    'live': liveModel,
    'shadow': shadow,
    'live-log': liveLog,
    'shadow-log': shadowLog,
    'request-id-field': requestIdField,
    'agreement-at-least': atLeast,
    tolerance,
    'until': until,
  };
  const container = {
    name: 'compare',
    image: image.full.uri,
    imagePullPolicy: 'IfNotPresent',
    command: image.command('compare'),
    args: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    env: Object.entries({ ...env, ...image.environment }).map(([name, value]) => ({ name, value })),
    resources: rendered(resources),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }],
  };
  new CronJobObject(scope, 'Agreement', {
    spec: {
      schedule: options.schedule ?? '17 5 * * *',
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 2,
          activeDeadlineSeconds: 3600,
          ttlSecondsAfterFinished: 7 * 86_400,
          template: {
            metadata: { labels: podLabels, annotations: podAnnotations },
            spec: {
              restartPolicy: 'Never',
              serviceAccountName: serviceAccount?.name,
              automountServiceAccountToken: false,
              enableServiceLinks: false,
              securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } },
              containers: [container],
              volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '1Gi' } }],
            },
          },
        },
      },
    },
  });
}

function rendered({ cpu, memory }: kplus.ContainerResources): any {
  return {
    requests: { cpu: cpu?.request?.amount, memory: mebi(memory?.request) },
    limits: { cpu: cpu?.limit?.amount, memory: mebi(memory?.limit) },
  };
}

function mebi(size: Size | undefined): string | undefined {
  return size && `${size.toMebibytes()}Mi`;
}
