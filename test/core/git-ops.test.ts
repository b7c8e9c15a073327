import { ApiObject, Chart, Duration, Testing } from 'cdk8s';
import { Artifacts, GitOps, SyncPhase } from '../../src';
import { describeApplication } from '../../src/core/argo-cd-application';
import { declareControllerFields } from '../../src/private/controller-fields';

describe('without a controller', () => {
  test('nothing is annotated and nothing is waited for', () => {
    const gitOps = GitOps.none();

    expect(gitOps.syncWave(-1)).toEqual({});
    expect(gitOps.hook(SyncPhase.PRE_SYNC)).toEqual({});
    expect(gitOps.pruneLast()).toEqual({});
    expect(gitOps.syncDelay.toSeconds()).toBe(0);
  });

  test('no Application is described', () => {
    const chart = Testing.chart();
    declareReplicas(chart);

    describeApplication(chart, GitOps.none());

    expect(Artifacts.of(chart).list()).toEqual([]);
  });
});

describe('Argo CD', () => {
  test('a commit is noticed after three minutes unless there is a webhook', () => {
    expect(GitOps.argoCd().syncDelay.toMinutes()).toBe(3);
    expect(GitOps.argoCd({ syncDelay: Duration.seconds(10) }).syncDelay.toSeconds()).toBe(10);
  });

  test('waves and hooks are annotations', () => {
    expect(GitOps.argoCd().syncWave(-1)).toEqual({ 'argocd.argoproj.io/sync-wave': '-1' });
    expect(GitOps.argoCd().hook(SyncPhase.POST_SYNC)).toEqual({
      'argocd.argoproj.io/hook': 'PostSync',
      'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
    });
  });

  test('an object can go last', () => {
    expect(GitOps.argoCd().pruneLast()).toEqual({ 'argocd.argoproj.io/sync-options': 'PruneLast=true' });
  });

  test('owners whose controller tidies up after them do not wait for their pods', () => {
    const chart = Testing.chart();
    const object = new ApiObject(chart, 'Service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'fraud' } });
    declareControllerFields({ object, jsonPointers: ['/spec/selector/hash'], jqPathExpressions: [], why: 'the rollout selects', undoneAtDeletion: true });

    describeApplication(chart, GitOps.argoCd());

    expect(Artifacts.of(chart).list()[0].content).toContain('    syncOptions:\n      - RespectIgnoreDifferences=true\n      - ApplyOutOfSyncOnly=true\n      - PrunePropagationPolicy=background\n');
  });

  test('an Application is told what controllers own', () => {
    const chart = new Chart(Testing.app(), 'fraud', { namespace: 'ml' });
    declareReplicas(chart);
    const route = new ApiObject(chart, 'Route', { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'fraud-route' } });
    declareControllerFields({ object: route, jsonPointers: [], jqPathExpressions: ['.spec.http[].route[].weight'], why: 'the canary moves traffic' });

    describeApplication(chart, GitOps.argoCd({ namespace: 'gitops' }));

    expect(Artifacts.of(chart).list()).toEqual([{
      path: 'fraud/argocd-application.yaml',
      content: `# to add to the Application in namespace gitops: what controllers own is theirs
# Deployment fraud-server: the autoscaler decides
# VirtualService fraud-route: the canary moves traffic
spec:
  ignoreDifferences:
    - group: apps
      kind: Deployment
      name: fraud-server
      namespace: ml
      jsonPointers:
        - /spec/replicas
    - group: networking.istio.io
      kind: VirtualService
      name: fraud-route
      namespace: ml
      jqPathExpressions:
        - .spec.http[].route[].weight
  syncPolicy:
    syncOptions:
      - RespectIgnoreDifferences=true
      - ApplyOutOfSyncOnly=true
`,
    }]);
  });

  test('objects of the core group have no group', () => {
    const chart = Testing.chart();
    const service = new ApiObject(chart, 'Service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'fraud' } });
    declareControllerFields({ object: service, jsonPointers: ['/spec/selector'], jqPathExpressions: [], why: 'the canary selects pods' });
    declareControllerFields({ object: service, jsonPointers: ['/spec/ports'], jqPathExpressions: [], why: 'a mesh adds ports' });

    describeApplication(chart, GitOps.argoCd());

    expect(Artifacts.of(chart).list()[0].content).toContain('    - group: ""\n      kind: Service\n      name: fraud\n      jsonPointers:\n        - /spec/selector\n');
  });

  test('an Application that has nothing to leave alone is not described', () => {
    const chart = Testing.chart();

    describeApplication(chart, GitOps.argoCd());

    expect(Artifacts.of(chart).list()).toEqual([]);
  });
});

function declareReplicas(chart: Chart): void {
  const object = new ApiObject(chart, 'Server', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'fraud-server' } });
  declareControllerFields({ object, jsonPointers: ['/spec/replicas'], jqPathExpressions: [], why: 'the autoscaler decides' });
}
