import { Testing } from 'cdk8s';
import { GitOps, MeshMode, MetricsBackend, PlatformProfile } from '../../src';
import { checkMeshFitsRestrictedPods } from '../../src/core/mesh-rules';
import { InputProblems } from '../../src/private/input-error';
import { ErrorCase } from '../support/error-case';

const metrics = MetricsBackend.kubePrometheus({ release: 'monitoring' });
const prometheus = { url: 'http://prometheus.monitoring.svc:9090', namespace: 'monitoring' };
const namespaceForm = "at most 63 lower-case letters, digits and '-'";
const labelForm = "at most 63 letters, digits, '-', '_' and '.', starting and ending with a letter or digit";

export const cases: ErrorCase[] = [
  {
    id: 'metrics-backend/malformed-release',
    when: 'a release that Helm would refuse, with everything else that is wrong',
    provoke: () => MetricsBackend.kubePrometheus({ release: 'Monitoring', namespace: 'Monitoring', url: 'ftp://prometheus' }),
    message: [
      "'release' must be the name of a Helm release: at most 53 lower-case letters, digits and '-', got 'Monitoring' (metrics-backend/malformed-release)",
      "'url' must be an address such as http://… or https://…, got 'ftp://prometheus' (address/scheme)",
      `'namespace' must be ${namespaceForm}, got 'Monitoring' (metrics-backend/malformed-namespace)`,
    ].join('\n'),
  },
  {
    id: 'metrics-backend/malformed-namespace',
    when: 'an empty namespace',
    provoke: () => MetricsBackend.prometheus({ ...prometheus, namespace: '' }),
    message: `'namespace' must be ${namespaceForm}, got '' (metrics-backend/malformed-namespace)`,
  },
  {
    id: 'metrics-backend/no-scraper-labels',
    when: 'a scraper that cannot be told from other pods',
    provoke: () => MetricsBackend.prometheus({ ...prometheus, scraperLabels: {} }),
    message: "'scraperLabels' must tell the scraper's pods from others, got none; a network policy would let in the whole namespace (metrics-backend/no-scraper-labels)",
  },
  {
    id: 'metrics-backend/malformed-header',
    when: 'a header of two lines',
    provoke: () => MetricsBackend.prometheus({ ...prometheus, headers: { 'X-Scope-OrgID': 'risk\nml' } }),
    message: "'headers' must have names and values that HTTP allows, got \"X-Scope-OrgID\": \"risk\\nml\" (metrics-backend/malformed-header)",
  },
  {
    id: 'metrics-backend/malformed-header',
    when: 'a header with a blank in its name',
    provoke: () => MetricsBackend.prometheus({ ...prometheus, headers: { 'X Scope': 'risk' } }),
    message: "'headers' must have names and values that HTTP allows, got \"X Scope\": \"risk\" (metrics-backend/malformed-header)",
  },
  {
    id: 'metrics-backend/credential-header',
    when: 'a token in a header, without repeating it',
    provoke: () => MetricsBackend.kubePrometheus({ release: 'monitoring', headers: { Authorization: 'Bearer s3cret' } }),
    message: "'headers' must not hold credentials, got 'Authorization', which would stand in manifests; let a proxy inside the cluster add it (metrics-backend/credential-header)",
  },
  {
    id: 'metrics-backend/no-reason',
    when: 'a model that nobody watches, without a reason',
    provoke: () => MetricsBackend.none(' '),
    message: "'reason' must say why nobody watches the model, got ' ' (metrics-backend/no-reason)",
  },
  {
    id: 'mesh/malformed-revision',
    when: 'a malformed revision and namespace',
    provoke: () => MeshMode.istioSidecar({ cni: true, revision: '', controlPlaneNamespace: 'istio.system' }),
    message: [
      `'revision' must be ${labelForm}, got '' (mesh/malformed-revision)`,
      `'controlPlaneNamespace' must be ${namespaceForm}, got 'istio.system' (mesh/malformed-namespace)`,
    ].join('\n'),
  },
  {
    id: 'mesh/malformed-namespace',
    when: 'an empty namespace of the control plane',
    provoke: () => MeshMode.istioSidecar({ cni: true, controlPlaneNamespace: '' }),
    message: `'controlPlaneNamespace' must be ${namespaceForm}, got '' (mesh/malformed-namespace)`,
  },
  {
    id: 'mesh/sidecar-without-cni',
    when: 'sidecar injection without the CNI plugin in a restricted namespace',
    provoke: () => {
      const problems = new InputProblems();
      checkMeshFitsRestrictedPods(MeshMode.istioSidecar({ cni: false }), problems);
      problems.throwAt(Testing.chart(), 'Serving');
      return undefined;
    },
    message: "[test/Serving] pods of mesh 'istio-sidecar' without Istio's CNI plugin get an init container with NET_ADMIN, which a restricted namespace refuses; install the plugin and say MeshMode.istioSidecar({ cni: true }), or use MeshMode.istioAmbient() (mesh/sidecar-without-cni)",
  },
  {
    id: 'git-ops/malformed-namespace',
    when: 'a namespace of Argo CD that cannot be',
    provoke: () => GitOps.argoCd({ namespace: 'argo_cd' }),
    message: `'namespace' must be ${namespaceForm}, got 'argo_cd' (git-ops/malformed-namespace)`,
  },
  {
    id: 'git-ops/sync-wave',
    when: 'half a wave',
    provoke: () => GitOps.none().syncWave(0.5),
    message: "'wave' must be a whole number, got 0.5 (git-ops/sync-wave)",
  },
  {
    id: 'labels/malformed-key',
    when: 'labels that Kubernetes refuses, all of them at once',
    provoke: () => PlatformProfile.of({ metrics, labels: { 'cost center': '42', 'a/b/c': 'x', 'team': 'Risk & ML' } }),
    message: [
      `a key of 'labels' must be ${labelForm}, after an optional '<domain>/', got 'cost center' (labels/malformed-key)`,
      `a key of 'labels' must be ${labelForm}, after an optional '<domain>/', got 'a/b/c' (labels/malformed-key)`,
      `'labels' must have values of ${labelForm}, got 'Risk & ML' for 'team' (labels/malformed-value)`,
    ].join('\n'),
  },
  {
    id: 'labels/malformed-value',
    when: 'a number as a label of the scraper',
    provoke: () => MetricsBackend.prometheus({ ...prometheus, scraperLabels: { shard: 1 as unknown as string } }),
    message: `'scraperLabels' must have values of ${labelForm}, got '1' for 'shard' (labels/malformed-value)`,
  },
  {
    id: 'platform/reserved-label',
    when: 'a label that says what the model is',
    provoke: () => PlatformProfile.of({ metrics, labels: { 'cdk8s-mlops.io/model': 'fraud' } }),
    message: "'labels' must not start with 'cdk8s-mlops.io/', which says what a model is, got 'cdk8s-mlops.io/model'; use a domain of your own (platform/reserved-label)",
  },
];
