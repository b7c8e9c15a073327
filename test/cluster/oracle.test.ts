import { readFileSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';
import { Oracle } from './harness/oracle';

const oracle = Oracle.forTests();

function read(file: string): any[] {
  return parseAllDocuments(readFileSync(join(__dirname, 'judged', file), 'utf8')).map((document) => document.toJS());
}

const ofKind = (manifests: any[], ...kinds: string[]) => manifests.filter(({ kind }) => kinds.includes(kind));

describe('a canary as tutorials show it', () => {
  const manifests = read('tutorial-canary.yaml');
  const endless = (metric: string, step: number) => `spec.strategy.canary.steps[${step}].analysis.templates: Invalid value: "model-quality-check": ` +
    `AnalysisTemplate model-quality-check has metric ${metric} which runs indefinitely. Invalid value for count: <nil>`;

  test('has no selector and no template', async () => {
    expect((await oracle.ask('rollout', ofKind(manifests, 'Rollout'))).reasons).toEqual([
      "spec.selector: Required value: Rollout has missing field '.spec.selector'",
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ]);
  });

  test('has an analysis that never ends, at each stage that runs it', async () => {
    expect(await oracle.ask('rollout-references', manifests)).toEqual({
      accepted: false, reasons: [2, 5].flatMap((step) => [endless('prediction-latency', step), endless('error-rate', step)]),
    });
  });

  test('would be right about its metrics in the background', async () => {
    const templates = ofKind(manifests, 'AnalysisTemplate');

    expect(await oracle.ask('analysis-metrics', templates, { as: 'background' })).toEqual({ accepted: true, reasons: [] });
    expect((await oracle.ask('analysis-metrics', templates, { as: 'inline' })).reasons).toEqual([endless('prediction-latency', 0), endless('error-rate', 0)]);
  });
});

describe('a canary that the controller takes', () => {
  const canary = () => Object.fromEntries(read('canary.yaml').map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest]));
  type Change = (objects: any) => void;

  async function reasonsAfter(judge: string, change: Change): Promise<string[]> {
    const objects = canary();
    change(objects);
    const manifests = Object.values(objects);
    return (await oracle.ask(judge, judge === 'rollout' ? ofKind(manifests, 'Rollout') : manifests)).reasons;
  }

  test('is accepted, with all that it refers to', async () => {
    expect(await reasonsAfter('rollout', () => {})).toEqual([]);
    expect(await reasonsAfter('rollout-references', () => {})).toEqual([]);
  });

  const strategy = (objects: any) => objects['Rollout fraud'].spec.strategy.canary;

  test.each<[string, Change, string]>([
    ['a field that nobody knows', (objects) => (strategy(objects).maxSurges = 1), "Rollout 'fraud': unknown field \"spec.strategy.canary.maxSurges\""],
    ['a number as a string', (objects) => (strategy(objects).steps[0].setWeight = '5'),
      "Rollout 'fraud': json: cannot unmarshal string into Go struct field CanaryStep.spec.strategy.canary.steps.setWeight of type int32"],
    ['a weight above 100', (objects) => (strategy(objects).steps[0].setWeight = 101),
      'spec.strategy.steps[0].setWeight: Invalid value: 101: SetWeight needs to be between 0 and 100'],
    ['a step that is two', (objects) => (strategy(objects).steps[0].pause = {}),
      'spec.strategy.steps[0]: Invalid value: "step.Experiment: false step.Pause: true step.SetWeight: true step.Analysis: false": ' +
      'Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause'],
    ['a pause that is no time', (objects) => (strategy(objects).steps[1].pause.duration = 'soon'),
      'spec.strategy.steps[1].pause.duration: Invalid value: -1: Duration needs to be greater than 0'],
    ['one service for both', (objects) => (strategy(objects).canaryService = 'fraud-stable'),
      'spec.strategy.stableService: Invalid value: "fraud-stable": ' +
      'This rollout uses the same service for the stable and canary services, but two different services are required.'],
    ['a scale without a router', (objects) => {
      delete strategy(objects).trafficRouting;
      strategy(objects).dynamicStableScale = true;
    }, 'spec.strategy.dynamicStableScale: Invalid value: true: Canary dynamicStableScale can only be used with traffic routing'],
    ['no surge and none unavailable', (objects) => Object.assign(strategy(objects), { maxSurge: 0, maxUnavailable: 0 }),
      'spec.strategy.maxSurge: Invalid value: 0: MaxSurge and MaxUnavailable both can not be zero'],
  ])('is refused with %s', async (_, change, reason) => {
    expect(await reasonsAfter('rollout', change)).toEqual([reason]);
  });

  test.each<[string, Change, string]>([
    ['a Service that is not there', (objects) => delete objects['Service fraud-canary'],
      'spec.strategy.canary.canaryService: Invalid value: "fraud-canary": service "fraud-canary" not found'],
    ['a Service of another namespace', (objects) => (objects['Service fraud-canary'].metadata.namespace = 'other'),
      'spec.strategy.canary.canaryService: Invalid value: "fraud-canary": service "fraud-canary" not found'],
    ['a Service that selects by role', (objects) => (objects['Service fraud-canary'].spec.selector.role = 'canary'),
      'spec.strategy.canary.canaryService: Invalid value: "fraud-canary": Service "fraud-canary" has unmatch label "role" in rollout'],
    ['a VirtualService that is not there', (objects) => delete objects['VirtualService fraud'],
      'spec.strategy.canary.trafficRouting.istio.virtualService.name: Invalid value: "fraud": virtualservices.networking.istio.io "fraud" not found'],
    ['a VirtualService without the route', (objects) => (objects['VirtualService fraud'].spec.http[0].name = 'others'),
      'spec.strategy.canary.trafficRouting.istio.virtualService.name: Invalid value: "fraud": ' +
      'Istio VirtualService has invalid HTTP routes. Error: HTTP Route \'predictions\' is not found in the defined Virtual Service.'],
    ['a template that is not there', (objects) => delete objects['AnalysisTemplate stage'],
      'spec.strategy.canary.steps[2].analysis.templates: Invalid value: "stage": AnalysisTemplate \'stage\' not found'],
    ['an argument that nobody gives', (objects) => delete strategy(objects).steps[2].analysis.args,
      'spec.strategy.canary.steps[2].analysis.templates: Invalid value: "templateNames: [stage]": args.hash was not resolved'],
    ['an inline analysis without an end', (objects) => delete objects['AnalysisTemplate stage'].spec.metrics[0].count,
      'spec.strategy.canary.steps[2].analysis.templates: Invalid value: "stage": ' +
      'AnalysisTemplate stage has metric error-ratio which runs indefinitely. Invalid value for count: <nil>'],
    ['a template with a field that nobody knows', (objects) => (objects['AnalysisTemplate always'].spec.metrics[0].limit = 1),
      "AnalysisTemplate 'always': unknown field \"spec.metrics[0].limit\""],
    ['an Ingress that is not there', (objects) => (strategy(objects).trafficRouting = { nginx: { stableIngress: 'fraud' } }),
      'spec.strategy.canary.trafficRouting.nginx.stableIngress: Invalid value: "fraud": ingress.networking.k8s.io "fraud" not found'],
  ])('is refused with %s', async (_, change, reason) => {
    expect(await reasonsAfter('rollout-references', change)).toContain(reason);
  });

  test.each<[string, (metric: any) => void, string]>([
    ['more failures than measurements', (metric) => (metric.failureLimit = 6), 'count (5) must be >= failureLimit + consecutiveSuccessLimit (6 + 0) if both >= 0'],
    ['measurements without an interval', (metric) => delete metric.interval, 'interval must be specified when count > 1'],
    ['an interval that is no time', (metric) => (metric.interval = 'often'), 'invalid interval string: time: invalid duration "often"'],
    ['no provider', (metric) => (metric.provider = {}), 'no provider specified'],
    ['two providers', (metric) => (metric.provider.web = { url: 'http://example.com' }), 'multiple providers specified'],
    ['a negative limit', (metric) => (metric.inconclusiveLimit = -1), 'inconclusiveLimit must be >= 0'],
  ])('has metrics that are refused with %s', async (_, change, reason) => {
    const { 'AnalysisTemplate stage': template } = canary();
    change(template.spec.metrics[0]);

    expect((await oracle.ask('analysis-metrics', [template], { as: 'inline', args: [{ name: 'hash', value: 'x' }] })).reasons)
      .toEqual([`Analysis spec invalid: metrics[0]: ${reason}`]);
  });
});

