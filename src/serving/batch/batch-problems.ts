import { batchRunsOf } from './batch-runs';
import { BatchScoringProps } from './batch-scoring-props';
import { checkOwner } from '../../core/owner-rules';
import { checkCron } from '../../private/cron';
import { InputProblems } from '../../private/input-error';
import { checkStaleAge } from '../../private/stale-age';
import { checkTimeZone } from '../../private/time-zone';
import { findResourceProblems } from '../serving-problems';

/** Variables that the scorer gets from here. */
const RESERVED = ['MODEL_NAME', 'MODEL_VERSION', 'MODEL_SHA256', 'MODEL_PATH', 'RUN_NAME'];

/** Adds everything that is wrong with the numbers and names of a batch. */
export function findBatchProblems(problems: InputProblems, props: BatchScoringProps): void {
  const { input, outputPrefix, deadline, retries, egress, env = {}, secrets = {} } = props;
  checkOwner(props.owner, problems);
  findResourceProblems(problems, props.resources);
  for (const [name, address] of Object.entries({ input, outputPrefix })) {
    if (!/^[a-z][a-z0-9+.-]*:\/\/[^/\s]+/.test(address)) {
      problems.add('batch/malformed-address', `'${name}' must be an address such as 's3://warehouse/tables/', got '${address}'`);
    }
  }
  if (`${outputPrefix.replace(/\/+$/, '')}/`.startsWith(`${input.replace(/\/+$/, '')}/`)) {
    problems.add('batch/output-in-input', `'outputPrefix' must not lie within 'input', or predictions would be scored, got '${outputPrefix}' within '${input}'`);
  }
  const { schedule } = batchRunsOf(props);
  if (checkCron('schedule', schedule, problems)) {checkStaleAge('staleAfter', props.staleAfter, schedule, problems);}
  checkTimeZone('timeZone', props.timeZone, problems);
  if (deadline.toSeconds({ integral: false }) <= 0) {
    problems.add('batch/no-deadline', "'deadline' must be above zero, got 0; measure how long a table of real size takes, and give it some room");
  }
  if (retries !== undefined && (!Number.isInteger(retries) || retries < 0)) {
    problems.add('batch/malformed-retries', `'retries' must be a whole number of at least 0, got ${retries}`);
  }
  if (egress.length === 0) {
    problems.add('batch/out-of-reach', "'egress' must name whom the scorer has to reach, got nobody; use NetworkPeer.cidr() or NetworkPeer.anyHttps()");
  }
  for (const variable of RESERVED.filter((name) => name in env || name in secrets)) {
    problems.add('batch/reserved-environment', `'${variable}' is set by the batch itself; give your variable another name`);
  }
}
