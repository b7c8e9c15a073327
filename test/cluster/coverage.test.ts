import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { APPLIED } from './applied';
import { bundleOf, factoriesOf } from './harness/bundle';
import * as library from '../../src';

/**
 * Whatever the library can emit is judged by a real API server: a new kind or factory fails here until an example or a fixture has it.
 */
const bundles = APPLIED.map((source) => ({ source, ...bundleOf(source) }));
const SRC = join(__dirname, '..', '..', 'src');

/** Classes whose factories make nothing that stands in a manifest. */
const ELSEWHERE: { [type: string]: string } = {
  AccessLogBucket: 'Terraform',
  AnalysisTemplate: 'what is imported is not made',
  Artifacts: 'files beside the manifests',
  AwsStack: 'Terraform',
  CanaryRollout: 'what is imported is not made',
  ClusterAnalysisTemplate: 'what is imported is not made',
  ControllerVerdicts: 'judges',
  ExternalMetrics: 'declares what others export',
  Findings: 'judges',
  ImageRepository: 'Terraform',
  ManifestSet: 'reads manifests',
  MetricClosure: 'reads manifests',
  ModelReleases: 'reads files',
  ModelSeries: 'queries of segments, which are in every stack',
  ModelServing: 'what is imported is not made',
  ObjectLock: 'Terraform',
  PredictionMetrics: 'names in queries',
  RegistryBucket: 'Terraform',
  RegistryLayout: 'addresses of files',
  Rollback: 'commands on pages for people',
  TerraformBackend: 'Terraform',
};

/** Kinds that stand inside other objects, to be made by who reads those. */
const MADE_LATER = ['Workflow'];

/** Factories that are no mode of an object. */
const EXEMPT = ['DataSnapshot.fromRecord', 'ServingMetrics.istio'];

test('every kind occurs in something that is applied', () => {
  const applied = new Set(bundles.flatMap(({ objects }) => objects.map(({ manifest }) => manifest.kind)));

  expect(kindsInSources().filter((kind) => !applied.has(kind) && !MADE_LATER.includes(kind))).toEqual([]);
});

test('every factory is called for something that is applied', () => {
  const called = new Set(bundles.flatMap(({ factories }) => factories));
  const needed = factoriesOf(library).filter((name) => !(name.split('.')[0] in ELSEWHERE) && !EXEMPT.includes(name));

  expect(needed.filter((name) => !called.has(name))).toEqual([]);
});

test('nothing is exempt that does not exist', () => {
  const factories = factoriesOf(library);

  expect(EXEMPT.filter((name) => !factories.includes(name))).toEqual([]);
  expect(Object.keys(ELSEWHERE).filter((type) => !factories.some((name) => name.startsWith(`${type}.`)))).toEqual([]);
});

test('every choice that an enum offers to a manifest is written somewhere', () => {
  const texts = APPLIED.map(({ main }) => readFileSync(main, 'utf8')).join('\n');
  const defaults = ['Spread.PREFERRED', 'ExternalSecretStoreKind.SECRET_STORE', 'DigestEnforcement.DENY', 'IstioVersions.SERVICES', 'CertificateIssuerKind.CLUSTER_ISSUER'];
  const choices = ['Spread', 'ExternalSecretStoreKind', 'DigestEnforcement', 'AlertSeverity', 'IstioVersions', 'CertificateIssuerKind']
    .flatMap((name) => Object.keys((library as any)[name]).map((member) => `${name}.${member}`));

  expect(choices.filter((choice) => !defaults.includes(choice) && !texts.includes(choice))).toEqual([]);
});

test('every object is known by the construct that made it', () => {
  const unknown = bundles.flatMap(({ source, objects }) => objects.filter(({ path }) => path === 'unknown').map(({ manifest }) => `${source.name}: ${manifest.kind}`));

  expect(unknown).toEqual([]);
});

/** Kinds as the sources name them: of our own objects, and of those that cdk8s-plus makes for us. */
function kindsInSources(): string[] {
  const texts = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(SRC, file), 'utf8'));
  const kinds = texts.flatMap((text) => [
    ...[...text.matchAll(/apiVersion: '[^']+',\s+kind: '([A-Z]\w+)'/g)].map(([, kind]) => kind),
    ...[...text.matchAll(/super\(scope, id, '([A-Z]\w+)'/g)].map(([, kind]) => kind),
    ...[...text.matchAll(/new kplus\.([A-Z]\w+)\(/g)].map(([, kind]) => kind).filter((kind) => KINDS_OF_PLUS.includes(kind)),
  ]);
  return [...new Set(kinds)].sort();
}

const KINDS_OF_PLUS = ['ClusterRole', 'ClusterRoleBinding', 'ConfigMap', 'CronJob', 'DaemonSet', 'Deployment', 'HorizontalPodAutoscaler', 'Ingress', 'Job',
  'Namespace', 'NetworkPolicy', 'PersistentVolume', 'PersistentVolumeClaim', 'Pod', 'Role', 'RoleBinding', 'Secret', 'Service', 'ServiceAccount', 'StatefulSet'];
