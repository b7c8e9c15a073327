import { Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AgreementOptions } from './agreement-options';
import { NetworkPeer } from '../core/network-peer';
import { PlatformProfile } from '../core/platform-profile';
import { environmentOf } from '../core/pods/environment';
import { labelsOf, PartOf, podMetadataOf, selectorOf } from '../core/pods/labels';
import { PodNetwork } from '../core/pods/pod-network';
import { ContainerParts, restrictedPodSpec } from '../core/pods/restricted-pod';
import { checkCron } from '../private/cron';
import { InputProblems } from '../private/input-error';
import { CronJob } from '../private/l1/batch';
import { parseS3Uri } from '../private/s3-names';
import { requireWebAddress } from '../private/web-address';
import { IModelServing } from '../serving/serving';

/** What the job compares. */
export interface AgreementJobProps {
  readonly options: AgreementOptions;
  readonly live: IModelServing;
  readonly shadow: string;
  readonly until: string;
  readonly platform: PlatformProfile;
}

/** Exit code of `mlops compare` that another try may change. */
const TRY_AGAIN = 5;

/** Adds what is wrong with a comparison of answers. */
export function findAgreementProblems(problems: InputProblems, options: AgreementOptions): void {
  const { liveLog, shadowLog, atLeast = 0.99, tolerance = 0, minimumPairs = 1, resources } = options;
  const { reports, schedule, pushgatewayUrl, pushgatewayAt } = options;
  problems.attempt(() => parseS3Uri(liveLog));
  problems.attempt(() => parseS3Uri(shadowLog));
  if (liveLog === shadowLog) {
    problems.add('shadow/one-log', `'liveLog' and 'shadowLog' must differ, got '${liveLog}' for both; a log that is compared with itself always agrees`);
  }
  if (!(atLeast > 0 && atLeast <= 1)) {
    problems.add('shadow/malformed-agreement', `'atLeast' must be above 0 and at most 1, got ${atLeast}; it is a share of the requests`);
  }
  if (!(tolerance >= 0)) {
    problems.add('shadow/malformed-tolerance', `'tolerance' must be at least 0, got ${tolerance}`);
  }
  if (!Number.isInteger(minimumPairs) || minimumPairs < 1) {
    problems.add('shadow/malformed-pairs', `'minimumPairs' must be a whole number of at least 1, got ${minimumPairs}`);
  }
  if (!resources.cpu?.request || !resources.memory?.request || !resources.memory.limit) {
    problems.add('shadow/no-resources', "'agreement.resources' must name cpu.request, memory.request and memory.limit; the job shares nodes with the models");
  }
  problems.attempt(() => reports !== undefined && parseS3Uri(reports));
  problems.attempt(() => pushgatewayUrl !== undefined && requireWebAddress('pushgatewayUrl', pushgatewayUrl, ['http', 'https']));
  if ((pushgatewayUrl === undefined) !== (pushgatewayAt === undefined)) {
    problems.add('shadow/half-a-pushgateway',
      `'pushgatewayUrl' and 'pushgatewayAt' belong together, got only '${pushgatewayUrl === undefined ? 'pushgatewayAt' : 'pushgatewayUrl'}'; `
      + 'the one says where numbers go, the other lets them through the network policy');
  }
  if (schedule !== undefined) {checkCron('schedule', schedule, problems);}
  problems.attempt(() => options.image.full);
}

/**
 * Compares answers with those of the live model once a day, and returns the name of its CronJob: `mlops compare` reads both logs of the day before,
 * joins them by request and ends with an error where too few agree.
 */
export function declareAgreementJob(scope: Construct, props: AgreementJobProps): string {
  const { options, live, shadow, platform } = props;
  const part: PartOf = { name: `${shadow}-agreement`, component: 'shadow-comparison', owner: live.owner, platform, model: live.modelName };
  const { identity } = options;
  const account = identity && new kplus.ServiceAccount(scope, 'AgreementServiceAccount', {
    metadata: { name: identity.serviceAccountName, annotations: identity.serviceAccountAnnotations }, automountToken: false,
  });
  const job = new CronJob(scope, 'Agreement', {
    metadata: { labels: labelsOf(part) },
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
          // answers that differ do so at every try
          podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { containerName: 'compare', operator: 'NotIn', values: [TRY_AGAIN] } }] },
          activeDeadlineSeconds: 3600,
          ttlSecondsAfterFinished: 7 * 86_400,
          template: {
            metadata: podMetadataOf(part),
            spec: restrictedPodSpec({
              serviceAccountName: account?.name, containers: [containerOf(scope, props)], scratch: Size.gibibytes(2), fields: { restartPolicy: 'Never' },
            }),
          },
        },
      },
    },
  });
  const network = new PodNetwork(scope, 'AgreementNetwork', { name: part.name, podLabels: selectorOf(part), platform, identity });
  network.allowTo(options.bucketAt ?? NetworkPeer.anyHttps('both logs are read from S3'), 'predictions log');
  if (options.pushgatewayAt) {network.allowTo(options.pushgatewayAt, 'agreement of the shadow');}
  return job.name;
}

function containerOf(scope: Construct, { options, live, shadow, until }: AgreementJobProps): ContainerParts {
  const { image, resources, env, secrets, reports, pushgatewayUrl } = options;
  const flags: { [flag: string]: string | number | undefined } = {
    'live': live.modelName,
    shadow,
    'live-log': options.liveLog,
    'shadow-log': options.shadowLog,
    'request-id-field': options.requestIdField,
    'prediction-field': options.predictionField,
    'agreement-at-least': options.atLeast ?? 0.99,
    'tolerance': options.tolerance ?? 0,
    'minimum-pairs': options.minimumPairs ?? 1000,
    until,
    'report': reports,
    'push': pushgatewayUrl,
  };
  return {
    name: 'compare',
    image: image.full,
    resources,
    env: environmentOf(scope, { HOME: '/tmp', ...image.environment, ...env }, secrets),
    fields: {
      command: image.command('compare'),
      args: Object.entries(flags).filter(([, value]) => value !== undefined).map(([flag, value]) => `--${flag}=${value}`),
    },
  };
}
