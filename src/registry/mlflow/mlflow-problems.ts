import { MlflowServerProps } from './mlflow-server-props';
import { checkOwner } from '../../core/owner-rules';
import { checkCron } from '../../private/cron';
import { InputProblems } from '../../private/input-error';
import { checkTimeZone } from '../../private/time-zone';

/** Adds everything that is wrong with what a server is made of. */
export function findMlflowProblems(problems: InputProblems, props: MlflowServerProps): void {
  const { serviceName, replicas, workers, database, garbageCollection: collection } = props;
  checkOwner(props.owner, problems);
  if (serviceName !== undefined && !/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(serviceName)) {
    problems.add('registry/mlflow-service-name',
      `'serviceName' must be at most 63 lower-case letters, digits and '-', starting with a letter, got '${serviceName}'`);
  }
  if (replicas !== undefined && (!Number.isInteger(replicas) || replicas < 1)) {
    problems.add('registry/mlflow-replicas', `'replicas' must be a whole number of at least 1, got ${replicas}`);
  }
  if (workers !== undefined && (!Number.isInteger(workers) || workers < 1)) {
    problems.add('registry/mlflow-workers', `'workers' must be a whole number of at least 1, got ${workers}`);
  }
  if (database.isSingleReplica && (replicas ?? 1) > 1) {
    problems.add('registry/sqlite-replicas', `SQLite serves one replica, got ${replicas}; use MlflowDatabase.postgres(), or leave 'replicas' out to try it out`);
  }
  if (database.isSingleReplica && collection) {
    problems.add('registry/sqlite-garbage-collection',
      "'garbageCollection' would need the volume of SQLite, which the server holds; use MlflowDatabase.postgres(), or leave it out to try it out");
  }
  checkCollection(props, problems);
  for (const host of (props.hosts ?? []).filter((name) => !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:\d{1,5})?$/.test(name))) {
    problems.add('registry/mlflow-host', `'hosts' must be names such as 'mlflow.example.com', without scheme and path, got '${host}'`);
  }
  for (const network of (props.podNetworks ?? []).filter((text) => !isNetwork(text))) {
    problems.add('registry/mlflow-pod-network', `'podNetworks' must be IPv4 networks such as '100.64.0.0/10', got '${network}'`);
  }
}

function checkCollection({ garbageCollection: collection }: MlflowServerProps, problems: InputProblems): void {
  if (collection?.schedule !== undefined) {
    checkCron('garbageCollection.schedule', collection.schedule, problems);
  }
  checkTimeZone('garbageCollection.timeZone', collection?.timeZone, problems);
  const days = collection?.olderThan?.toDays({ integral: false });
  if (days !== undefined && (!Number.isInteger(days) || days < 1)) {
    problems.add('registry/mlflow-retention', `'garbageCollection.olderThan' must be whole days, at least one, got ${collection!.olderThan!.toHumanString()}`);
  }
}

function isNetwork(text: string): boolean {
  const [, address, length] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(text) ?? [];
  return address !== undefined && address.split('.').every((octet) => Number(octet) < 256) && Number(length) >= 8 && Number(length) <= 32;
}
