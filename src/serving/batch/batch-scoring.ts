import { ApiObject, Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { findBatchProblems } from './batch-problems';
import { batchRunsOf } from './batch-runs';
import { BatchScoringProps } from './batch-scoring-props';
import { BatchSegment } from './batch-segment';
import { ScoringCronJob } from './scoring-cron-job';
import { ModelRelease } from '../../core/model-release';
import { ModelReleases } from '../../core/model-releases';
import { NetworkPeer } from '../../core/network-peer';
import { PodNetwork } from '../../core/pods/pod-network';
import { IMonitoringSegment } from '../../monitoring/segment';
import { applyAudit, auditAnnotations, auditLabels, AuditRecord } from '../../private/audit';
import { factsOf } from '../../private/facts';
import { InputProblems } from '../../private/input-error';
import { NONROOT, restrictedContainer, restrictedPod } from '../../private/restricted-pod';
import { staleAge } from '../../private/stale-age';
import { wholeMebibytes, wholeResources } from '../../private/whole-units';
import { plainVariables, secretVariables } from '../environment-variables';
import { ModelSource, ModelSourceConfig } from '../model-source';
import { gpuPodFields, pullPolicyOf, rendered, withoutEphemeralStorage } from '../pod-builder';
import { serviceAccountFor } from '../service-account';

/**
 * Scores a table with the version that is live, again and again: a CronJob of restricted pods that never runs twice at once, gives up in time, writes
 * the predictions of each version to a place of their own, and reaches nobody but who is named.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
 */
export class BatchScoring extends Construct {
  /** What is live: version, hash, lineage. */
  public readonly release: ModelRelease;
  /** Where the predictions of this version go. */
  public readonly output: string;
  /** Name of the CronJob. */
  public readonly cronJobName: string;
  private readonly props: BatchScoringProps;
  private readonly network: PodNetwork;
  private readonly namespace: string;

  /**
   * @throws if anything about the model, its numbers or its names is wrong; every problem at once
   */
  public constructor(scope: Construct, id: string, props: BatchScoringProps) {
    super(scope, id);
    const problems = new InputProblems();
    findBatchProblems(problems, props);
    const release = problems.attempt(() => props.release ?? ModelReleases.read(props.model));
    const source = release && problems.attempt(() => (props.source ?? ModelSource.bakedIn()).bind(this, release, props.image));
    problems.throwAt(scope, id);
    this.props = props;
    this.release = release!;
    this.output = `${props.outputPrefix.replace(/\/+$/, '')}/${this.release.model}/${this.release.version}/`;
    const audit: AuditRecord = { release: this.release, owner: props.owner, platform: props.platform, component: 'batch-scoring' };
    const workload = this.declareCronJob(source!, audit);
    const object = ApiObject.of(workload);
    this.cronJobName = object.name;
    this.namespace = Chart.of(this).namespace ?? '';
    const { platform, identity } = props;
    this.network = new PodNetwork(this, 'NetworkPolicy', {
      name: `${this.release.model} (batch)`, podLabels: workload.matchLabels, platform, identity,
    });
    [...source!.egress, ...props.egress].forEach((peer) => this.allowTo(peer));
    factsOf(this).lineage.push(this.release);
    applyAudit(this, audit);
  }

  /** Alerts when runs fail or predictions get old, for the `Monitoring` of a model, or for one of your own. */
  public get segment(): IMonitoringSegment {
    const { staleAfter = staleAge(batchRunsOf(this.props)), deadline } = this.props;
    return new BatchSegment({ cronJobName: this.cronJobName, namespace: this.namespace, staleAfter, deadline });
  }

  /**
   * Let the scorer call somebody.
   *
   * @param peer whom
   */
  public allowTo(peer: NetworkPeer): void {
    this.network.allowTo(peer);
  }

  private declareCronJob(source: ModelSourceConfig, audit: AuditRecord): ScoringCronJob {
    const { props } = this;
    const scratch = kplus.Volume.fromEmptyDir(this, 'Scratch', 'scratch', { sizeLimit: wholeMebibytes(props.scratchSize ?? Size.gibibytes(10)) });
    const tmp: kplus.VolumeMount = { path: '/tmp', volume: scratch };
    const { schedule, startWithin, deadline } = batchRunsOf(props);
    const resources = wholeResources(props.resources);
    const containers = [this.scorer(source, resources, tmp)];
    const initContainers = source.initContainers.map((container) => ({ ...container, volumeMounts: [...container.volumeMounts ?? [], tmp] }));
    const fields = Object.fromEntries([...containers, ...initContainers].map(({ name, image }) =>
      [name!, { securityContext: restrictedContainer(), imagePullPolicy: pullPolicyOf(image) } as any]));
    // cdk8s-plus can say neither devices nor the name of the run, and writes probes of its own
    fields.scorer.resources = rendered(resources, props.gpu ? { [props.gpu.resourceName]: props.gpu.count } : {});
    return new ScoringCronJob(this, 'CronJob', {
      workload: {
        containers: containers.map(withoutEphemeralStorage),
        initContainers: initContainers.map(withoutEphemeralStorage),
        serviceAccount: serviceAccountFor(this, props),
        restartPolicy: kplus.RestartPolicy.NEVER,
        podMetadata: {
          // a sidecar ends with the Job where it is a native one, as the mesh profile asks for
          labels: { ...props.platform.mesh.podLabels, ...auditLabels(audit) },
          annotations: { ...props.platform.mesh.podAnnotations, ...source.podAnnotations, ...auditAnnotations(audit) },
        },
      },
      fields: {
        podFields: {
          securityContext: restrictedPod(props.runAsUser ?? NONROOT), enableServiceLinks: false, ...gpuPodFields(props), ...source.podFields,
        },
        containerFields: fields,
      },
      schedule: {
        schedule,
        timeZone: props.timeZone ?? 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: startWithin.toSeconds(),
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
      },
      job: {
        backoffLimit: props.retries ?? 2,
        activeDeadlineSeconds: deadline.toSeconds(),
        ttlSecondsAfterFinished: Duration.days(7).toSeconds(),
      },
    });
  }

  private scorer(source: ModelSourceConfig, resources: kplus.ContainerResources, tmp: kplus.VolumeMount): kplus.ContainerProps {
    const { props, release } = this;
    const own = { MODEL_NAME: release.model, MODEL_VERSION: release.version, MODEL_SHA256: release.artifactSha256, ...source.environment };
    return {
      name: 'scorer',
      image: props.image.uri,
      command: props.command,
      args: [
        ...props.args ?? [], `--input=${props.input}`, `--output=${this.output}`,
        `--model=${release.model}`, `--model-version=${release.version}`, `--sha256=${release.artifactSha256}`,
      ],
      envVariables: {
        ...plainVariables({ ...props.env, ...own }),
        // one folder for each run below the output, whoever tries again
        RUN_NAME: kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_LABEL, { key: 'batch.kubernetes.io/job-name' }),
        ...secretVariables(this, props.secrets ?? {}),
      },
      resources,
      volumeMounts: [tmp, ...source.mounts],
    };
  }
}
