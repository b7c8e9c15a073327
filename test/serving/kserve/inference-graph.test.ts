import { Testing } from 'cdk8s';
import { GraphNode, GraphStep, InferenceGraph, KserveVersion, NetworkPeer, StepData } from '../../../src';
import { aPlatform, servingProps } from '../../support/fixtures';
import { kindsOf, objectOf } from '../../support/manifests';
import { kservePlatform, withCpuLimit } from '../../support/serving-by-others';

const { owner } = servingProps();
const common = { graphName: 'fraud', resources: withCpuLimit, owner };

test('nodes become what KServe routes by', () => {
  const chart = Testing.chart();
  new InferenceGraph(chart, 'Graph', {
    ...common,
    platform: aPlatform(),
    root: GraphNode.sequence(GraphStep.model('features', { stepName: 'features', required: true }), GraphStep.node('opinions', { data: StepData.RESPONSE, required: false })),
    nodes: {
      opinions: GraphNode.ensemble(GraphStep.node('country'), GraphStep.node('experiment')),
      country: GraphNode.choice(GraphStep.url('http://de.models.svc/predict', { condition: 'country=="DE"' })),
      experiment: GraphNode.split(GraphStep.model('a', { weight: 60 }), GraphStep.model('b', { weight: 40 })),
    },
  });

  const manifests = Testing.synth(chart);

  expect(kindsOf(manifests)).toEqual(['InferenceGraph', 'NetworkPolicy']);
  expect(objectOf(manifests, 'InferenceGraph').spec).toEqual({
    nodes: {
      root: {
        routerType: 'Sequence',
        steps: [{ name: 'features', serviceName: 'features', dependency: 'Hard' }, { nodeName: 'opinions', data: '$response', dependency: 'Soft' }],
      },
      opinions: { routerType: 'Ensemble', steps: [{ nodeName: 'country' }, { nodeName: 'experiment' }] },
      country: { routerType: 'Switch', steps: [{ serviceUrl: 'http://de.models.svc/predict', condition: 'country=="DE"' }] },
      experiment: { routerType: 'Splitter', steps: [{ serviceName: 'a', weight: 60 }, { serviceName: 'b', weight: 40 }] },
    },
    minReplicas: 2,
    maxReplicas: 2,
    resources: { limits: { cpu: '4', memory: '6144Mi' }, requests: { cpu: '2', memory: '4096Mi' } },
  });
});

test('callers and models are named, the mode stands in the annotation', () => {
  const chart = Testing.chart();
  const graph = new InferenceGraph(chart, 'Graph', {
    ...common,
    platform: kservePlatform(KserveVersion.V0_15),
    root: GraphNode.sequence(GraphStep.model('features')),
    replicas: 1,
    callers: [NetworkPeer.namespace('shop')],
    egress: [NetworkPeer.namespace('models', 8080)],
  });
  graph.allowFrom(NetworkPeer.namespace('web'));

  const manifests = Testing.synth(chart);

  expect(objectOf(manifests, 'NetworkPolicy').spec.ingress.map(({ from: [peer] }: any) => peer.namespaceSelector.matchLabels['kubernetes.io/metadata.name'])).toEqual(['shop', 'web']);
  expect(objectOf(manifests, 'InferenceGraph').metadata.annotations).toEqual({ 'serving.kserve.io/deploymentMode': 'RawDeployment' });
});