describe('a network', () => {
  const party = (namespace: string, name: string, podIP: string, ports: any[] = []) => (
    { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'any', ports }] }, status: { podIP } });
  const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'kubernetes.io/metadata.name': name } } });
  const policy = (spec: any) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'model', namespace: 'ml' }, spec });
  const parties = [party('ml', 'model', '10.0.0.1', [{ name: 'http', containerPort: 8080 }]), party('ml', 'web', '10.0.0.2'), party('shop', 'web', '10.0.1.2'), namespace('ml'), namespace('shop')];
  const modelPods = { matchLabels: { app: 'model' } };

  async function ingressOf(spec: any, ...callers: any[]): Promise<boolean[]> {
    const pairs = callers.map((from) => ({ from, to: { pod: 'ml/model' } }));
    const { details } = await oracle.ask('network', [...parties, policy({ podSelector: modelPods, policyTypes: ['Ingress'], ...spec })], { pairs, ports: [{ port: 8080, protocol: 'TCP' }] });
    return details.map(({ ingress: [allowed] }: any) => allowed);
  }

  const [beside, elsewhere, outside] = [{ pod: 'ml/web' }, { pod: 'shop/web' }, { ip: '203.0.113.7' }];

  test.each<[string, any, boolean[]]>([
    ['nobody in', { ingress: [] }, [false, false, false]],
    ['everybody in', { ingress: [{}] }, [true, true, true]],
    ['pods of the same namespace in', { ingress: [{ from: [{ podSelector: {} }] }] }, [true, false, false]],
    ['pods of a namespace in', { ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }] }] }, [false, true, false]],
    ['addresses in', { ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] } }] }] }, [false, false, true]],
    ['a port by its name in', { ingress: [{ ports: [{ port: 'http' }] }] }, [true, true, true]],
    ['another protocol in', { ingress: [{ ports: [{ port: 8080, protocol: 'UDP' }] }] }, [false, false, false]],
    ['pods that are not this one in', { podSelector: { matchLabels: { app: 'other' } }, ingress: [] }, [true, true, true]],
  ])('lets %s', async (_, spec, allowed) => {
    expect(await ingressOf(spec, beside, elsewhere, outside)).toEqual(allowed);
  });

  test('says whose policies refuse', async () => {
    const question = { pairs: [{ from: { pod: 'ml/model' }, to: beside }], ports: [{ port: 53, protocol: 'UDP' }] };

    expect(await oracle.ask('network', [...parties, policy({ podSelector: modelPods, policyTypes: ['Egress'], egress: [] })], question)).toEqual({
      accepted: false, reasons: ['ml/model may not call ml/web on UDP 53'], details: [{ ingress: [true], egress: [false] }],
    });
  });

  test.each<[string, any[], any, string]>([
    ['a pod that is not there', parties, { pairs: [{ from: { pod: 'ml/nobody' }, to: beside }], ports: [] }, "options.pairs[0].from: there is no Pod 'ml/nobody'"],
    ['a pod without an address', [party('ml', 'web', ''), namespace('ml')], { pairs: [], ports: [] }, "Pod 'web' must have an address in status.podIP, got ''"],
    ['a namespace that is not given', [party('ml', 'web', '10.0.0.1')], { pairs: [], ports: [] }, "Pod 'web' is in the namespace 'ml', which is not given"],
    ['a port that is none', parties, { pairs: [], ports: [{ port: 0, protocol: 'TCP' }] }, "options.ports need a port and a protocol, got 'TCP 0'"],
  ])('cannot be judged with %s', async (_, manifests, options, message) => {
    await expect(oracle.ask('network', manifests, options)).rejects.toThrow(message);
  });
});

