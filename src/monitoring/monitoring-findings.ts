import { IConstruct } from 'constructs';
import { AlertRouting } from './alert-routing';
import { AlertSeverity } from './alert-rule';
import { IMonitoringSegment } from './segment';
import { earlierWatchers } from './watched-models';
import { FindingOptions, FindingSeverity } from '../core/findings';
import { PlatformProfile } from '../core/platform-profile';
import { IstioReporter } from '../core/server-options';
import { ServingMetrics } from '../core/serving-metrics';
import { IModelServing } from '../serving/serving';

/** What is known of a watch over a model. */
export interface Watch {
  readonly serving: IModelServing;
  readonly platform: PlatformProfile;
  /** What counts its requests. */
  readonly requests: ServingMetrics;
  readonly segments: IMonitoringSegment[];
  readonly routing: AlertRouting[] | undefined;
  readonly watcher: IConstruct;
}

/** What a reviewer should know about the monitoring of a model, beside the closure of its queries. */
export function findMonitoring(watch: Watch): FindingOptions[] {
  const { serving, platform, segments, routing } = watch;
  return platform.metrics.isAvailable
    ? [...findNoNamespace(serving), ...findWatchedTwice(watch), ...findReporter(watch), ...findGaps(segments), ...findRouting(serving, routing)]
    : [findNoBackend(serving, platform)];
}

function findNoNamespace({ modelName, servingNamespace }: IModelServing): FindingOptions[] {
  return servingNamespace !== '' ? [] : [{
    ruleId: 'monitoring/no-namespace',
    severity: FindingSeverity.WARNING,
    message: `the queries about '${modelName}' name no namespace and mix it up with a model of that name in any other namespace`,
    remedy: 'give the chart or the stack of the model its namespace',
  }];
}

function findWatchedTwice({ watcher, serving, platform }: Watch): FindingOptions[] {
  const [first] = earlierWatchers(watcher, serving, platform);
  return first === undefined ? [] : [{
    ruleId: 'monitoring/watched-twice',
    severity: FindingSeverity.ERROR,
    message: `'${watcher.node.path}' and '${first.node.path}' both watch '${serving.modelName}' ${placeOf(serving)}, record the same series and alert twice`,
    remedy: 'leave one of them out and add() its segments to the other, or give one model another namespace; '
      + 'acknowledge it where the two go to different clusters',
  }];
}

function placeOf({ servingNamespace }: IModelServing): string {
  return servingNamespace === '' ? 'without a namespace' : `in namespace '${servingNamespace}'`;
}

/** Reporters that there are in each mode of the mesh. */
const REPORTERS: { [mode: string]: IstioReporter[] } = {
  'istio-sidecar': [IstioReporter.DESTINATION, IstioReporter.SOURCE],
  'istio-ambient': [IstioReporter.WAYPOINT],
};

/** A query for a reporter that does not exist returns nothing, and an alert on nothing is silent. */
function findReporter({ serving, platform, requests }: Watch): FindingOptions[] {
  const { istioReporter: reporter } = requests;
  const reporters = REPORTERS[platform.mesh.mode] ?? [];
  return reporter === undefined || reporters.includes(reporter) ? [] : [{
    ruleId: 'monitoring/reporter-without-mesh',
    severity: FindingSeverity.ERROR,
    message: `the requests of '${serving.modelName}' are counted by Istio's reporter '${reporter}', which does not exist with the mesh '${platform.mesh.mode}': `
      + 'its alerts would never fire',
    remedy: reporters.length === 0
      ? 'say which mesh the platform has, let the server count its requests, or acknowledge it where a gateway in front of the model counts them'
      : `use ServingMetrics.istio({ reporter }) with ${reporters.map((each) => `'${each}'`).join(' or ')}`,
  }];
}

function findGaps(segments: IMonitoringSegment[]): FindingOptions[] {
  return segments.flatMap((segment) => (segment.gaps ?? []).map((gap) => ({
    ruleId: 'monitoring/not-measured',
    severity: FindingSeverity.ERROR,
    message: `segment '${segment.segmentName}': ${gap}`,
    remedy: 'let the server or an exporter beside it export it, name the mesh in front of it as \'requests\', or acknowledge that nobody will know',
  })));
}

function findRouting(serving: IModelServing, routing: AlertRouting[] | undefined): FindingOptions[] {
  if (!routing) {return [];}
  const reached = new Set(routing.flatMap((route) => route.severities));
  const unreached = [AlertSeverity.PAGE, AlertSeverity.TICKET].filter((severity) => !reached.has(severity));
  return [
    ...unreached.map((severity) => ({
      ruleId: 'monitoring/severity-without-route',
      severity: FindingSeverity.ERROR,
      message: `alerts of severity '${severity}' take no route of '${serving.modelName}' and reach nobody`,
      remedy: `add a routing whose 'severities' name '${severity}'`,
    })),
    ...serving.servingNamespace === '' ? [{
      ruleId: 'monitoring/route-without-namespace',
      severity: FindingSeverity.ERROR,
      message: `the alerts of '${serving.modelName}' carry no namespace, and Alertmanager gives an AlertmanagerConfig only the alerts of its own namespace`,
      remedy: 'give the chart of the model its namespace, or acknowledge it where Alertmanager\'s matcher strategy is None',
    }] : [],
  ];
}

function findNoBackend(serving: IModelServing, platform: PlatformProfile): FindingOptions {
  return {
    ruleId: 'monitoring/no-backend',
    severity: FindingSeverity.WARNING,
    message: `nobody watches '${serving.modelName}': ${platform.metrics.reason}`,
    remedy: 'give the platform a metrics backend; monitors, alerts and dashboard are made from then on',
  };
}
