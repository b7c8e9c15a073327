import { App, Duration, Testing } from 'cdk8s';
import {
  DriftResponse, Findings, FullStack, FullStackProps, GatewayTls, GitOps, Ingress, MeshMode, MetricsBackend, PlatformProfile, RolloutStrategy,
  SecretRef, StackPromotion, TrafficRouter,
} from '../../src';
import { ErrorCase } from '../support/error-case';
import { fullStackProps } from '../support/full-stack';

const metrics = MetricsBackend.kubePrometheus({ release: 'monitoring' });

/** A stack, and what it has to say about itself. */
function findings(overrides: Partial<FullStackProps>) {
  return Findings.of(new FullStack(Testing.app(), 'fraud', fullStackProps(overrides))).list();
}

const { gate, training, drift } = fullStackProps();
const gateway = { hosts: ['fraud.example.com'], tls: GatewayTls.fromSecret('fraud-tls'), ingress: Ingress.istio() };

const REFUSED: [string, string, any, string][] = [
  ['stacks/missing-part', 'a stack without owner, promise and golden set', { owner: undefined, slo: undefined, gate: { qualityGates: gate.qualityGates } },
    [
      "[fraud] 'owner' must be given, got nothing; say who answers when it pages (stacks/missing-part)",
      "[fraud] 'slo' must be given, got nothing; without a promise nobody knows whether a version keeps it (stacks/missing-part)",
      "[fraud] 'gate.goldenSet' must be given, got nothing; every candidate is judged on the same labelled examples (stacks/missing-part)",
    ].join('\n')],
  ['stacks/missing-part', 'a stack without a gate', { gate: undefined },
    [
      "[fraud] 'gate.goldenSet' must be given, got nothing; every candidate is judged on the same labelled examples (stacks/missing-part)",
      "[fraud] 'gate.qualityGates' must be given, got nothing; a gate that asks nothing passes everything (stacks/missing-part)",
    ].join('\n')],
  ['stacks/no-metrics', 'a cluster without Prometheus', { platform: PlatformProfile.of({ metrics: MetricsBackend.none('it is a trial'), mesh: MeshMode.istioSidecar({ cni: true }) }) },
    "[fraud] 'platform.metrics' must be a Prometheus, which guardrails, alerts and drift ask, got none (it is a trial); use MetricsBackend.kubePrometheus(), or MinimumViableStack (stacks/no-metrics)"],
  ['stacks/no-router', 'a cluster in which nobody shares requests out', { platform: PlatformProfile.of({ metrics }) },
    "[fraud] nobody shares requests out between two versions where 'platform.mesh' is 'none'; give 'gateway', 'canary.router', or MeshMode.istioSidecar() (stacks/no-router)"],
  ['stacks/no-way-of-promotion', 'a cluster that follows Git, with nobody who promotes', { platform: PlatformProfile.of({ metrics, mesh: MeshMode.istioSidecar({ cni: true }), gitOps: GitOps.argoCd() }) },
    "[fraud] under 'argocd' the pod template belongs to Git, so that a pipeline brings versions to users by commits; use StackPromotion.byCommit(), or say who does it with byPeople() (stacks/no-way-of-promotion)"],
  ['stacks/no-way-of-promotion', 'a strategy without stages that would decide', { strategy: RolloutStrategy.rollingUpdate() },
    "[fraud] 'strategy' has no stages that would decide whether a version stays, so that the pipeline cannot promote it; use a canary, or say who promotes with StackPromotion.byPeople() (stacks/no-way-of-promotion)"],
  ['stacks/drill-without-rollout', 'a drill of pods that nobody sends back',
    { strategy: RolloutStrategy.rollingUpdate(), promotion: StackPromotion.byPeople('by hand'), drill: { fault: { variable: 'FAULT', value: 'errors' } } },
    "[fraud] 'drill' needs stages that send a failing version back, and 'strategy' has none; use a canary, or leave the drill out (stacks/drill-without-rollout)"],
  ['stacks/two-strategies', 'stages beside a strategy that has its own', { strategy: RolloutStrategy.canary({ router: TrafficRouter.istio() }), canary: { stages: [{ weight: 100 }] } },
    "[fraud] 'strategy' and 'canary' exclude each other, got both; give the strategy what is in 'canary', or leave 'strategy' out (stacks/two-strategies)"],
  ['stacks/gateway-without-routes', 'a gateway that leads nowhere', { canary: { router: TrafficRouter.istio() }, gateway },
    "[fraud] 'gateway' would lead nowhere beside 'canary.router', which shares requests out by itself; leave one of them out, or make an InferenceGateway in a chart of its own and give its routes to 'canary.router' (stacks/gateway-without-routes)"],
  ['stacks/gateway-without-routes', 'a gateway beside a strategy', { strategy: RolloutStrategy.canary({ router: TrafficRouter.istio() }), gateway },
    "[fraud] 'gateway' would lead nowhere beside 'strategy', which shares requests out by itself; leave one of them out, or make an InferenceGateway in a chart of its own and give its routes to 'strategy' (stacks/gateway-without-routes)"],
  ['stacks/two-responses', 'a retraining that the response does not have', { drift: { ...drift, response: DriftResponse.notify(), retraining: { enabledSince: '2026-01-31', evidence: 'the recall fell' } } },
    "[fraud] 'drift.response' and 'drift.retraining' exclude each other, got both; give 'retraining' to DriftResponse.retrain() of the response, or leave 'response' out (stacks/two-responses)"],
  ['stacks/release-shorter-than-stages', 'a release that ends before its stages', { promotion: StackPromotion.automatic(Duration.hours(1)) },
    "[fraud] the stages of the canary take 7200s, and 'within' of the promotion ends a release after 3600s, before any of them could succeed; give it more (stacks/release-shorter-than-stages)"],
  ['stacks/storage-out-of-reach', 'an object store at a port that is closed', { storage: { uri: 's3://acme-models', endpointUrl: 'http://minio.storage.svc:9000' } },
    "[fraud] 'storage.reachedAt' must say who answers at 'http://minio.storage.svc:9000', since only port 443 is open to any address; use NetworkPeer.pods() or cidr() with port 9000 (stacks/storage-out-of-reach)"],
  ['stacks/storage-out-of-reach', 'an object store without TLS at the port of HTTP', { storage: { uri: 's3://acme-models', endpointUrl: 'http://minio.example.com' } },
    "[fraud] 'storage.reachedAt' must say who answers at 'http://minio.example.com', since only port 443 is open to any address; use NetworkPeer.pods() or cidr() with port 80 (stacks/storage-out-of-reach)"],
  ['stacks/hashed-feature', 'a feature of which only a hash is logged', { predictionLog: { hashedColumns: ['country'], hashKey: SecretRef.existing('log', 'key') } },
    "[fraud] 'country' is compared with the training, and only its hash is logged, which is like nothing there; log it as it is, or do not compare it (stacks/hashed-feature)"],
  ['stacks/retraining-without-evidence', 'drift that trains though nobody saw it hurt', { drift: { ...drift, retraining: { coolDown: Duration.days(2) } } },
    "[fraud] 'drift.retraining' must name the 'evidence' that drift hurts, and since when ('enabledSince') it starts trainings, got neither; leave it out until then, and the owner is told what would be trained (stacks/retraining-without-evidence)"],
];

