import { copy, Pick, POD_TEMPLATE, World } from './worlds';

/** Changes something that a family of rules looks at; what comes out may be right or wrong. */
export type Mutation = (world: World, pick: Pick) => void;

const spec = (world: World) => world.rollout.spec;
const canary = (world: World) => spec(world).strategy.canary ?? {};
const routing = (world: World) => canary(world).trafficRouting ?? {};
const template = (world: World, pick: Pick) => pick(...world.templates);
const uses = (world: World): any[] => [
  ...(canary(world).steps ?? []).map(({ analysis }: any) => analysis), canary(world).analysis, spec(world).strategy.blueGreen?.prePromotionAnalysis,
].filter((use) => use !== undefined);
const addStep = (world: World, ...steps: any[]) => canary(world).steps?.push(...steps);

/** Sets a field, or removes it where the value is undefined. */
function set(object: any, field: string, value: any): void {
  if (object === undefined) {return;}
  if (value === undefined) {
    delete object[field];
  } else {
    object[field] = value;
  }
}

/** Mutations by the family that they concern. */
export const MUTATIONS: { [family: string]: Mutation[] } = {
  'argo-rollouts: selector and template': [
    (world, pick) => set(spec(world), 'selector', pick<any>(undefined, {}, { matchLabels: {} }, { matchLabels: { tier: 'model' } }, { matchLabels: { app: 'other' } },
      { matchLabels: { app: 'fraud', tier: 'model' } }, { matchLabels: { 'bad key!': 'fraud' } }, { matchLabels: { app: 'bad value!' } })),
    (world, pick) => set(spec(world).selector, 'matchExpressions', [{
      key: pick('app', 'tier', 'absent', 'not a key'),
      operator: pick('In', 'NotIn', 'Exists', 'DoesNotExist', 'Near'),
      ...pick<any>({}, {}, { values: ['fraud'] }, { values: ['fraud', 'model'] }, { values: ['other'] }, { values: ['not a value!'] }),
    }]),
    (world, pick) => set(spec(world).template.metadata.labels, pick('app', 'extra'), pick('fraud', 'fraud', 'other')),
    (world, pick) => {
      set(spec(world), 'workloadRef', { apiVersion: 'apps/v1', kind: 'Deployment', name: 'fraud' });
      world.workload = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'fraud', namespace: 'ml' }, spec: { selector: { matchLabels: { app: 'fraud' } }, template: POD_TEMPLATE } };
      set(spec(world), 'template', pick<any>(undefined, undefined, { metadata: {} }, { metadata: { labels: { app: 'fraud' } } }, { metadata: { annotations: { a: 'b' } } }));
      set(spec(world), 'selector', pick<any>(undefined, { matchLabels: { app: 'fraud' } }));
    },
  ],
  'argo-rollouts: numbers and deadlines': [
    (world, pick) => set(spec(world), pick('replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'), pick(-1, 0, 1, 599, 600, 601, 10)),
    (world, pick) => Object.assign(spec(world), { minReadySeconds: pick(0, 10, 60), progressDeadlineSeconds: pick(1, 10, 11, 60, 61, 600) }),
  ],
  'argo-rollouts: strategies': [
    (world, pick) => set(spec(world), 'strategy', pick<any>(spec(world).strategy, spec(world).strategy, undefined, {}, { ...spec(world).strategy, canary: {} },
      { ...spec(world).strategy, blueGreen: { activeService: 'stable' } })),
    (world, pick) => Object.assign(canary(world), {
      maxSurge: pick<any>(0, 1, '0%', '25%', '0', '1', 'x', '100%'), maxUnavailable: pick<any>(0, 1, '0%', '50%', '0', '2', '-1'),
    }),
    (world, pick) => {
      set(spec(world), 'revisionHistoryLimit', pick<any>(undefined, 0, 1, 5));
      set(spec(world).strategy.blueGreen, 'scaleDownDelayRevisionLimit', pick(0, 1, 5, 10, 11));
    },
    (world, pick) => set(spec(world).strategy.canary ?? spec(world).strategy.blueGreen, 'antiAffinity', pick<any>(
      {}, { requiredDuringSchedulingIgnoredDuringExecution: {} },
      { preferredDuringSchedulingIgnoredDuringExecution: { weight: pick(0, 1, 50, 100, 101) } },
      { preferredDuringSchedulingIgnoredDuringExecution: { weight: 1 }, requiredDuringSchedulingIgnoredDuringExecution: {} })),
  ],
  'argo-rollouts: services': [
    (world, pick) => set(canary(world), pick('canaryService', 'stableService'), pick<any>(undefined, '', 'stable', 'canary')),
    (world, pick) => set(spec(world).strategy.blueGreen, pick('activeService', 'previewService'), pick<any>(undefined, '', 'stable', 'canary')),
    (world, pick) => {
      const removed = pick(true, true, false);
      set(canary(world), 'pingPong', { pingService: pick('stable', 'canary', ''), pongService: pick('canary', 'canary', 'stable', '') });
      if (removed) {
        set(canary(world), 'stableService', undefined);
        set(canary(world), 'canaryService', undefined);
      }
      set(routing(world).alb, 'rootService', pick<any>(undefined, 'stable', ''));
    },
    (world, pick) => {
      if (routing(world).alb) {
        ['stableService', 'canaryService'].forEach((name) => set(canary(world), name, undefined));
        set(canary(world), 'pingPong', { pingService: 'stable', pongService: 'canary' });
        set(routing(world).alb, 'rootService', pick<any>(undefined, 'stable'));
      }
    },
  ],
  'argo-rollouts: traffic routing': [
    (world, pick) => set(canary(world), 'scaleDownDelaySeconds', pick(0, 30, 600)),
    (world, pick) => set(canary(world), 'dynamicStableScale', pick(true, false)),
    (world, pick) => Object.assign(canary(world), { dynamicStableScale: pick(true, false), ...pick<any>({}, { scaleDownDelaySeconds: 30 }) }),
    (world, pick) => set(canary(world).trafficRouting, 'maxTrafficWeight', pick(100, 1000, 10)),
    (world, pick) => set(routing(world).nginx, 'stableIngresses', pick<any>(undefined, [], ['fraud'])),
    (world, pick) => set(routing(world).nginx, 'stableIngress', pick<any>(undefined, '', 'fraud')),
    (world, pick) => set(routing(world).alb, 'ingresses', pick<any>(undefined, [], ['fraud'])),
    (world, pick) => set(routing(world).alb, 'ingress', pick<any>(undefined, '', 'fraud')),
    (world, pick) => {
      const { virtualService } = routing(world).istio ?? {};
      set(routing(world).istio, 'virtualServices', pick<any>(undefined, [], [virtualService]));
      set(routing(world).istio, 'virtualService', pick<any>(undefined, virtualService));
    },
    (world, pick) => set(canary(world), 'trafficRouting', pick<any>(undefined, {}, canary(world).trafficRouting)),
  ],
  'argo-rollouts: steps': [
    (world, pick) => addStep(world, pick<any>({ setWeight: 10, pause: {} }, { pause: {} }, {}, { setWeight: 100 }, { plugin: { name: 'a/b' } }, { setWeight: 1, plugin: { name: 'a/b' } },
      { analysis: { templates: [] }, pause: {} }, { experiment: { templates: [] } })),
    (world, pick) => {
      set(canary(world).trafficRouting, 'maxTrafficWeight', pick<any>(undefined, undefined, 50, 1000));
      addStep(world, { setWeight: pick(-1, 0, 1, 50, 51, 100, 101, 1000, 1001) });
    },
    (world, pick) => addStep(world, { pause: { duration: pick<any>('10', 10, 0, -1, '0', '-1', '10s', '1h30m', 'soon', '', '1d', '-10s', '-0.5s', '.5s', '1.s', '1.5h', '600000h', '2147483647', '2147483648', '5 m') } }),
    (world, pick) => addStep(world, { setCanaryScale: pick<any>({ weight: 10 }, { replicas: 2 }, { matchTrafficWeight: true }, {}) }),
    (world, pick) => addStep(world, { experiment: { templates: [{ name: 'one', specRef: 'canary', ...pick<any>({}, { weight: 5 }) }] } }),
    (world, pick) => {
      const args = [{
        name: 'where',
        valueFrom: {
          fieldRef: {
            fieldPath: pick('metadata.name', 'metadata.namespace', "metadata.labels['app']", "metadata.labels['bad key']", 'metadata.labels',
              "metadata.annotations['A/b']", 'metadata.creationTimestamp', 'metadata', "metadata['a']", 'spec.replicas', 'metadataX', "metadata.annotations['']"),
          },
        },
      }];
      addStep(world, pick<any>({ experiment: { templates: [], analyses: [{ name: 'a', templateName: 'always', args }] } },
        { analysis: { templates: [{ templateName: 'stage' }], args: [...args, { name: 'canary-hash', value: 'x' }] } }));
    },
  ],
  'argo-rollouts: routes': [
    (world, pick) => addStep(world, { setHeaderRoute: { name: pick('by-header', 'by-header', 'other'), ...headerMatch(pick) } }),
    (world, pick) => addStep(world, { setMirrorRoute: { name: pick('mirror', 'mirror', 'other'), ...mirrorMatch(pick), ...pick<any>({}, { percentage: 50 }) } }),
    (world, pick) => {
      set(canary(world).trafficRouting, 'managedRoutes', pick<any>(undefined, [], [{ name: 'by-header' }], [{ name: 'mirror' }, { name: 'by-header' }]));
      addStep(world, pick<any>({ setHeaderRoute: { name: 'by-header' } }, { setMirrorRoute: { name: 'mirror' } }, { pause: {} }));
    },
  ],
  'argo-rollouts: service selectors': [
    (world, pick) => set(pick(...world.services).spec, 'selector', pick<any>({}, undefined, { app: 'fraud' }, { tier: 'model' }, { app: 'other' }, { role: 'canary' }, { 'app': 'fraud', 'rollouts-pod-template-hash': 'abc' })),
    (world, pick) => set(pick(...world.services).metadata, 'annotations', pick<any>({ 'argo-rollouts.argoproj.io/managed-by-rollouts': pick('fraud', 'other', '') }, { note: 'x' })),
    (world, pick) => set(pick(...world.services).metadata, 'name', pick('stable', 'canary', 'gone')),
    (world, pick) => set(pick(...world.services).metadata, 'namespace', pick('ml', 'ml', 'other')),
  ],
  'argo-rollouts: virtual service routes': [
    (world, pick) => set(routing(world).istio?.virtualService, 'routes', pick<any>(undefined, [], ['primary'], ['primary', 'second'], ['gone'])),
    (world, pick) => set(routing(world).istio?.virtualService, 'name', pick('fraud', 'fraud.ml', 'fraud.ml.cluster.local', 'fraud.other', 'gone')),
    (world, pick) => {
      const http = world.virtualService?.spec.http;
      http?.[pick('push', 'unshift')]({ ...copy(http[0]), ...pick<any>({ name: 'second' }, { name: 'by-header' }, { name: 'primary' }, { name: undefined }) });
      set(routing(world).istio?.virtualService, 'routes', pick<any>(undefined, ['primary'], ['second', 'primary']));
    },
    (world, pick) => set(world.virtualService?.spec.http[0], 'name', pick<any>(undefined, 'primary', 'other', 'by-header')),
    (world, pick) => pick<any>(...world.virtualService?.spec.http[0].route ?? [{}]).destination && set(pick<any>(...world.virtualService.spec.http[0].route).destination, pick('host', 'subset'),
      pick('stable', 'canary', 'stable.ml', 'other', 'canary.ml.svc.cluster.local', '.stable')),
    (world, pick) => pick(true, false) && world.virtualService?.spec.http[0].route.pop(),
    (world, pick) => set(world.virtualService?.spec, 'http', pick<any>(undefined, [], world.virtualService?.spec.http)),
    (world, pick) => {
      const route = world.virtualService?.spec.http?.[0]?.route;
      const protocol = pick('tls', 'tcp');
      const match = pick<any>({}, { port: 443 }, { port: 8080 });
      set(world.virtualService?.spec, protocol, pick<any>([{ match: [protocol === 'tls' ? { ...match, sniHosts: pick(['a.example.com'], []) } : match], route }], [{ route }, { route }], [], [{ route: [] }]));
      set(routing(world).istio?.virtualService, `${protocol}Routes`, pick<any>(undefined, [], [{ port: 443 }], [{ port: 8080 }], [{}], protocol === 'tls' ? [{ port: 443, sniHosts: ['a.example.com'] }] : []));
    },
    (world, pick) => set(routing(world).istio?.destinationRule, pick('canarySubsetName', 'stableSubsetName'), pick('canary', 'stable', 'other')),
  ],
  'argo-rollouts: ingress backends': [
    (world, pick) => set(world.ingress?.spec.rules[0].http?.paths[0]?.backend.service, 'name', pick('stable', 'stable', 'canary', 'other')),
    (world, pick) => set(world.ingress?.metadata, 'name', pick('fraud', 'fraud', 'gone')),
    (world, pick) => set(world.ingress?.spec, 'rules', pick<any>([], undefined, world.ingress?.spec.rules, [{}, ...world.ingress?.spec.rules ?? []])),
    (world, pick) => set(routing(world).alb, 'rootService', pick<any>(undefined, 'stable', 'canary')),
    (world, pick) => {
      set(routing(world).nginx, 'stableIngress', undefined);
      set(routing(world).nginx, 'stableIngresses', pick(['fraud'], ['fraud', 'fraud'], ['gone']));
    },
  ],
  'argo-rollouts: analysis arguments': [
    (world, pick) => set(pick(...uses(world)), 'args', pick<any>(undefined, [], [{ name: 'canary-hash', value: 'x' }], [{ name: 'canary-hash', valueFrom: { podTemplateHashValue: 'Stable' } }],
      [{ name: 'other', value: 'x' }], [{ name: 'canary-hash', valueFrom: { fieldRef: { fieldPath: pick('metadata.name', 'metadata.nothing', 'spec.replicas', 'spec.nothing', 'spec.strategy', 'status.currentPodHash') } } }])),
    (world, pick) => set(template(world, pick).spec, 'args', pick<any>(undefined, [{ name: 'canary-hash' }, { name: 'limit', value: '1' }], [{ name: 'canary-hash', value: 'y' }, { name: 'limit', value: '1' }],
      [{ name: 'limit', value: '1' }], [{ name: 'canary-hash' }, { name: 'limit' }], [{ name: 'canary-hash' }, { name: 'limit', value: '1' }, { name: 'more' }])),
    (world, pick) => template(world, pick).spec.args?.push({ name: 'token', ...pick<any>({}, { value: 'x' }), valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }),
    (world, pick) => {
      const other = copy(world.templates[0]);
      other.metadata.name = 'other';
      other.spec.metrics[0].name = 'other';
      other.spec.args = [{ name: 'canary-hash' }, { name: 'limit', ...pick<any>({}, { value: '0.01' }, { value: '0.02' }) }];
      world.templates.push(other);
      pick(...uses(world)).templates?.[pick('push', 'unshift')]({ templateName: 'other' });
    },
    (world, pick) => set(template(world, pick).spec.metrics[0], 'successCondition', pick('result[0] < {{args.limit}}', 'result[0] < {{ args.limit }}', 'result[0] < {{args.none}}', '{{args.limit', 'a }} b', '{{}}', '{{args.limit}} {{', 'plain')),
    (world, pick) => addStep(world, { analysis: { templates: [{ templateName: pick('stage', 'stage', 'always') }], args: [{ name: 'canary-hash', value: 'x' }] } }),
  ],
  'argo-rollouts: analysis runs': [
    (world, pick) => set(template(world, pick).spec.metrics[0], 'count', pick<any>(undefined, 0, 1, 5, '5', '0', 'x', '{{args.limit}}')),
    (world, pick) => set(template(world, pick).spec.metrics[0], 'interval', pick<any>(undefined, '1m', '1m', '30s')),
    (world, pick) => template(world, pick).spec.metrics.push({ ...copy(world.templates[0].spec.metrics[0]), name: pick('errors-stage', 'second', 'errors-always') }),
    (world, pick) => set(template(world, pick).spec, 'metrics', pick<any>([], world.templates[0].spec.metrics.slice(0, 1))),
    (world, pick) => set(pick(...uses(world), ...world.templates.map((one) => one.spec)), 'dryRun', dryRun(pick)),
    (world, pick) => set(pick(...uses(world), ...world.templates.map((one) => one.spec)), 'measurementRetention', dryRun(pick).map(({ metricName }) => ({ metricName, limit: 5 }))),
    (world, pick) => {
      set(pick(...uses(world)), 'dryRun', dryRun(pick));
      set(template(world, pick).spec, 'dryRun', dryRun(pick));
    },
    (world, pick) => pick(...uses(world)).templates.push({ templateName: pick('stage', 'always', 'gone'), ...pick<any>({}, {}, { clusterScope: true }) }),
    (world, pick) => {
      const ofCluster = copy(world.templates[0]);
      Object.assign(ofCluster, { kind: 'ClusterAnalysisTemplate', metadata: { name: pick('stage', 'global') } });
      ofCluster.spec.metrics[0].name = pick('global', 'errors-stage', 'errors-always');
      world.templates.push(ofCluster);
      pick<any>(...uses(world)).templates?.push({ templateName: ofCluster.metadata.name, clusterScope: true });
      world.templates[0].spec.templates = pick<any>(undefined, [{ templateName: ofCluster.metadata.name, clusterScope: true }], [{ templateName: 'gone' }], [{ templateName: 'stage' }]);
    },
  ],
  'argo-rollouts: analysis metrics': [
    (world, pick) => set(template(world, pick).spec.metrics[0], pick('consecutiveSuccessLimit', 'failureLimit', 'inconclusiveLimit', 'consecutiveErrorLimit'), pick<any>(-2, -1, 0, 1, 5, 6, '-1', '3', 'x')),
    (world, pick) => Object.assign(template(world, pick).spec.metrics[0], {
      failureLimit: pick(-1, 0, 2, 4), consecutiveSuccessLimit: pick(0, 1, 2, 5), count: pick(3, 5, 6),
    }),
    (world, pick) => set(template(world, pick).spec.metrics[0], pick('interval', 'initialDelay'), pick<any>(undefined, '1m', '90s', '1h5m', 'often', '5', '1d', '{{args.limit}}')),
    (world, pick) => set(template(world, pick).spec.metrics[0], 'provider', pick<any>({}, { web: { url: 'http://a' } }, { plugin: { 'a/b': {} } }, { plugin: {} }, { plugin: { 'a/b': {}, 'c/d': {} } },
      { prometheus: { query: 'a' }, web: { url: 'http://a' } }, { job: { spec: { template: { spec: { containers: [{ name: 'a', image: 'b' }], restartPolicy: 'Never' } } } } })),
    (world, pick) => {
      const one = template(world, pick);
      one.spec.args?.push({ name: 'number', value: pick('1', '5', '20', '-2', 'x', '1m') });
      set(one.spec.metrics[0], pick('failureLimit', 'inconclusiveLimit', 'count', 'initialDelay', 'consecutiveSuccessLimit'), '{{args.number}}');
    },
    (world, pick) => {
      const one = template(world, pick);
      one.spec.args?.push({ name: 'number' });
      set(one.spec.metrics[0], pick('failureLimit', 'inconclusiveLimit', 'initialDelay'), '{{args.number}}');
      uses(world).forEach((use) => use.args?.push({ name: 'number', value: pick('1', '5', '20', '-2', 'x', '1m') }));
    },
  ],
  'kubernetes: pods': [
    (world, pick) => set(pod(world), 'restartPolicy', pick('Always', 'Never', 'OnFailure', '', 'Sometimes')),
    (world, pick) => pick(true, false) && set(pod(world), 'activeDeadlineSeconds', pick(1, 600)),
    (world, pick) => set(spec(world).template.metadata.labels, pick('version', 'a/b', 'bad key', 'A'), pick('1', 'x_y', 'bad value!', '')),
    (world, pick) => set(pod(world), 'serviceAccountName', pick('fraud', 'fraud.v1', 'Fraud', 'a_b', '')),
    (world, pick) => {
      set(pod(world), 'volumes', pick<any>([{ name: 'cache' }], [{ name: 'cache', emptyDir: {} }], [{ name: 'Cache' }], [{ name: 'cache', emptyDir: {}, configMap: { name: 'a' } }],
        [{ name: 'cache' }, { name: 'cache' }], [{ name: 'cache' }, { name: 'other', configMap: { name: 'a' } }]));
      set(container(world), 'volumeMounts', pick<any>(undefined, [{ name: 'cache', mountPath: '/cache' }], [{ name: 'none', mountPath: '/cache' }], [{ name: 'cache', mountPath: '/a' }, { name: 'cache', mountPath: '/a' }],
        [{ name: 'cache', mountPath: '/a' }, { name: 'cache', mountPath: '/b' }], [{ name: 'cache', mountPath: '' }]));
    },
    (world, pick) => set(pod(world), pick('hostname', 'subdomain', 'priorityClassName', 'nodeName', 'runtimeClassName'), pick('fraud', 'fraud.v1', 'Fraud', 'a_b', '')),
    (world, pick) => Object.assign(pod(world), pick<any>({ dnsPolicy: pick('ClusterFirst', 'Default', 'None', 'Mine', '') }, { preemptionPolicy: pick('Never', 'PreemptLowerPriority', 'Always') }),
      pick<any>({}, { dnsConfig: { nameservers: ['10.0.0.1'] } })),
    (world, pick) => set(pod(world), 'topologySpreadConstraints', pick<any>([zoneSpread(pick)], [zoneSpread(pick), zoneSpread(pick)])),
  ],
  'kubernetes: containers': [
    (world, pick) => set(container(world), pick('name', 'image', 'imagePullPolicy', 'terminationMessagePolicy', 'restartPolicy'), pick<any>('server', 'Server', 'a_b', 'Always', 'Never', 'File', undefined, '')),
    (world, pick) => set(pod(world), 'containers', pick<any>(undefined, [], [container(world)], [container(world), { name: 'server', image: 'a' }], [container(world), { name: 'other', image: 'a' }])),
    (world, pick) => set(pod(world), 'initContainers', [{ name: pick('init', 'server'), image: 'a', ...pick<any>({}, { restartPolicy: 'Always' }, { restartPolicy: 'OnFailure' }) }]),
    (world, pick) => set(container(world), 'ports', [
      { containerPort: pick(8080, 1, 65535, 65536, 0, -1), name: pick('http', 'HTTP', 'a--b', '80', 'a-name-that-is-too-long', '-a'), ...pick<any>({}, { protocol: 'UDP' }, { protocol: 'HTTP' }, { hostPort: 80 }, { hostPort: 70000 }) },
      ...pick<any>([], [{ containerPort: 9090, name: pick('http', 'metrics') }]),
    ]),
    (world, pick) => set(container(world), 'ports', [{ containerPort: 8080, name: 'http' }, { containerPort: 9090, name: pick('http', 'metrics') }]),
    (world, pick) => set(container(world), 'env', [{ name: pick('A', 'a.b-c_d', '1A', '', '.', '..a', 'a b', 'a=b'), ...pick<any>({}, { value: 'x' }) },
      ...pick<any>([], [{
        name: 'B',
        ...pick<any>({}, { value: 'x' }),
        valueFrom: pick<any>({ fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } }, { secretKeyRef: { name: 'a', key: 'b' } },
          { secretKeyRef: { name: 'a', key: 'b' }, configMapKeyRef: { name: 'a', key: 'b' } }, {}),
      }])]),
    (world, pick) => set(container(world), 'env', [{
      name: 'A',
      valueFrom: pick<any>(
        { [pick('secretKeyRef', 'configMapKeyRef')]: { name: pick('a', 'A', ''), key: pick('b', 'B_b.c-d', 'b/c', '', '..b') } },
        { fieldRef: { ...pick<any>({}, { apiVersion: 'v1' }), fieldPath: pick('metadata.name', 'spec.nodeName', 'status.podIP', "metadata.labels['app']", "metadata.annotations['A/b']", "metadata.labels['bad key']", 'spec.replicas', 'metadata.labels', '') } }),
    }]),
    (world, pick) => set(container(world), 'envFrom', [{ ...pick<any>({}, {}, { prefix: pick('A_', '1A', 'a b') }), ...pick<any>({ secretRef: { name: pick('a', 'A', '') } }, { configMapRef: { name: 'a' } }, {}, { secretRef: { name: 'a' }, configMapRef: { name: 'a' } }) }]),
    (world, pick) => set(container(world), 'resources', {
      requests: { [pick('cpu', 'memory')]: pick<any>('500m', 1, '2Gi', '1e3', 'much', '-1', '0.5') }, limits: { [pick('cpu', 'memory')]: pick<any>('1', '1Gi', '500m', '3Gi', 'more') },
    }),
    (world, pick) => set(container(world), 'securityContext', { privileged: pick(true, false), allowPrivilegeEscalation: pick(true, false) }),
  ],
  'kubernetes: probes': [
    (world, pick) => set(container(world), pick('livenessProbe', 'readinessProbe', 'startupProbe'), {
      ...handler(pick),
      ...pick<any>({}, { periodSeconds: pick(-1, 0, 10) }, { successThreshold: pick(0, 1, 2, -1) },
        { terminationGracePeriodSeconds: pick(0, 10) }, { failureThreshold: 30, timeoutSeconds: pick(1, -1) }),
    }),
    (world, pick) => {
      set(pod(world), 'terminationGracePeriodSeconds', pick<any>(undefined, 60, 5));
      set(container(world), 'lifecycle', { [pick('preStop', 'postStart')]: pick<any>({ sleep: { seconds: pick(0, 1, 5, 10, 30, 31, 60, 61) } }, handler(pick)) });
    },
    (world, pick) => set(pod(world), 'initContainers', [{
      name: 'init',
      image: 'a',
      ...pick<any>({}, { restartPolicy: 'Always' }),
      ...pick<any>({}, { [pick('livenessProbe', 'startupProbe', 'readinessProbe')]: { httpGet: { path: '/', port: 80 } } }, { lifecycle: { preStop: { exec: { command: ['a'] } } } }),
    }]),
  ],
  'kubernetes: devices': [
    (world, pick) => set(container(world), 'resources', { limits: { cpu: '1', [pick('nvidia.com/gpu', 'nvidia.com/gpu', 'gpu', 'memory', 'ephemeral-storage', 'hugepages-2Mi', 'requests.nvidia.com/gpu', 'bad name/gpu', 'kubernetes.io/gpu')]: pick<any>('1', 2, '500m', '0', '1k', '1500m') } }),
    (world, pick) => set(container(world), 'resources', {
      requests: { ...pick<any>({}, { cpu: 1 }), [pick('nvidia.com/gpu', 'hugepages-2Mi')]: pick<any>('2', 1, '4Mi') }, ...pick<any>({}, { limits: { [pick('nvidia.com/gpu', 'hugepages-2Mi')]: pick<any>('2', 1, '4Mi') } }),
    }),
  ],
  'kubernetes: scheduling': [
    (world, pick) => set(pod(world), 'nodeSelector', { [pick('gpu', 'a.example.com/gpu', 'bad key', '')]: pick('a10', '', 'bad value') }),
    (world, pick) => set(pod(world), 'tolerations', [{
      key: pick<any>('gpu', undefined, 'bad key', ''),
      operator: pick<any>(undefined, 'Exists', 'Equal', 'Near', ''),
      ...pick<any>({}, { value: pick('a', 'bad value', '') }),
      ...pick<any>({}, { effect: pick('NoSchedule', 'NoExecute', 'Never', '') }),
      ...pick<any>({}, {}, { tolerationSeconds: 60 }),
    }]),
    (world, pick) => {
      const expression = () => ({ key: pick('zone', 'bad key', 'a.example.com/zone'), operator: pick('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt', 'Near'), ...pick<any>({}, { values: pick<any>(['a'], ['a', 'b'], ['bad value'], []) }) });
      set(pod(world), 'affinity', {
        nodeAffinity: pick<any>(
          { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: pick<any>([{ matchExpressions: [expression()] }], [], [{}]) } },
          { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: pick(1, 100, 0, 101), preference: { matchExpressions: [expression()] } }] }),
      });
    },
    (world, pick) => {
      const term = { labelSelector: { matchLabels: { app: 'fraud' } }, topologyKey: pick('kubernetes.io/hostname', '', 'bad key') };
      set(pod(world), 'affinity', {
        [pick('podAffinity', 'podAntiAffinity')]: pick<any>({ requiredDuringSchedulingIgnoredDuringExecution: [term] },
          { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: pick(1, 100, 0, 101), podAffinityTerm: term }] }),
      });
    },
  ],
  'kubernetes: security': [
    (world, pick) => set(pick(container(world), pod(world)), 'securityContext', { [pick('runAsUser', 'runAsGroup')]: pick(1000, 0, -1, 2147483647, 2147483648) }),
    (world, pick) => set(pod(world), 'securityContext', pick<any>({ fsGroup: pick(0, 1000, -1) }, { supplementalGroups: pick<any>([], [1000], [1000, -1]) }, { fsGroupChangePolicy: pick('Always', 'OnRootMismatch', 'Never') })),
    (world, pick) => set(pick(container(world), pod(world)), 'securityContext', {
      seccompProfile: { type: pick('RuntimeDefault', 'Localhost', 'Unconfined', 'Strict', ''), ...pick<any>({}, { localhostProfile: pick('a.json', '/a.json', 'a/../b', '') }) },
    }),
    (world, pick) => set(container(world), 'securityContext', {
      allowPrivilegeEscalation: pick(false, true), capabilities: { add: [pick('CAP_SYS_ADMIN', 'SYS_ADMIN', 'NET_ADMIN')] }, ...pick<any>({}, {}, { procMount: pick('Default', 'Unmasked', 'All') }),
    }),
  ],
  'kubernetes: volumes': [
    (world, pick) => set(pod(world), 'volumes', [{
      name: 'cache',
      ...pick<any>({ configMap: {} }, { configMap: { name: 'a' } }, { secret: { secretName: pick('a', '') } }, { persistentVolumeClaim: { claimName: pick('a', '') } }, { hostPath: { path: pick('/a', '') } },
        { csi: { driver: pick('secrets.example.com', '') } }, { emptyDir: { sizeLimit: pick<any>('2Gi', '-1', 1) } }, { image: { reference: 'registry.example.com/model:1', ...pick<any>({ pullPolicy: 'IfNotPresent' }, {}, { pullPolicy: 'Sometimes' }) } }),
    }]),
    (world, pick) => set(pod(world), 'volumes', [{
      name: 'cache',
      [pick('configMap', 'configMap')]: {
        name: 'a',
        ...pick<any>({}, { defaultMode: pick(0, 292, 511, 512, -1) }),
        items: [{ key: pick('a', ''), path: pick('a', 'a/b', '/a', '../a', '..a', ''), ...pick<any>({}, { mode: pick(292, 512) }) }],
      },
    }]),
    (world, pick) => {
      set(pod(world), 'volumes', [{ name: 'cache' }]);
      set(container(world), 'volumeMounts', [{
        name: 'cache',
        mountPath: '/cache',
        ...pick<any>({ subPath: pick('a', '/a', 'a/../b', '') }, { subPathExpr: pick('$(POD)', '/a') }, { subPath: 'a', subPathExpr: 'b' },
          { mountPropagation: pick('None', 'HostToContainer', 'Bidirectional', 'Sideways') }),
      }]);
      pick(true, false) && set(container(world), 'securityContext', { privileged: true });
    },
  ],
  'definitions': [
    (world, pick) => set(pick(spec(world), canary(world), pick(...canary(world).steps ?? [{}]), routing(world), world.templates[0].spec,
      world.templates[0].spec.metrics[0], spec(world).template.spec, spec(world).template.spec.containers[0]),
    pick('setWieght', 'maxSurges', 'canaryservice', 'annotations', 'unknown'), pick<any>(1, 'a', {})),
    (world, pick) => set(spec(world), pick('replicas', 'paused', 'rollbackWindow', 'restartAt'), pick<any>(1, '1', true, { revisions: 3 }, [], 1.5)),
    (world, pick) => set(canary(world), pick('steps', 'maxSurge', 'canaryService', 'dynamicStableScale'), pick<any>('1', 1, [], {}, true)),
    (world, pick) => set(spec(world).template?.spec?.containers?.[0], pick('args', 'env', 'image', 'ports', 'workingDir'), pick<any>(['a'], [{ name: 'A', value: 'b' }], 'registry.example.com/fraud:2', [{ containerPort: 80 }], '/a', 8080)),
    (world, pick) => set(world.templates[0].spec.metrics[0], pick('successCondition', 'interval', 'provider', 'name'), pick<any>('result', 1, undefined, '1m', {})),
  ],
};

