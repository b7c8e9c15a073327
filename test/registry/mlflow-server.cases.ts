import { Chart, Duration, Testing } from 'cdk8s';
import { MlflowAuth, MlflowDatabase, MlflowServer, MlflowServerProps, NetworkPeer, SecretRef } from '../../src';
import { ErrorCase } from '../support/error-case';
import { mlflowProps } from '../support/mlflow';

const secret = SecretRef.existing('mlflow', 'value');
const database = MlflowDatabase.postgres(SecretRef.existing('database', 'uri'), NetworkPeer.pods({ labels: { app: 'postgres' }, ports: [5432] }));

function make(overrides: Partial<MlflowServerProps>): MlflowServer {
  return new MlflowServer(new Chart(Testing.app(), 'mlops'), 'Mlflow', mlflowProps(overrides));
}

export const cases: ErrorCase[] = [
  {
    id: 'registry/mlflow-service-name',
    when: 'everything that can be wrong with an MLflow server, at once',
    provoke: () => make({
      serviceName: '5flow',
      replicas: 0,
      workers: 1.5,
      database,
      hosts: ['https://mlflow.example.com'],
      podNetworks: ['100.64.0.0'],
      garbageCollection: { schedule: '0 0 3 * * 0', olderThan: Duration.hours(36) },
    }),
    message: [
      "[mlops/Mlflow] 'serviceName' must be at most 63 lower-case letters, digits and '-', starting with a letter, got '5flow' (registry/mlflow-service-name)",
      "[mlops/Mlflow] 'replicas' must be a whole number of at least 1, got 0 (registry/mlflow-replicas)",
      "[mlops/Mlflow] 'workers' must be a whole number of at least 1, got 1.5 (registry/mlflow-workers)",
      "[mlops/Mlflow] 'garbageCollection.schedule' must have five fields, minutes first, got six: '0 0 3 * * 0'; leave out the seconds, which only Kubeflow Pipelines reads (schedule/six-fields)",
      "[mlops/Mlflow] 'garbageCollection.olderThan' must be whole days, at least one, got 1 day 12 hours (registry/mlflow-retention)",
      "[mlops/Mlflow] 'hosts' must be names such as 'mlflow.example.com', without scheme and path, got 'https://mlflow.example.com' (registry/mlflow-host)",
      "[mlops/Mlflow] 'podNetworks' must be IPv4 networks such as '100.64.0.0/10', got '100.64.0.0' (registry/mlflow-pod-network)",
    ].join('\n'),
  },
  ...['registry/mlflow-replicas', 'registry/mlflow-workers', 'registry/mlflow-host', 'registry/mlflow-pod-network'].map((id, i): ErrorCase => ({
    id,
    when: 'one number or name of an MLflow server',
    provoke: () => make([{ replicas: -1, database }, { workers: 0 }, { hosts: ['mlflow.example.com/ui'] }, { podNetworks: ['10.0.0.300/8'] }][i]),
    message: [
      "[mlops/Mlflow] 'replicas' must be a whole number of at least 1, got -1 (registry/mlflow-replicas)",
      "[mlops/Mlflow] 'workers' must be a whole number of at least 1, got 0 (registry/mlflow-workers)",
      "[mlops/Mlflow] 'hosts' must be names such as 'mlflow.example.com', without scheme and path, got 'mlflow.example.com/ui' (registry/mlflow-host)",
      "[mlops/Mlflow] 'podNetworks' must be IPv4 networks such as '100.64.0.0/10', got '10.0.0.300/8' (registry/mlflow-pod-network)",
    ][i],
  })),
  {
    id: 'registry/mlflow-retention',
    when: 'a retention of no days',
    provoke: () => make({ database, garbageCollection: { olderThan: Duration.days(0) } }),
    message: "[mlops/Mlflow] 'garbageCollection.olderThan' must be whole days, at least one, got 0 days (registry/mlflow-retention)",
  },
  {
    id: 'registry/sqlite-replicas',
    when: 'two replicas on one file, and a collection that cannot reach it',
    provoke: () => make({ replicas: 2, garbageCollection: {} }),
    message: [
      "[mlops/Mlflow] SQLite serves one replica, got 2; use MlflowDatabase.postgres(), or leave 'replicas' out to try it out (registry/sqlite-replicas)",
      "[mlops/Mlflow] 'garbageCollection' would need the volume of SQLite, which the server holds; use MlflowDatabase.postgres(), or leave it out to try it out (registry/sqlite-garbage-collection)",
    ].join('\n'),
  },
  {
    id: 'registry/sqlite-garbage-collection',
    when: 'a collection beside SQLite',
    provoke: () => make({ garbageCollection: {} }),
    message: "[mlops/Mlflow] 'garbageCollection' would need the volume of SQLite, which the server holds; use MlflowDatabase.postgres(), or leave it out to try it out (registry/sqlite-garbage-collection)",
  },
  {
    id: 'registry/open-mlflow',
    when: 'a server without login and without a reason',
    provoke: () => MlflowAuth.none(' '),
    message: "'reason' must say why whoever reaches MLflow may do everything, got ''; or use MlflowAuth.basic() or MlflowAuth.oidc() (registry/open-mlflow)",
  },
  {
    id: 'registry/half-a-login',
    when: 'a password of workloads without a name',
    provoke: () => MlflowAuth.basic({ adminUsername: secret, adminPassword: secret, sessionKey: secret, clientPassword: secret }),
    message: "'clientUsername' and 'clientPassword' belong together, got only 'clientPassword' (registry/half-a-login)",
  },
  {
    id: 'schedule/six-fields',
    when: 'a schedule with seconds where minutes come first',
    provoke: () => make({ database, garbageCollection: { schedule: '0 17 3 * * 0' } }),
    message: "[mlops/Mlflow] 'garbageCollection.schedule' must have five fields, minutes first, got six: '0 17 3 * * 0'; leave out the seconds, which only Kubeflow Pipelines reads (schedule/six-fields)",
  },
  {
    id: 'schedule/malformed',
    when: 'a schedule out of range',
    provoke: () => make({ database, garbageCollection: { schedule: '60 3 * * sunday' } }),
    message: "[mlops/Mlflow] 'garbageCollection.schedule' must be a schedule such as '0 * * * *', got '60 3 * * sunday', whose minutes and day of the week cannot be read (schedule/malformed)",
  },
  {
    id: 'schedule/malformed',
    when: 'a schedule of four fields',
    provoke: () => make({ database, garbageCollection: { schedule: '0 3 * *' } }),
    message: "[mlops/Mlflow] 'garbageCollection.schedule' must be a schedule such as '0 * * * *', got '0 3 * *', whose number of fields cannot be read (schedule/malformed)",
  },
  {
    id: 'schedule/time-zone',
    when: 'an offset instead of a place',
    provoke: () => make({ database, garbageCollection: { timeZone: '+01:00' } }),
    message: "[mlops/Mlflow] 'garbageCollection.timeZone' must be a time zone such as 'Europe/Berlin', got '+01:00' (schedule/time-zone)",
  },
];
