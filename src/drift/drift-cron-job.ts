import { Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { IDriftDetector } from './detector';
import { DriftCronJobProps } from './drift-cron-job-props';
import { DriftMetrics } from './drift-metrics';
import { findDriftProblems } from './drift-problems';
import { DriftReference } from './drift-reference';
import { driftRunsOf, driftShareOf, retrainingOf, settingsOf } from './drift-settings';
import { EventRights } from './event-rights';
import { DriftAction, DriftRetraining } from './response';
import { RetrainRights } from './retrain-rights';
import { NetworkPeer } from '../core/network-peer';
import { Owner } from '../core/owner';
import { environmentOf } from '../core/pods/environment';
import { labelsOf, PartOf, podMetadataOf, selectorOf } from '../core/pods/labels';
import { PodNetwork } from '../core/pods/pod-network';
import { ContainerParts, restrictedPodSpec } from '../core/pods/restricted-pod';
import { factsOf } from '../private/facts';
import { InputProblems } from '../private/input-error';
import { CronJob } from '../private/l1/batch';
import { ConfigMap } from '../private/l1/core-v1';
import { staleAge } from '../private/stale-age';

const SETTINGS = '/etc/drift';
const RESULTS = '/results';
const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Where clients of Kubeflow Pipelines look for it. */
const SERVER_TOKEN = '/var/run/secrets/kubeflow/pipelines';

/**
 * Compares every hour what a model is asked with what it was trained on. One check at a time, each one ends, late ones are skipped.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
 */
export class DriftCronJob extends Construct implements IDriftDetector {
  public readonly modelName: string;
  public readonly owner: Owner;
  public readonly metrics: DriftMetrics;
  public readonly driftShare: number;
  public readonly judgesAnswers: boolean;
  public readonly staleAfter: Duration;
  public readonly reportUri?: string;
  public readonly answersReportUri?: string;
  private readonly props: DriftCronJobProps;

  /**
   * @throws if anything about features, thresholds, windows, addresses or the schedule is wrong; every problem at once
   */
  public constructor(scope: Construct, id: string, props: DriftCronJobProps) {
    super(scope, id);
    const problems = new InputProblems();
    findDriftProblems(problems, props);
    problems.attempt(() => props.runtime.full);
    problems.throwAt(scope, id);
    this.props = props;
    this.modelName = props.modelName;
    this.owner = props.owner;
    this.metrics = DriftMetrics.ofModel(props.modelName);
    this.driftShare = driftShareOf(props);
    this.judgesAnswers = props.answers !== undefined;
    this.staleAfter = props.staleAfter ?? staleAge(driftRunsOf(props));
    this.reportUri = latestReport(props, 'features');
    this.answersReportUri = props.answers && latestReport(props, 'answers');
    const action = problems.attempt(() => props.response.bind(this, this));
    if (action && (action.retrainings.length > 0 || props.apiServer) && Chart.of(this).namespace === undefined) {
      problems.add('drift/no-namespace',
        "the chart must have a 'namespace' where drift starts trainings or writes events, got none: rights are given to an account of a namespace");
    }
    problems.throwAt(scope, id);
    this.declare(action!);
    factsOf(this).present.push('Drift detection', ...action!.retrainings.some(({ evidence }) => evidence !== undefined) ? ['Automated retraining'] : []);
    const event = props.apiServer ? `, and the CronJob ${this.cronJobName} has an event` : '';
    factsOf(this).notes.push(`when ${props.modelName} drifts, ${action!.description}${event}`);
  }

  private declare({ retrainings }: DriftAction): void {
    const { props } = this;
    const part: PartOf = { name: this.cronJobName, component: 'drift', owner: props.owner, platform: props.platform, model: props.modelName };
    const metadata = { labels: labelsOf(part) };
    const settings = new ConfigMap(this, 'Settings', {
      metadata,
      data: {
        'features.json': settingsOf(props, props.features),
        ...props.answers ? { 'answers.json': settingsOf(props, [props.answers.column]) } : {},
        ...Object.fromEntries(retrainings.map((retraining, i) => [`retrain-${i}.json`, retrainingOf(retraining, `${props.modelName}-retrain`)])),
      },
    });
    const account = this.serviceAccount(retrainings);
    const { schedule, startWithin, deadline } = driftRunsOf(props);
    new CronJob(this, 'Resource', {
      metadata: { name: part.name, ...metadata },
      spec: {
        schedule,
        timeZone: 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: startWithin.toSeconds(),
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          spec: {
            backoffLimit: 1,
            activeDeadlineSeconds: deadline.toSeconds(),
            template: { metadata: podMetadataOf(part), spec: this.podSpec(settings.name, account, retrainings) },
          },
        },
      },
    });
    const network = new PodNetwork(this, 'NetworkPolicy', {
      name: part.name, podLabels: selectorOf(part), platform: props.platform, identity: props.identity,
    });
    network.allowTo(props.bucketAt ?? NetworkPeer.anyHttps('requests and references are read from S3'));
    network.allowTo(props.pushgatewayAt, 'numbers of the drift check');
    this.references.flatMap(({ _parts }) => _parts.peers).forEach((peer) => network.allowTo(peer));
    retrainings.forEach(({ apiServer, trigger: { server } }) => {
      network.allowApiServer('start of a training', apiServer ?? props.apiServer);
      if (server) {network.allowTo(server.peer, 'start of a run');}
    });
    if (props.apiServer) {network.allowTo(props.apiServer, 'events of the drift check');}
  }

  /** Checks run one after another; what follows runs after them, and alone carries a token for the API server. */
  private podSpec(settingsName: string, serviceAccountName: string | undefined, retrainings: DriftRetraining[]): any {
    const { props } = this;
    const steps = [
      this.check('features', props.reference, props.window ?? Duration.days(1)),
      ...props.answers ? [this.check('answers', props.answers.reference ?? props.reference, props.answers.window ?? Duration.hours(6))] : [],
      ...props.apiServer ? [this.event()] : [],
      ...retrainings.map((retraining, i) => this.retraining(retraining, i)),
    ];
    return restrictedPodSpec({
      serviceAccountName,
      initContainers: steps.slice(0, -1),
      containers: steps.slice(-1),
      scratch: Size.gibibytes(10),
      volumes: [
        { name: 'settings', configMap: { name: settingsName } },
        { name: 'results', emptyDir: { sizeLimit: '1Gi' } },
        ...retrainings.length > 0 || props.apiServer ? [tokenVolume()] : [],
        ...retrainings.flatMap(({ trigger: { server } }, i) => (server ? [serverTokenVolume(`server-token-${i}`, server.audience)] : [])),
      ],
      fields: { restartPolicy: 'Never' },
    });
  }

  private check(name: string, reference: DriftReference, window: Duration): ContainerParts {
    const { props } = this;
    return {
      ...this.container(`check-${name}`, reference),
      fields: {
        command: props.runtime.command('drift'),
        args: [
          props.modelName,
          ...reference._parts.args,
          `--current=${props.predictionsLog}`,
          `--window=${window.toSeconds()}`,
          `--settings=${SETTINGS}/${name}.json`,
          `--json=${RESULTS}/${name}.json`,
          `--check=${name}`,
          `--push=${props.pushgatewayUrl}`,
          ...props.reports === undefined ? [] : [`--report=${props.reports}`],
        ],
      },
    };
  }

  private event(): ContainerParts {
    const { modelName, answers } = this.props;
    const reports = ['features', ...answers ? ['answers'] : []].map((name) => `--drift=${RESULTS}/${name}.json`);
    return this.following('event', 'event', [modelName, ...reports, `--on=${this.cronJobName}`]);
  }

  private retraining({ trigger: { server } }: DriftRetraining, i: number): ContainerParts {
    const args = [this.modelName, `--drift=${RESULTS}/features.json`, `--settings=${SETTINGS}/retrain-${i}.json`];
    const container = this.following(`retrain-${i}`, 'retrain', args);
    return server
      ? { ...container, mounts: [...container.mounts!, { name: `server-token-${i}`, mountPath: SERVER_TOKEN, readOnly: true }] }
      : container;
  }

  /** What asks the API server for something. */
  private following(name: string, command: string, args: string[]): ContainerParts {
    const container = this.container(name);
    return {
      ...container,
      mounts: [...container.mounts ?? [], { name: 'token', mountPath: TOKEN, readOnly: true }],
      fields: { command: this.props.runtime.command(command), args },
    };
  }

  private get cronJobName(): string {
    return `${this.modelName}-drift`;
  }

  private container(name: string, reference?: DriftReference): ContainerParts {
    const { runtime, resources, env, secrets } = this.props;
    const memory = Size.gibibytes(2);
    return {
      name,
      image: runtime.full,
      resources: resources ?? { cpu: { request: kplus.Cpu.units(1) }, memory: { request: memory, limit: memory } },
      env: environmentOf(this,
        { HOME: '/tmp', DO_NOT_TRACK: '1', ...runtime.environment, ...reference?._parts.environment, ...env }, { ...reference?._parts.secrets, ...secrets }),
      mounts: [{ name: 'settings', mountPath: SETTINGS, readOnly: true }, { name: 'results', mountPath: RESULTS }],
    };
  }

  private get references(): DriftReference[] {
    const { reference, answers } = this.props;
    return [reference, ...answers?.reference ? [answers.reference] : []];
  }

  private serviceAccount(retrainings: DriftRetraining[]): string | undefined {
    const { identity, modelName, apiServer } = this.props;
    if (!identity && !apiServer && retrainings.length === 0) {return undefined;}
    const account = new kplus.ServiceAccount(this, 'ServiceAccount', {
      metadata: identity && { name: identity.serviceAccountName, annotations: identity.serviceAccountAnnotations }, automountToken: false,
    });
    if (retrainings.length > 0) {
      new RetrainRights(this, 'RetrainRights', { serviceAccountName: account.name, leaseName: `${modelName}-retrain`, triggers: retrainings.map(({ trigger }) => trigger) });
    }
    if (apiServer) {
      new EventRights(this, 'EventRights', { serviceAccountName: account.name, cronJobName: this.cronJobName });
    }
    return account.name;
  }
}

/** Where `mlops drift --report` puts the page of a check. */
function latestReport({ reports }: DriftCronJobProps, check: string): string | undefined {
  return reports && `${reports.replace(/\/$/, '')}/${check}/latest.html`;
}

/** The token as pods usually get it, but for the one container that needs it. */
function tokenVolume(): any {
  return {
    name: 'token',
    projected: {
      sources: [
        { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
    },
  };
}

/** A token that only its audience takes. */
function serverTokenVolume(name: string, audience: string): any {
  return { name, projected: { sources: [{ serviceAccountToken: { path: 'token', audience, expirationSeconds: 3600 } }] } };
}
