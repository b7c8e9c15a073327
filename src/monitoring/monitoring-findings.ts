import { AlertRouting } from './alert-routing';
import { AlertSeverity } from './alert-rule';
import { IMonitoringSegment } from './segment';
import { FindingOptions, FindingSeverity } from '../core/findings';
import { PlatformProfile } from '../core/platform-profile';
import { IModelServing } from '../serving/serving';

/** What a reviewer should know about the monitoring of a model, beside the closure of its queries. */
export function findMonitoring(
  serving: IModelServing, platform: PlatformProfile, segments: IMonitoringSegment[], routing: AlertRouting[] | undefined): FindingOptions[] {
  return platform.metrics.isAvailable
    ? [...findGaps(segments), ...findRouting(serving, routing)]
    : [findNoBackend(serving, platform)];
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