const pod = (world: World) => spec(world).template.spec;
const container = (world: World) => pod(world).containers[0];

function zoneSpread(pick: Pick): any {
  return { maxSkew: pick(1, 2, 0), topologyKey: pick('zone', 'zone', 'host', ''), whenUnsatisfiable: pick('ScheduleAnyway', 'DoNotSchedule', 'Never') };
}

function handler(pick: Pick): any {
  return pick<any>({ httpGet: { path: '/ready', port: pick<any>(8080, 'http', 0, 70000, 'a--b'), ...pick<any>({}, { scheme: 'HTTPS' }, { scheme: 'FTP' }) } }, { exec: { command: ['a'] } }, { exec: {} }, { tcpSocket: { port: 80 } },
    { tcpSocket: { port: 'HTTP' } }, { grpc: { port: 9000 } }, { grpc: { port: 0 } }, {}, { exec: { command: ['a'] }, tcpSocket: { port: 80 } });
}

function dryRun(pick: Pick): { metricName: string }[] {
  return pick([{ metricName: 'errors-stage' }], [{ metricName: 'errors-.*' }], [{ metricName: 'errors-always' }], [{ metricName: 'none' }], [{ metricName: '.*' }, { metricName: '.*' }], [{ metricName: '(' }], []);
}

function headerMatch(pick: Pick): any {
  return pick<any>({}, { match: [] }, { match: [{ headerName: 'a', headerValue: stringMatch(pick) }] }, { match: [{ headerName: 'a', headerValue: { exact: 'x' } }] });
}

function mirrorMatch(pick: Pick): any {
  return pick<any>({}, { match: [pick<any>({}, { method: stringMatch(pick) }, { path: stringMatch(pick) }, { headers: { a: stringMatch(pick) } }, { method: { exact: 'POST' }, path: { prefix: '/' } })] });
}

function stringMatch(pick: Pick): any {
  return pick<any>({ exact: 'a' }, { prefix: '/' }, { regex: '.*' }, {}, { exact: 'a', prefix: 'b' }, { exact: '' }, { prefix: 'a', regex: 'b' });
}
