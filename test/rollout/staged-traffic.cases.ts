import { Chart, Duration, Testing } from 'cdk8s';
import {
  AfterPatience, Findings, GitOps, Guardrail, ImageRef, IStagedServing, KnativeServing, KnativeServingProps, KnativeTraffic,
  KserveMode, KserveServing, KserveStagesOptions, MetricsBackend, NoData, PlatformProfile,
  RuntimeImage, StagedTraffic, StagedTrafficProps, TrafficRouter,
} from '../../src';
import { ErrorCase } from '../support/error-case';
import { aPlatform, aRelease, DIGEST, OTHER_DIGEST } from '../support/fixtures';
import { knativePlatform, knativeProps, kserveProps, onePortServer, someScaling } from '../support/serving-by-others';

const second = aRelease({ previousVersion: 'v2.0.0' });

function knative(overrides: Partial<KnativeServingProps> = {}): (chart: Chart) => KnativeServing {
  return (chart) => new KnativeServing(chart, 'Serving', knativeProps({
    server: onePortServer(), release: second, traffic: KnativeTraffic.challenge({ championRevision: 'fraud-detection-0a1b2c3d' }), ...overrides,
  }));
}

function kserve(stages?: KserveStagesOptions): (chart: Chart) => KserveServing {
  return (chart) => new KserveServing(chart, 'Serving', kserveProps({ mode: KserveMode.standard({ stages }) }));
}

const challenger = { release: aRelease({ version: 'v2.2.0' }), image: ImageRef.fromDigest('registry.example.com/fraud/server', OTHER_DIGEST) };

function staged(
  overrides: Partial<StagedTrafficProps> = {}, servingOf: (chart: Chart) => IStagedServing = knative(), namespace?: string,
): () => StagedTraffic {
  return () => {
    const app = Testing.app();
    const chart = new Chart(app, 'test');
    return new StagedTraffic(namespace === undefined ? chart : new Chart(app, 'other', { namespace }), 'Stages', {
      serving: servingOf(chart),
      runtime: RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: DIGEST }),
      platform: aPlatform(),
      ...overrides,
    });
  };
}

