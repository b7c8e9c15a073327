import * as fc from 'fast-check';

/** Manifests that are judged together, by what they are called in mutations. */
export interface World {
  readonly rollout: any;
  readonly services: any[];
  readonly ingress: any;
  readonly virtualService: any;
  readonly templates: any[];
  /** The Deployment whose template a rollout takes, where it has none. */
  workload?: any;
}

/** Chooses one of several values. */
export type Pick = <T>(...values: T[]) => T;

/** The choices of one case, which fast-check makes and shrinks. */
export function pickFrom(gen: fc.GeneratorValue): Pick {
  return (...values) => values[gen(fc.nat, { max: Math.max(values.length - 1, 0) })];
}

/** All manifests of a world. */
export function manifestsOf({ rollout, services, ingress, virtualService, templates, workload }: World): any[] {
  return [rollout, ...services, ingress, virtualService, ...templates, workload].filter((manifest) => manifest !== undefined);
}

const LABELS = { app: 'fraud' };

/** Pods that Kubernetes accepts. */
export const POD_TEMPLATE = {
  metadata: { labels: { ...LABELS, tier: 'model' } },
  spec: { containers: [{ name: 'server', image: 'registry.example.com/fraud:1', ports: [{ name: 'http', containerPort: 8080 }] }] },
};

const ARGS = [{ name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Latest' } }];

/** A world that the controller accepts. */
export function acceptedWorld(pick: Pick): World {
  const meta = (name: string) => ({ name, namespace: 'ml' });
  const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: meta(name), spec: { selector: { ...LABELS }, ports: [{ name: 'http', port: 80 }] } });
  const router = pick('istio', 'none', 'istio', 'nginx', 'alb', 'plugin', 'smi', 'traefik', 'apisix', 'subsets', 'alb', 'nginx');
  const kind = pick('canary', 'canary', 'canary', 'canary', 'blueGreen');
  const world: World = {
    rollout: {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: meta('fraud'),
      spec: {
        replicas: pick(3, 0, 1),
        selector: { matchLabels: { ...LABELS } },
        template: copy(POD_TEMPLATE),
        strategy: {},
      },
    },
    services: [service('stable'), service('canary')],
    ingress: router === 'nginx' || router === 'alb' ? {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: meta('fraud'),
      spec: { rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'stable', port: { number: 80 } } } }] } }] },
    } : undefined,
    virtualService: router === 'istio' || router === 'subsets' ? {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: meta('fraud'),
      spec: {
        hosts: ['fraud'],
        http: [{
          name: 'primary',
          route: router === 'istio'
            ? [{ destination: { host: 'stable' }, weight: 100 }, { destination: { host: 'canary.ml.svc.cluster.local' }, weight: 0 }]
            : [{ destination: { host: 'fraud', subset: 'stable' }, weight: 100 }, { destination: { host: 'fraud', subset: 'canary' }, weight: 0 }],
        }],
      },
    } : undefined,
    templates: [template('stage', meta, 5), template('always', meta, undefined)],
  };
  const { spec } = world.rollout;
  if (kind === 'blueGreen') {
    spec.strategy.blueGreen = { activeService: 'stable', previewService: 'canary', prePromotionAnalysis: { templates: [{ templateName: 'stage' }], args: copy(ARGS) } };
    world.templates.pop();
    return { ...world, ingress: undefined, virtualService: undefined };
  }
  spec.strategy.canary = {
    ...router === 'subsets' ? {} : { stableService: 'stable', canaryService: 'canary' },
    trafficRouting: routing(router),
    analysis: { templates: [{ templateName: 'always' }], args: copy(ARGS) },
    steps: [{ setWeight: 5 }, { analysis: { templates: [{ templateName: 'stage' }], args: copy(ARGS) } }, { setWeight: 50 }, { pause: { duration: '10m' } }],
  };
  return world;
}

function routing(router: string): any {
  const istio = { virtualService: { name: 'fraud', routes: ['primary'] } };
  return ({
    istio: { istio, managedRoutes: [{ name: 'by-header' }, { name: 'mirror' }] },
    subsets: { istio: { ...istio, destinationRule: { name: 'fraud', canarySubsetName: 'canary', stableSubsetName: 'stable' } } },
    nginx: { nginx: { stableIngress: 'fraud' } },
    alb: { alb: { ingress: 'fraud', servicePort: 80 }, managedRoutes: [{ name: 'by-header' }] },
    plugin: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'fraud' } }, managedRoutes: [{ name: 'by-header' }, { name: 'mirror' }] },
    smi: { smi: {} },
    traefik: { traefik: { weightedTraefikServiceName: 'fraud' } },
    apisix: { apisix: { route: { name: 'fraud' } }, managedRoutes: [{ name: 'by-header' }] },
  } as { [router: string]: any })[router];
}

function template(name: string, meta: (name: string) => any, count: number | undefined): any {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: meta(name),
    spec: {
      args: [{ name: 'canary-hash' }, { name: 'limit', value: '0.01' }],
      metrics: [{
        name: `errors-${name}`,
        interval: '1m',
        ...count === undefined ? {} : { count },
        successCondition: 'result[0] < {{args.limit}}',
        provider: { prometheus: { address: 'http://prometheus.monitoring:9090', query: 'sum(errors{hash="{{args.canary-hash}}"})' } },
      }],
    },
  };
}

export function copy<T>(value: T): T {
  return structuredClone(value);
}
