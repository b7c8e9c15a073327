import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import {
  AlertRule, IMonitoringSegment, IstioReporter, MeshMode, MetricsBackend, MonitoringProps, Panel, PlatformProfile, RecordingRule, RequestSource,
  ServingMetrics, Slo,
} from '../../src';
import { FakeServing, FakeServingProps } from '../support/fake-serving';

export const slo = Slo.of({ latency: { percentile: 95, below: Duration.millis(100) }, errorRatioBelow: 0.01 });

export const platform = PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }) });

export const unwatched = PlatformProfile.of({ metrics: MetricsBackend.none('metrics go to a hosted service') });

/** The same cluster with a mesh. */
export function inMesh(mesh: MeshMode): PlatformProfile {
  return PlatformProfile.of({ metrics: platform.metrics, mesh });
}

/** Requests of a model as Istio counts them. */
export function byIstio(reporter?: IstioReporter): RequestSource {
  return { metrics: ServingMetrics.istio({ reporter }), selector: 'destination_workload="fraud"', versionLabel: 'destination_version' };
}

/** The required properties of a `Monitoring`, with a model of its own. */
export function monitoringProps(scope: Construct, serving?: FakeServingProps): MonitoringProps {
  return { serving: new FakeServing(scope, 'Serving', serving), slo, platform };
}

/** A segment as a third party would write it. */
export class FakeSegment implements IMonitoringSegment {
  public readonly gaps?: string[];

  public constructor(
    public readonly segmentName: string,
    private readonly content: { panels?: Panel[]; alerts?: AlertRule[]; recordings?: RecordingRule[]; gaps?: string[] },
  ) {
    this.gaps = content.gaps;
  }

  public panels(): Panel[] {
    return this.content.panels ?? [];
  }

  public alerts(): AlertRule[] {
    return this.content.alerts ?? [];
  }

  public recordingRules(): RecordingRule[] {
    return this.content.recordings ?? [];
  }
}
