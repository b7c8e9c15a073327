import { Construct } from 'constructs';
import { Findings, FindingSeverity } from '../core/findings';
import { PlatformProfile } from '../core/platform-profile';
import { factsOf } from '../private/facts';
import { PeerAuthentication } from '../private/l1/security-istio-io';

/** Which ports of a pod are scraped, and which one answers requests. */
export interface ScrapedPod {
  readonly name: string;
  readonly podLabels: { [key: string]: string };
  readonly requestPort: number;
  readonly metricsPorts: number[];
}

const EXCLUDED_PORTS = 'traffic.sidecar.istio.io/excludeInboundPorts';

/** A Prometheus outside the mesh speaks plain text, so a sidecar that asks for mutual TLS would refuse it: it leaves these ports alone. */
export function scrapeAnnotations(platform: PlatformProfile, requestPort: number, metricsPorts: number[]): { [key: string]: string } {
  const ports = plainPorts(platform, requestPort, metricsPorts);
  return platform.mesh.mode === 'istio-sidecar' && ports.length > 0 ? { [EXCLUDED_PORTS]: ports.join(',') } : {};
}

/**
 * Lets a Prometheus that is outside the mesh scrape pods that are inside, whatever mutual TLS the mesh asks for, and says so. Requests stay
 * under the mesh's own rule.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 */
export function letScrape(scope: Construct, platform: PlatformProfile, pod: ScrapedPod): void {
  const { mesh, metrics } = platform;
  if (mesh.mode === 'none' || !metrics.isAvailable) {return;}
  const ports = plainPorts(platform, pod.requestPort, pod.metricsPorts);
  if (mesh.mode === 'istio-ambient' && ports.length > 0) {
    new PeerAuthentication(scope, 'MetricsInPlainText', {
      spec: {
        selector: { matchLabels: pod.podLabels },
        portLevelMtls: Object.fromEntries(ports.map((port) => [`${port}`, { mode: 'PERMISSIVE' }])),
      },
    });
  }
  if (ports.length > 0) {
    factsOf(scope).notes.push(`${pod.name} lets Prometheus scrape ${ports.map((port) => `TCP ${port}`).join(', ')} without mutual TLS, ` +
      'since it is taken to be outside the mesh. The network policy lets nobody else in there.');
  }
  if (pod.metricsPorts.includes(pod.requestPort)) {
    Findings.of(scope).add({
      ruleId: 'serving/metrics-behind-mutual-tls',
      severity: FindingSeverity.ERROR,
      message: `metrics are scraped on TCP ${pod.requestPort}, which answers requests too: a mesh that asks for mutual TLS refuses Prometheus there`,
      remedy: 'export them on a port of their own, or acknowledge it with the reason why Prometheus is let in (it is in the mesh, or the mesh is permissive)',
    });
  }
}

function plainPorts({ metrics }: PlatformProfile, requestPort: number, metricsPorts: number[]): number[] {
  return metrics.isAvailable ? [...new Set(metricsPorts)].filter((port) => port !== requestPort).sort((a, b) => a - b) : [];
}
