import { ApiObject, Chart } from 'cdk8s';
import { MlopsApp } from '../../../src';
import { ErrorCase } from '../../support/error-case';

/** A rollout that every rule accepts, with all that it names: as raw objects, as an included file would make them. */
export function acceptedManifests(): { [name: string]: any } {
  const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: 'fraud' }, ports: [{ port: 80 }] } });
  const template = (name: string, count?: number) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name },
    spec: {
      args: [{ name: 'hash' }],
      metrics: [{ name: `errors-${name}`, interval: '1m', count, provider: { prometheus: { address: 'http://prometheus:9090', query: 'errors{hash="{{args.hash}}"}' } } }],
    },
  });
  const analysis = (templateName: string) => ({ templates: [{ templateName }], args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }] });
  return {
    rollout: {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'fraud' },
      spec: {
        selector: { matchLabels: { app: 'fraud' } },
        template: {
          metadata: { labels: { app: 'fraud', tier: 'model' } },
          spec: { containers: [{ name: 'server', image: 'registry.example.com/fraud:1', ports: [{ name: 'http', containerPort: 8080 }] }] },
        },
        strategy: {
          canary: {
            stableService: 'stable',
            canaryService: 'canary',
            trafficRouting: { istio: { virtualService: { name: 'routes', routes: ['primary'] } }, managedRoutes: [{ name: 'mirror' }] },
            analysis: analysis('always'),
            steps: [{ setWeight: 5 }, { analysis: analysis('stage') }, { pause: { duration: '10m' } }],
          },
        },
      },
    },
    stable: service('stable'),
    canary: service('canary'),
    virtualService: {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'routes' },
      spec: { hosts: ['fraud'], http: [{ name: 'primary', route: [{ destination: { host: 'stable' }, weight: 100 }, { destination: { host: 'canary' }, weight: 0 }] }] },
    },
    stage: template('stage', 5),
    always: template('always'),
  };
}

/** What the rules are changed by. */
export type Change = (manifests: { [name: string]: any }) => void;

/** An app that makes the accepted manifests, changed. */
export function synthesize(change: Change): string {
  const manifests = acceptedManifests();
  change(manifests);
  const app = new MlopsApp();
  const chart = new Chart(app, 'fraud');
  Object.entries(manifests).forEach(([id, manifest]) => new ApiObject(chart, id, manifest));
  return app.synthYaml();
}

/** A case of a rule: the sentence without path and id, which are those of the case. */
export function refusal(id: string, when: string, change: Change, sentence: string, path = 'fraud/rollout'): ErrorCase {
  return { id, when, provoke: () => synthesize(change), message: `Validation failed with the following errors:\n  [${path}] ${sentence} (${id})` };
}
