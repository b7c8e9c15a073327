import { createHash } from 'crypto';
import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AuthParts, PORT } from './auth-parts';
import { collectionPodSpec, FILE_URI, migrationPodSpec, MlflowParts, serverPodSpec } from './mlflow-pods';
import { findMlflowProblems } from './mlflow-problems';
import { MlflowServerProps } from './mlflow-server-props';
import { MLFLOW_METRICS, watch } from './mlflow-watch';
import { ExportedMetric } from '../../core/exported-metric';
import { ModelRelease } from '../../core/model-release';
import { NetworkPeer } from '../../core/network-peer';
import { labelsOf, PartOf, podMetadataOf, selectorOf } from '../../core/pods/labels';
import { PodNetwork } from '../../core/pods/pod-network';
import { SecretRef } from '../../core/secret-ref';
import { factsOf } from '../../private/facts';
import { InputProblems } from '../../private/input-error';
import { CronJob, Job } from '../../private/l1/batch';
import { Deployment, PodDisruptionBudget } from '../../private/l1/core-kinds';
import { PersistentVolumeClaim, Service } from '../../private/l1/core-v1';
import { IWorkloadIdentity } from '../../serving/serving';
import { IModelRegistry } from '../model-registry';
import { ModelRegistry } from '../registry';

/**
 * An MLflow server for experiments and models: migrated before it changes, logged in to, scraped, closed to everybody who is not named.
 *
 * Artifacts go through the server, so that neither trainers nor pods need rights on the bucket. For a server that exists there is
 * `ModelRegistry.fromMlflowUrl()`.
 *
 * @see https://mlflow.org/docs/latest/self-hosting/
 */
export class MlflowServer extends Construct implements IModelRegistry {
  /** Name of the Service that clients call. */
  public readonly serviceName: string;
  /** Port of that Service. */
  public readonly servicePort = PORT;
  /** Address inside the cluster. */
  public readonly url: string;
  public readonly countsVersions = true;
  public readonly environment: { [key: string]: string };
  public readonly secretEnvironment: { [key: string]: SecretRef };
  /** Its pods, to name among those whom a client has to reach. */
  public readonly peer: NetworkPeer;
  /** What it exports, for queries of your own: `ExternalMetrics.declare(server.exported)`. */
  public readonly exported: ExportedMetric[] = MLFLOW_METRICS;
  private readonly props: MlflowServerProps;
  private readonly namespace: string;
  private readonly network: PodNetwork;
  private readonly client: IModelRegistry;

  /**
   * @throws if anything about names, numbers or the schedule is wrong; every problem at once
   */
  public constructor(scope: Construct, id: string, props: MlflowServerProps) {
    super(scope, id);
    const problems = new InputProblems();
    findMlflowProblems(problems, props);
    problems.throwAt(scope, id);

    this.props = props;
    this.serviceName = props.serviceName ?? 'mlflow';
    this.namespace = Chart.of(this).namespace ?? '';
    this.url = `http://${this.serviceName}${this.namespace === '' ? '' : `.${this.namespace}.svc`}:${PORT}`;
    this.peer = NetworkPeer.pods({ namespace: this.namespace || undefined, labels: selectorOf(this.part('server')), ports: [PORT] });
    const auth = props.auth._bind(this, { image: props.image, database: props.database, fileUri: FILE_URI });
    this.client = ModelRegistry.fromMlflowUrl(this.url, {
      token: auth.clientSecrets?.MLFLOW_TRACKING_TOKEN,
      username: auth.clientSecrets?.MLFLOW_TRACKING_USERNAME,
      password: auth.clientSecrets?.MLFLOW_TRACKING_PASSWORD,
    });
    this.environment = this.client.environment;
    this.secretEnvironment = this.client.secretEnvironment;
    factsOf(this).notes.push(...auth.notes ?? []);

    this.network = this.declareServer(auth);
    (props.callers ?? [NetworkPeer.sameNamespace()]).forEach((caller) => this.allowFrom(caller));
    if (!props.database.isSingleReplica) {
      this.declareMigration(auth);
    }
    if (props.garbageCollection) {
      this.declareCollection(auth);
    }
    watch(this, {
      serviceName: this.serviceName, namespace: this.namespace, podLabels: selectorOf(this.part('server')), owner: props.owner, platform: props.platform, auth,
    });
  }

  /**
   * Let somebody call the server.
   *
   * @param caller who
   */
  public allowFrom(caller: NetworkPeer): void {
    this.network.allowFrom(caller);
  }

  public modelUri(release: ModelRelease): string {
    return this.client.modelUri(release);
  }

