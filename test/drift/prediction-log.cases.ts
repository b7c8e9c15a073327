import { Duration } from 'cdk8s';
import { PredictionLogProps } from '../../src';
import { aPredictionLog } from '../support/drift';
import { ErrorCase } from '../support/error-case';

const wrong = (id: string, when: string, overrides: Partial<PredictionLogProps>, message: string): ErrorCase =>
  ({ id, when, provoke: () => aPredictionLog(overrides), message: `${message} (${id})` });

export const cases: ErrorCase[] = [
  wrong('s3/malformed-uri', 'a log on a disk', { folder: '/var/log' }, "an S3 address must look like 's3://<bucket>/<prefix>', got '/var/log'"),
  wrong('prediction-log/no-columns', 'a log of nothing', { columns: [] },
    "'columns' must name what may leave the pod, got nothing; name the features and answers that drift and comparisons need"),
  wrong('prediction-log/own-column', 'a column of the agent', { columns: ['amount', 'timestamp'] }, "'timestamp' is written by the agent itself; leave it out"),
  wrong('prediction-log/column-twice', 'a column twice', { columns: ['amount', 'amount', 'amount'] },
    "the column 'amount' is named twice; it leaves the pod as it is or as a hash"),
  wrong('prediction-log/no-hash-key', 'hashes that everybody can compute', { hashedColumns: ['customer_id'] },
    "'hashKey' must be given where columns are hashed (customer_id), got none; without a secret, whoever has the log can try all names"),
  wrong('prediction-log/share', 'a share in percent', { share: 10 }, "'share' must be above 0 and at most 1, got 10; it is a share of the requests"),
  wrong('prediction-log/port', 'a port that is none', { port: 0 }, "'port' must be between 1 and 65535, got 0"),
  wrong('prediction-log/flush', 'a file for every request', { flushEvery: Duration.millis(100) },
    "'flushEvery' must be a whole number of seconds, at least 1, got 100 millis"),
];