describe('a question that cannot be judged is no verdict', () => {
  const rollout = ofKind(read('canary.yaml'), 'Rollout');

  test.each<[string, string, any[], any, string]>([
    ['to nobody', 'nobody', [], undefined, "there is no judge 'nobody'; there are [analysis-metrics network rollout rollout-references]"],
    ['about other kinds', 'rollout', [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } }], undefined, "this judge does not know v1 Service 'a'"],
    ['about nothing in particular', 'rollout', [{ kind: 'Rollout' }], undefined, 'manifests[0] must have apiVersion, kind and metadata.name'],
    ['with options that nobody knows', 'analysis-metrics', [], { as: 'inline', color: 'red' }, 'options: unknown field "color"'],
    ['with no word on how an analysis is used', 'analysis-metrics', [], { as: 'step' }, "options.as must be 'inline' or 'background', got 'step'"],
    ['about what it does not resolve', 'rollout-references', [{ ...rollout[0], spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' } } }],
      undefined, 'this judge does not resolve workloadRef'],
  ])('%s', async (_, judge, manifests, options, message) => {
    await expect(oracle.ask(judge, manifests, options)).rejects.toThrow(message);
  });

  test('of one that ended', async () => {
    const ended = new Oracle('/bin/false');

    await expect(ended.ask('rollout', rollout)).rejects.toThrow(/the oracle ended \(1\)|EPIPE/);
    await expect(ended.ask('rollout', rollout)).rejects.toThrow(/the oracle ended \(1\)|EPIPE/);
  });

  test('of one that is not there', async () => {
    await expect(new Oracle('/nowhere/oracle').ask('rollout', rollout)).rejects.toThrow('ENOENT');
  });
});
