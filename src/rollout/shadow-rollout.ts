import { ApiObject, Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { declareAgreementJob, findAgreementProblems } from './agreement-job';
import { serviceOf } from './client-service';
import { endedBadly } from './cron-job-watch';
import { RollingWorkload } from './rolling-workload';
import { Comparison, declareComparison, findComparisonProblems } from './shadow-comparison';
import { reportCallers } from './shadow-findings';
import { ShadowOptions } from './shadow-options';
import { PlatformProfile } from '../core/platform-profile';
import { ServingMetrics } from '../core/serving-metrics';
import { Slo } from '../core/slo';
import { AUDIT_PREFIX } from '../private/audit';
import { dayAfter, secondsOfDay } from '../private/calendar';
import { factsOf } from '../private/facts';
import { InputProblems } from '../private/input-error';
import { PrometheusRule } from '../private/l1/monitoring-coreos-com';
import { checkPaths } from '../private/routes';
import { IModelServing } from '../serving/serving';
import { ServingPod } from '../serving/serving-pod';

/** Properties of `ShadowRollout`. */
export interface ShadowRolloutProps extends ShadowOptions {
  /** The pods. */
  readonly pod: ServingPod;
  /** Labels by which the Service selects the pods. */
  readonly podLabels: { [key: string]: string };
  /** Name of the Service that gets the copies. The series of the pods are watched under it. */
  readonly serviceName: string;
  /** Port of that Service. */
  readonly port: number;
  /** What the pods export. */
  readonly metrics: ServingMetrics;
  /** What the live model promises. */
  readonly slo: Slo;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
  /**
   * Number of pods. Leave it out where an autoscaler decides.
   *
   * @default - an autoscaler decides
   */
  readonly replicas?: number;
  /**
   * Longest time that a pod may take until it is ready, pull of the image included.
   *
   * @default Duration.minutes(10)
   */
  readonly progressDeadline?: Duration;
}

/**
 * A workload that gets copies of the requests of a live model, and whose answers are thrown away: what a new version would say, before anybody hears
 * it. Its numbers are its own, so no alert of the live model counts them.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/mirroring/
 * @see https://gateway-api.sigs.k8s.io/guides/http-request-mirroring/
 */
export class ShadowRollout extends Construct {
  /** The workload that owns the pods. */
  public readonly workload: kplus.Workload;
  /** The Service that gets the copies. */
  public readonly service: kplus.Service;
  /** Name of the AnalysisTemplate that compares. It needs no arguments, so a gate can make an AnalysisRun of it as it is. */
  public readonly comparisonTemplate: string;

  /**
   * @throws if nothing can copy requests, the end is no day, or the comparison could not be made
   */
  public constructor(scope: Construct, id: string, props: ShadowRolloutProps) {
    super(scope, id);
    const namespace = Chart.of(this).namespace ?? '';
    const comparison: Comparison = {
      options: props, shadow: props.serviceName, namespace, metrics: props.metrics, slo: props.slo, platform: props.platform,
    };
    requireSense(scope, id, props, comparison);
    const { pod, live, until, percent = 100, paths = [], serviceName, port } = props;

    this.workload = new RollingWorkload(this, 'Deployment', {
      pod,
      replicas: props.replicas,
      maxSurgePercent: 25,
      maxUnavailablePercent: 0,
      minReady: Duration.seconds(10),
      progressDeadline: props.progressDeadline ?? Duration.minutes(10),
    });
    const deployment = ApiObject.of(this.workload);
    deployment.metadata.addAnnotation(`${AUDIT_PREFIX}until`, until);
    this.service = serviceOf(this, 'Service', props.podLabels, port, serviceName);
    props.route!.addMirror({ serviceName, port, percent, paths });
    this.comparisonTemplate = declareComparison(this, comparison).name;
    const { agreement, platform } = props;
    const job = agreement && declareAgreementJob(this, { options: agreement, live, shadow: serviceName, until, platform });
    this.remind(props, deployment, job);
    reportCallers(this, live);
    factsOf(this).notes.push(`${serviceName} gets copies of ${percent} % of the requests of ${live.modelName}${paths.length > 0 ? ` to ${paths.join(', ')}` : ''}, `
      + `and its answers are thrown away. It is compared until ${until}: after that an alert reminds ${live.owner.team} until it is removed, `
      + 'since nothing but a commit may remove what a commit made. '
      + `The verdict: an AnalysisRun of '${this.comparisonTemplate}'.`);
  }

  /** An alert when it is over, and no job that scales down: whoever applies the manifests would scale it up again. */
  private remind({ platform, live, until, serviceName, agreement }: ShadowRolloutProps, deployment: ApiObject, job: string | undefined): void {
    const { namespace } = deployment.metadata;
    const ended = secondsOfDay('until', dayAfter('until', until, 1));
    const ticket = (alert: string, expr: string, summary: string) => shadowAlert(live, namespace, { alert, expr, for: '5m' }, summary);
    new PrometheusRule(this, 'End', {
      metadata: { labels: platform.metrics.selectorLabels },
      spec: {
        groups: [{
          name: `${deployment.name}: end`,
          rules: [
            ticket('ShadowOutlivedItsEnd',
              `max(kube_deployment_spec_replicas{${namespace === undefined ? '' : `namespace="${namespace}",`}deployment="${deployment.name}"}) > 0 and on () vector(time()) >= ${ended}`,
              `its shadow should have ended on ${until}, and still gets copies of requests`),
            // once it is over, nothing is compared, and the alert above says so
            ...job === undefined ? [] : [ticket('ShadowDisagrees',
              `${endedBadly({ cronJob: job, namespace })} and on () (vector(time()) < ${ended})`,
              `less than ${inPercent(agreement!.atLeast ?? 0.99)} of the answers of ${serviceName} agreed, or there were too few to say: the log of CronJob ${job} says which`)],
          ],
        }],
      },
    });
  }
}

/** An alert of the owner of the live model: nobody hears a shadow, so nobody is woken up. */
function shadowAlert({ modelName, owner }: IModelServing, namespace: string | undefined, rule: { [field: string]: string }, summary: string): any {
  return {
    ...rule,
    labels: { ...namespace === undefined ? {} : { namespace }, model: modelName, owner: owner.team, severity: 'ticket' },
    annotations: { summary: `${modelName}: ${summary}`, runbook_url: owner.runbookUrl, ...owner.contact === undefined ? {} : { contact: owner.contact } },
  };
}

function inPercent(share: number): string {
  return `${Number((100 * share).toFixed(6))} %`;
}

function requireSense(scope: Construct, id: string, props: ShadowRolloutProps, comparison: Comparison): void {
  const { route, live, until, percent = 100, paths = [], platform, serviceName, agreement } = props;
  const problems = new InputProblems();
  if (!route?.capabilities.mirrors) {
    problems.add('shadow/router-without-mirrors',
      `'route' must be able to copy requests, got ${route ? `that of ${route.routerName}` : 'none'}; give '${live.modelName}' a strategy with TrafficRouter.istio() `
      + 'or TrafficRouter.gatewayApi() and pass its route, or what InferenceGateway.addRoute() returned');
  }
  problems.attempt(() => secondsOfDay('until', until));
  if (!Number.isInteger(percent) || percent < 1 || percent > 100) {
    problems.add('shadow/malformed-percent', `'percent' must be a whole number from 1 to 100, got ${percent}`);
  }
  checkPaths('paths', paths, problems);
  if (serviceName === live.serviceName) {
    problems.add('shadow/same-service', `the shadow must have a Service of its own, got '${serviceName}', which is that of the live model; say serviceName: '${serviceName}-shadow'`);
  }
  if (comparison.namespace !== live.servingNamespace) {
    problems.add('shadow/other-namespace',
      `the shadow must be in the namespace of the live model, '${live.servingNamespace}', got '${comparison.namespace}'; requests are copied to a Service beside it`);
  }
  if (!platform.metrics.isAvailable) {
    problems.add('shadow/no-metrics', 'a shadow is compared by numbers from Prometheus, but the platform profile has none; give it a metrics backend');
  } else {
    findComparisonProblems(problems, comparison);
  }
  if (agreement) {findAgreementProblems(problems, agreement);}
  problems.throwAt(scope, id);
}
