import { Duration } from 'cdk8s';
import { DriftColumn, DriftCronJobProps } from './drift-cron-job-props';
import { DriftMethod } from './drift-method';
import { driftRunsOf } from './drift-settings';
import { checkOwner } from '../core/owner-rules';
import { checkCron } from '../private/cron';
import { InputProblems } from '../private/input-error';
import { parseS3Uri } from '../private/s3-names';
import { checkStaleAge } from '../private/stale-age';
import { requireWebAddress } from '../private/web-address';

/** Adds everything that is wrong with a drift check. */
export function findDriftProblems(problems: InputProblems, props: DriftCronJobProps): void {
  const { features, answers, minimumSamples = 1, sampleCap = Infinity } = props;
  checkOwner(props.owner, problems);
  if (!/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(props.modelName)) {
    problems.add('drift/model-name', `'modelName' must be at most 40 lower-case letters, digits and '-', got '${props.modelName}'`);
  }
  if (features.length === 0) {
    problems.add('drift/no-features', `'features' of '${props.modelName}' must name at least one feature, got none`);
  }
  const names = features.map(({ name }) => name);
  for (const name of [...new Set(names.filter((candidate, i) => names.indexOf(candidate) !== i))]) {
    problems.add('drift/feature-twice', `the feature '${name}' is named twice; give it one method`);
  }
  [...features, ...answers ? [answers.column] : []].forEach((column) => checkColumn(column, problems));
  problems.attempt(() => parseS3Uri(props.predictionsLog));
  problems.attempt(() => props.reports !== undefined && parseS3Uri(props.reports));
  problems.attempt(() => requireWebAddress('pushgatewayUrl', props.pushgatewayUrl, ['http', 'https']));
  const { schedule } = driftRunsOf(props);
  if (checkCron('schedule', schedule, problems)) {checkStaleAge('staleAfter', props.staleAfter, schedule, problems);}
  for (const [name, value] of Object.entries({ minimumSamples, sampleCap: props.sampleCap ?? 1 })) {
    if (!Number.isInteger(value) || value < 1) {
      problems.add('drift/samples', `'${name}' must be a whole number of at least 1, got ${value}`);
    }
  }
  if (sampleCap < minimumSamples) {
    problems.add('drift/cap-below-minimum', `'sampleCap' must not be below 'minimumSamples', got ${sampleCap} and ${minimumSamples}; nothing would ever be judged`);
  }
  for (const [name, share] of Object.entries({ driftShare: props.driftShare ?? 0, missingShare: props.missingShare ?? 0 })) {
    if (!(share >= 0 && share < 1)) {
      problems.add('drift/share', `'${name}' must be a share of at least 0 and below 1, got ${share}`);
    }
  }
  checkWindow('window', props.window, problems);
  checkWindow('answers.window', answers?.window, problems);
}

function checkColumn({ name, type, method = DriftMethod.psi() }: DriftColumn, problems: InputProblems): void {
  if (!method.compares(type)) {
    problems.add('drift/method-for-type', `${method.title} does not compare ${type} values, which '${name}' holds; use DriftMethod.psi()`);
  }
}

function checkWindow(what: string, window: Duration | undefined, problems: InputProblems): void {
  if (window && window.toMinutes({ integral: false }) < 5) {
    problems.add('drift/window', `'${what}' must be at least five minutes, got ${window.toHumanString()}`);
  }
}
