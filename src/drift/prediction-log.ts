import { Duration, Size } from 'cdk8s';
import { Cpu, EnvValue, Secret } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { PredictionLogProps } from './prediction-log-props';
import { ModelRelease } from '../core/model-release';
import { NetworkPeer } from '../core/network-peer';
import { SecretRef } from '../core/secret-ref';
import { InputProblems } from '../private/input-error';
import { parseS3Uri } from '../private/s3-names';
import { wholeResources } from '../private/whole-units';
import { ISidecar, Sidecar } from '../serving/sidecar';

interface Defaults {
  readonly share: number;
  readonly port: number;
  readonly flushEvery: Duration;
}

/** What the agent writes into every row. */
const OWN_COLUMNS = ['request_id', 'timestamp', 'model', 'model_version'];

/**
 * Writes what a model is asked and answers into its predictions log: an agent beside the server, which posts each prediction to `PREDICTION_LOG_URL`
 * as one JSON object of columns, and waits for nothing.
 *
 * A row has the id of the request, its time, model and version, and the columns that are named. Nothing else leaves the pod.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export class PredictionLog implements ISidecar {
  /**
   * A log in a bucket.
   *
   * @param props folder, columns, what is hashed, sampling
   * @throws if address, columns, share, time or port is wrong, or hashes have no key; every problem at once
   */
  public static of(props: PredictionLogProps): PredictionLog {
    const problems = new InputProblems();
    problems.attempt(() => parseS3Uri(props.folder));
    findColumnProblems(problems, props);
    const { share = 1, port = 9092, flushEvery = Duration.minutes(1) } = props;
    if (!(share > 0 && share <= 1)) {
      problems.add('prediction-log/share', `'share' must be above 0 and at most 1, got ${share}; it is a share of the requests`);
    }
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      problems.add('prediction-log/port', `'port' must be between 1 and 65535, got ${port}`);
    }
    if (!Number.isInteger(flushEvery.toSeconds({ integral: false })) || flushEvery.toSeconds() < 1) {
      problems.add('prediction-log/flush', `'flushEvery' must be a whole number of seconds, at least 1, got ${flushEvery.toHumanString()}`);
    }
    problems.throwAll();
    return new PredictionLog({ ...props, share, port, flushEvery });
  }

  private constructor(private readonly props: PredictionLogProps & Defaults) {}

  public bind(scope: Construct, release: ModelRelease): Sidecar {
    const { runtime, folder, columns, hashedColumns = [], share, port, flushEvery, bucketAt } = this.props;
    const place = new Construct(scope, 'PredictionLog');
    return {
      container: {
        name: 'prediction-log',
        image: runtime.small.uri,
        command: runtime.command('log'),
        args: [
          release.model,
          // a release changes the variable of that name wherever it stands
          '--version=$(MODEL_VERSION)',
          `--to=${folder}`,
          ...columns.map((column) => `--column=${column}`),
          ...hashedColumns.map((column) => `--hash=${column}`),
          `--share=${share}`,
          `--every=${flushEvery.toSeconds()}`,
          `--port=${port}`,
        ],
        envVariables: { MODEL_VERSION: EnvValue.fromValue(release.version), ...this.variables(place) },
        resources: wholeResources(this.props.resources ?? { cpu: { request: Cpu.millis(50) }, memory: { request: MEMORY, limit: MEMORY } }),
      },
      environment: { PREDICTION_LOG_URL: `http://127.0.0.1:${port}` },
      ports: [port],
      egress: [bucketAt ?? NetworkPeer.anyHttps('predictions are logged in S3')],
    };
  }

  private variables(scope: Construct): { [name: string]: EnvValue } {
    const { runtime, hashKey, env = {}, secrets = {} } = this.props;
    const secret = { ...secrets, ...hashKey ? { PREDICTION_LOG_HASH_KEY: hashKey } : {} };
    return {
      ...Object.fromEntries(Object.entries({ HOME: '/tmp', ...runtime.environment, ...env }).map(([name, value]) => [name, EnvValue.fromValue(value)])),
      ...Object.fromEntries(Object.entries(secret).map(([name, reference]) => [name, secretValue(scope, name, reference)])),
    };
  }
}

const MEMORY = Size.mebibytes(256);

function secretValue(scope: Construct, name: string, reference: SecretRef): EnvValue {
  const { secretName, key } = reference.bind(scope);
  return EnvValue.fromSecretValue({ secret: Secret.fromSecretName(scope, name, secretName), key });
}

function findColumnProblems(problems: InputProblems, { columns, hashedColumns = [], hashKey }: PredictionLogProps): void {
  const all = [...columns, ...hashedColumns];
  if (all.length === 0) {
    problems.add('prediction-log/no-columns', "'columns' must name what may leave the pod, got nothing; name the features and answers that drift and comparisons need");
  }
  for (const name of [...new Set(all)].filter((column) => OWN_COLUMNS.includes(column))) {
    problems.add('prediction-log/own-column', `'${name}' is written by the agent itself; leave it out`);
  }
  for (const name of [...new Set(all.filter((column, i) => all.indexOf(column) !== i))]) {
    problems.add('prediction-log/column-twice', `the column '${name}' is named twice; it leaves the pod as it is or as a hash`);
  }
  if (hashedColumns.length > 0 && !hashKey) {
    problems.add('prediction-log/no-hash-key', `'hashKey' must be given where columns are hashed (${hashedColumns.join(', ')}), got none; without a secret, whoever has the log can try all names`);
  }
}
