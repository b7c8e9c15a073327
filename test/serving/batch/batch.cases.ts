import { Cron, Duration } from 'cdk8s';
import { ErrorCase } from '../../support/error-case';
import { synthBatch } from '../../support/serving-by-others';

export const cases: ErrorCase[] = [
  { id: 'batch/malformed-address', when: 'a table that is nowhere', provoke: () => synthBatch({ input: 'transactions' }), message: "[test/Batch] 'input' must be an address such as 's3://warehouse/tables/', got 'transactions' (batch/malformed-address)" },
  { id: 'batch/output-in-input', when: 'predictions that would be scored', provoke: () => synthBatch({ outputPrefix: 's3://example-warehouse/transactions/scored' }), message: "[test/Batch] 'outputPrefix' must not lie within 'input', or predictions would be scored, got 's3://example-warehouse/transactions/scored' within 's3://example-warehouse/transactions/' (batch/output-in-input)" },
  { id: 'batch/no-deadline', when: 'a run that must end at once', provoke: () => synthBatch({ deadline: Duration.seconds(0) }), message: "[test/Batch] 'deadline' must be above zero, got 0; measure how long a table of real size takes, and give it some room (batch/no-deadline)" },
  { id: 'schedule/malformed', when: 'an hour that no day has', provoke: () => synthBatch({ schedule: Cron.schedule({ minute: '0', hour: '24' }) }), message: "[test/Batch] 'schedule' must be a schedule such as '0 * * * *', got '0 24 * * *', whose hours cannot be read (schedule/malformed)" },
  { id: 'schedule/stale-before-next', when: 'predictions that are old before the next run', provoke: () => synthBatch({ schedule: Cron.schedule({ minute: '0', hour: '4', weekDay: '1-5' }), staleAfter: Duration.days(2) }), message: "[test/Batch] 'staleAfter' must be longer than 3 days, the longest time between two runs of '0 4 * * 1-5', got 2 days; leave it out, and one run may be missed (schedule/stale-before-next)" },
  { id: 'schedule/time-zone', when: 'a city in small letters', provoke: () => synthBatch({ timeZone: 'europe/berlin' }), message: "[test/Batch] 'timeZone' must be a time zone such as 'Europe/Berlin', got 'europe/berlin'; write 'Europe/Berlin' (schedule/time-zone)" },
  { id: 'batch/malformed-retries', when: 'fewer attempts than none', provoke: () => synthBatch({ retries: -1 }), message: "[test/Batch] 'retries' must be a whole number of at least 0, got -1 (batch/malformed-retries)" },
  { id: 'batch/out-of-reach', when: 'tables that nobody may reach', provoke: () => synthBatch({ egress: [] }), message: "[test/Batch] 'egress' must name whom the scorer has to reach, got nobody; use NetworkPeer.cidr() or NetworkPeer.anyHttps() (batch/out-of-reach)" },
  { id: 'batch/reserved-environment', when: 'a variable that is set already', provoke: () => synthBatch({ env: { MODEL_VERSION: '1' } }), message: "[test/Batch] 'MODEL_VERSION' is set by the batch itself; give your variable another name (batch/reserved-environment)" },
];