export const cases: ErrorCase[] = [
  ...REFUSED.map(([id, when, overrides, message]) => ({ id, when, message, provoke: () => new FullStack(Testing.app(), 'fraud', fullStackProps(overrides)) })),
  {
    id: 'stacks/unknown-promotion',
    when: 'people who promote in a way that nobody knows',
    provoke: () => StackPromotion.byPeople(' '),
    message: "'how' must say how people promote what passed its gate, got ''; or use StackPromotion.automatic() (stacks/unknown-promotion)",
  },
  {
    id: 'stacks/second-stack-of-model',
    when: 'a second stack of a model, which would move the aliases of the first',
    provoke: () => {
      const app = new App();
      new FullStack(app, 'fraud', fullStackProps());
      return Findings.of(new FullStack(app, 'copy', fullStackProps({ namespace: 'copy' }))).list();
    },
    message: "[copy] 'fraud' is a stack of 'fraud-detection' in 's3://acme-models' already: each would move the aliases of the other, and read its log; "
      + 'give one of them another model, or a storage and a registry of its own (stacks/second-stack-of-model)',
  },
  {
    id: 'stacks/undeclared-need',
    when: 'parts that nobody declared a need for',
    provoke: () => findings({ training: { ...training, schedule: '0 3 * * 1' } }),
    message: [
      "[fraud/Serving] there is a canary, and nobody said what a bad version costs; say it in 'needs.canary', or that the model is 'customerFacing'; or choose a 'strategy' (stacks/undeclared-need)",
      "[fraud/Pipeline] there are trainings by the clock (0 3 * * 1), and nobody saw drift hurt; give 'drift.retraining' with its evidence, or leave out 'schedule' until then (stacks/undeclared-need)",
      "[fraud/Drift] there is a drift check, and nobody said what happens when inputs move; say it in 'needs.drift', or begin with MinimumViableStack (stacks/undeclared-need)",
    ].join('\n'),
  },
  {
    id: 'stacks/canary-without-traffic',
    when: 'a canary, and nobody who said how many requests come',
    provoke: () => findings({}),
    message: '[fraud/Serving] at 5 % of the requests, a guardrail finds the 20 that it judges by within 300 s only if 1.34 come per second, and nobody said how many come in a quiet hour; '
      + "say it in 'needs.requestsPerSecond' (stacks/canary-without-traffic)",
  },
  {
    id: 'stacks/canary-without-traffic',
    when: 'a first stage that hardly anybody asks',
    provoke: () => findings({ needs: { requestsPerSecond: 1 } }),
    message: '[fraud/Serving] at 5 % of the requests, a guardrail finds the 20 that it judges by within 300 s only if 1.34 come per second, and 1 come in a quiet hour; '
      + 'begin with a larger share, or measure over a longer window or fewer requests; a stage without data waits for a person (stacks/canary-without-traffic)',
  },
  {
    id: 'stacks/outputs-unjudged',
    when: 'stages that nobody asks about answers',
    provoke: () => findings({}),
    message: '[fraud/Serving] the stages ask whether a new version is fast and makes no errors, and nothing asks what it answers; '
      + "add Guardrail.outputWithin() to those of Guardrail.fromSlo() in 'canary.guardrails', and a 'predictionExporter' where the server does not tell outputs (stacks/outputs-unjudged)",
  },
  {
    id: 'stacks/no-feature-schema',
    when: 'features that nobody compares',
    provoke: () => findings({}),
    message: '[fraud/Serving] nothing compares the features that the server computes with those of the training; '
      + "give 'training.program.featureSchema', which the server is told, too (stacks/no-feature-schema)",
  },
];