export const cases: ErrorCase[] = [
  {
    id: 'rollout/staged-guardrail-without-query',
    when: 'a guardrail that calls a web service',
    provoke: staged({ guardrails: [Guardrail.errorRatioBelow(0.01), Guardrail.webReturns('approved', { url: 'https://gate.example.com', jsonPath: '{$.approved}', condition: '== true' })] }),
    message: "[test/Stages] guardrail 'approved' asks a web, and 'mlops stage' asks nobody but Prometheus; export its number, or use ModelServing with RolloutStrategy.canary() (rollout/staged-guardrail-without-query)",
  },
  {
    id: 'rollout/staged-waits-for-nobody',
    when: 'missing data that waits for a person',
    provoke: staged({ analysis: { onEmpty: NoData.pause({ upTo: Duration.minutes(10), then: AfterPatience.WAIT }) } }),
    message: "[test/Stages] 'onEmpty' must end with AfterPatience.ABORT, got AfterPatience.WAIT: a Job that waits for a person leaves an unjudged version with its share (rollout/staged-waits-for-nobody)",
  },
  {
    id: 'rollout/staged-retention',
    when: 'measurements that nobody keeps',
    provoke: staged({ analysis: { measurementRetention: 20 } }),
    message: "[test/Stages] 'measurementRetention' (20) counts what an AnalysisRun keeps, and stages make none: every measurement stands in the log of the Job; leave it out (rollout/staged-retention)",
  },
  {
    id: 'rollout/staged-longer-than-objective',
    when: 'breaches that are tolerated beyond the objective',
    provoke: staged({ analysis: { toleratedBreaches: 5 } }),
    message: '[test/Stages] a version that is bad from the start goes back after 690s (330s until the window holds nothing else, 6 x 60s), above the rollback objective of 600s; measure over a shorter window, more often, or tolerate fewer breaches (rollout/staged-longer-than-objective)',
  },
  {
    id: 'rollout/staged-without-metrics',
    when: 'a platform without metrics',
    provoke: staged({ platform: PlatformProfile.of({ metrics: MetricsBackend.none('nobody watches it') }) }),
    message: '[test/Stages] stages are judged by numbers from Prometheus, but the platform profile has none; give it a metrics backend (rollout/staged-without-metrics)',
  },
  {
    id: 'rollout/staged-elsewhere',
    when: 'stages that may not reach the model',
    provoke: staged({}, knative(), 'stages'),
    message: "[other/Stages] the stages are in namespace 'stages', and the model in ''; a Role reaches its own namespace only, so declare them there (rollout/staged-elsewhere)",
  },
  {
    id: 'rollout/malformed-ready-within',
    when: 'no time to start',
    provoke: staged({ readyWithin: Duration.seconds(0) }),
    message: "[test/Stages] 'readyWithin' must be at least a second, got 0s (rollout/malformed-ready-within)",
  },
  {
    id: 'rollout/weights-must-rise',
    when: 'weights of stages that fall',
    provoke: staged({ stages: [{ weight: 50 }, { weight: 25 }, { weight: 100 }] }),
    message: "[test/Stages] 'stages' must have weights that rise from 1 to 100, got 50, 25, 100 (rollout/weights-must-rise)",
  },
  {
    id: 'rollout/stage-too-short',
    when: 'a stage that ends before it is judged',
    provoke: staged({ stages: [{ weight: 100, duration: Duration.minutes(5) }] }),
    message: '[test/Stages] a stage of 300s ends before it can be measured: window (300s) and scrape interval (30s) have to pass first; make the stage last at least 330s, or the window shorter (rollout/stage-too-short)',
  },
  {
    id: 'knative/staged-share-taken',
    when: 'a version that has all requests from the beginning',
    provoke: staged({}, knative({ traffic: KnativeTraffic.latest() })),
    message: "[test/Serving] 'traffic' must give the version of the manifest 0 % where stages give it its share, got 100 %; use KnativeTraffic.challenge({ championRevision }) (knative/staged-share-taken)",
  },
  {
    id: 'kserve/staged-share-taken',
    when: 'a percentage that nobody judged',
    provoke: staged({}, (chart) => new KserveServing(chart, 'Serving', kserveProps({
      server: onePortServer(),
      release: second,
      platform: knativePlatform(),
      mode: KserveMode.knative({ scaling: someScaling, canaryTrafficPercent: 10 }),
    }))),
    message: "[test/Serving] 'canaryTrafficPercent' must be 0 where stages give the new version its share, got 10; nobody would have judged the version before; leave the stages out once it has arrived (kserve/staged-share-taken)",
  },
  {
    id: 'kserve/nothing-to-stage',
    when: 'one version alone',
    provoke: staged({}, kserve({ router: TrafficRouter.istio() })),
    message: '[test/Serving] there is no version that could take over stage by stage; name it in KserveMode.standard({ stages: { router, challenger } }), or leave the stages out until there is one (kserve/nothing-to-stage)',
  },
  {
    id: 'kserve/stages-of-several-objects',
    when: 'a route of another namespace',
    provoke: staged({}, kserve({ router: TrafficRouter.joinHttpRoute({ routeName: 'fraud', namespace: 'edge' }), challenger })),
    message: '[test/Serving] shares must stand in one object of the namespace of the model, got fraud; a Role reaches its own namespace only, and two objects never change at once (kserve/stages-of-several-objects)',
  },
  {
    id: 'rollout/staged-unwatched',
    when: 'stages that have no numbers',
    provoke: () => Findings.of(staged()()).list(),
    message: "[test/Stages] nobody scrapes the pods of 'fraud-detection', so its stages have no numbers to be judged by, and every version is sent back; add Monitoring for it, or acknowledge the finding with who scrapes the pods and writes the label 'rollouts_pod_template_hash' (rollout/staged-unwatched)",
  },
  {
    id: 'kserve/stage-makes-revisions',
    when: 'an annotation that KServe copies onto pods',
    provoke: () => {
      const mode = KserveMode.knative({ scaling: someScaling, canaryTrafficPercent: 0 });
      const serving = new KserveServing(Testing.chart(), 'Serving', kserveProps({ server: onePortServer(), release: second, platform: knativePlatform(), mode }));
      serving.bindStages();
      return Findings.of(serving).list();
    },
    message: "[test/Serving] KServe copies the annotation in which stages of 'fraud-detection' write down how far they are onto the pods, unless it is told not to: every stage would be a revision that nobody judged, and go back; add 'cdk8s-mlops.io/stage' to 'serviceAnnotationDisallowedList' of 'inferenceService' in the ConfigMap 'inferenceservice-config' and acknowledge the finding with that, or let versions take over with KserveMode.standard({ stages }) (kserve/stage-makes-revisions)",
  },
  {
    id: 'kserve/share-outlives-version',
    when: 'a percentage that Argo CD keeps',
    provoke: () => {
      const platform = PlatformProfile.of({ metrics: aPlatform().metrics, knative: knativePlatform().knative, gitOps: GitOps.argoCd() });
      const mode = KserveMode.knative({ scaling: someScaling, canaryTrafficPercent: 0 });
      const serving = new KserveServing(Testing.chart(), 'Serving', kserveProps({ server: onePortServer(), release: second, platform, mode }));
      serving.bindStages();
      return Findings.of(serving).list();
    },
    message: "[test/Serving] a share that stages write into 'fraud-detection' must be left alone by Argo CD, which keeps it for the next version, too: that one would begin with what the one before had at the end, which is everything; let versions take over with KserveMode.standard({ stages }) or KnativeServing, whose shares name versions, or acknowledge it with what sets the field to 0 together with a new version (kserve/share-outlives-version)",
  },
];