  private declareServer(auth: AuthParts): PodNetwork {
    const { database, artifacts, platform, identity } = this.props;
    const part = this.part('server');
    const selector = { matchLabels: selectorOf(part) };
    const single = database.isSingleReplica;
    const claim = single
      ? new PersistentVolumeClaim(this, 'Database', { metadata: { labels: labelsOf(part) }, spec: database._toVolumeClaim() })
      : undefined;
    const parts: MlflowParts = {
      ...this.parts(auth), serviceAccountName: this.serviceAccount('ServiceAccount', identity), claimName: claim?.name,
    };
    new Deployment(this, 'Resource', {
      // after the migration, where somebody orders what is applied
      metadata: { name: this.serviceName, labels: labelsOf(part), annotations: platform.gitOps.syncWave(1) },
      spec: {
        replicas: this.props.replicas ?? (single ? 1 : 2),
        selector,
        // a volume for one pod must be let go before the next one takes it
        strategy: single ? { type: 'Recreate' } : { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        progressDeadlineSeconds: 600,
        template: {
          metadata: podMetadataOf(part),
          spec: { ...serverPodSpec(this, parts), topologySpreadConstraints: single ? undefined : spread(selector) },
        },
      },
    });
    new Service(this, 'Service', {
      metadata: { name: this.serviceName, labels: labelsOf(part) },
      spec: { type: 'ClusterIP', selector: selector.matchLabels, ports: [{ name: 'http', port: PORT, targetPort: 'http', protocol: 'TCP', appProtocol: 'http' }] },
    });
    new PodDisruptionBudget(this, 'DisruptionBudget', {
      metadata: { labels: labelsOf(part) },
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector },
    });
    const network = new PodNetwork(this, 'NetworkPolicy', {
      name: this.serviceName, podLabels: selector.matchLabels, platform, ports: [PORT], metricsPorts: [PORT], identity,
    });
    [...database.reachedAt ? [database.reachedAt] : [], artifacts.reachedAt, ...auth.egress ?? []].forEach((peer) => network.allowTo(peer));
    return network;
  }

  private declareMigration(auth: AuthParts): void {
    const { database, platform } = this.props;
    const part = this.part('migration');
    const template = { metadata: podMetadataOf(part), spec: migrationPodSpec(this, this.parts(auth)) };
    // a Job cannot be changed: another image is another Job
    const key = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 8);
    new Job(this, 'Migration', {
      metadata: { name: `${this.serviceName.slice(0, 40)}-migration-${key}`, labels: labelsOf(part) },
      spec: { backoffLimit: 6, activeDeadlineSeconds: 1800, template },
    });
    new PodNetwork(this, 'MigrationNetworkPolicy', { name: `${this.serviceName} migration`, podLabels: selectorOf(part), platform })
      .allowTo(database.reachedAt!);
  }

  private declareCollection(auth: AuthParts): void {
    const { database, artifacts, platform, garbageCollection: collection } = this.props;
    const part = this.part('collection');
    const parts = { ...this.parts(auth), serviceAccountName: this.serviceAccount('CollectionServiceAccount', collection!.identity) };
    new CronJob(this, 'Collection', {
      metadata: { name: `${this.serviceName.slice(0, 40)}-collection`, labels: labelsOf(part) },
      spec: {
        schedule: collection!.schedule ?? '17 3 * * 0',
        timeZone: collection!.timeZone ?? 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          spec: {
            backoffLimit: 2,
            activeDeadlineSeconds: 6 * 3600,
            template: { metadata: podMetadataOf(part), spec: collectionPodSpec(this, parts, collection!.olderThan?.toDays() ?? 30) },
          },
        },
      },
    });
    const network = new PodNetwork(this, 'CollectionNetworkPolicy', {
      name: `${this.serviceName} collection`, podLabels: selectorOf(part), platform, identity: collection!.identity,
    });
    [database.reachedAt!, artifacts.reachedAt].forEach((peer) => network.allowTo(peer));
  }

  private parts(auth: AuthParts): MlflowParts {
    return { props: this.props, auth, serviceName: this.serviceName, namespace: this.namespace };
  }

  private part(component: string): PartOf {
    return { name: this.serviceName, component, owner: this.props.owner, platform: this.props.platform };
  }

  private serviceAccount(id: string, identity: IWorkloadIdentity | undefined): string | undefined {
    if (!identity) {return undefined;}
    const account = new kplus.ServiceAccount(this, id, {
      metadata: { name: identity.serviceAccountName, annotations: identity.serviceAccountAnnotations }, automountToken: false,
    });
    return account.name;
  }
}

function spread(labelSelector: any): any[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector, matchLabelKeys: ['pod-template-hash'],
  }));
}
