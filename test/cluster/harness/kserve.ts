import { copyFileSync, mkdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse, stringify } from 'yaml';
import { ControlPlane } from './control-plane';
import { freePorts, Processes } from './processes';

const NAMESPACE = 'kserve';
const HOOKS = 'inferenceservice.kserve-webhook-server';

/** Settings that KServe is shipped with, and its manager with the webhooks that fill in defaults, judge, and change pods. */
export async function startKserve(
  folder: string, programs: { [name: string]: string }, settings: string, { kubeconfig, server, certificates }: ControlPlane, processes: Processes,
): Promise<void> {
  const [health, hooks] = await freePorts(2);
  await server.create('/api/v1/namespaces', JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }));
  const configuration = parse(readFileSync(join(settings, 'inferenceservice-config.yaml'), 'utf8'));
  await server.create(`/api/v1/namespaces/${NAMESPACE}/configmaps`, stringify(withoutStages(configuration)));
  await server.create('/apis/serving.kserve.io/v1alpha1/clusterstoragecontainers', stringify(restricted(parse(readFileSync(join(settings, 'storage-container.yaml'), 'utf8')))));

  // what KServe reads of Knative, whose controllers do not run here
  await server.create('/api/v1/namespaces', JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'knative-serving' } }));
  await server.create('/api/v1/namespaces/knative-serving/configmaps', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config-autoscaler' } }));

  // where the manager looks for its certificate; that of the API server is for the same address
  const keys = join(folder, 'kserve', 'k8s-webhook-server', 'serving-certs');
  mkdirSync(keys, { recursive: true });
  copyFileSync(certificates.certificate, join(keys, 'tls.crt'));
  copyFileSync(certificates.key, join(keys, 'tls.key'));
  processes.start('kserve', programs['kserve-manager'], ['--metrics-addr=0', `--health-probe-addr=127.0.0.1:${health}`, `--webhook-port=${hooks}`], {
    KUBECONFIG: kubeconfig, POD_NAMESPACE: NAMESPACE, TMPDIR: join(folder, 'kserve'),
  });
  await processes.until('health of KServe', async () => (await fetch(`http://127.0.0.1:${health}/readyz`)).ok);

  const authority = readFileSync(certificates.certificate).toString('base64');
  const hook = (name: string, path: string, rule: object, others: object = {}) => ({
    name: `${HOOKS}.${name}`,
    clientConfig: { url: `https://127.0.0.1:${hooks}${path}`, caBundle: authority },
    failurePolicy: 'Fail',
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    rules: [rule],
    ...others,
  });
  const path = '/apis/admissionregistration.k8s.io/v1';
  await server.create(`${path}/mutatingwebhookconfigurations`, JSON.stringify({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'inferenceservice.serving.kserve.io' },
    webhooks: [
      hook('defaulter', '/mutate-serving-kserve-io-v1beta1-inferenceservice', changes('v1beta1', 'inferenceservices')),
      hook('pod-mutator', '/mutate-pods', { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }, {
        reinvocationPolicy: 'IfNeeded', objectSelector: { matchExpressions: [{ key: 'serving.kserve.io/inferenceservice', operator: 'Exists' }] },
      }),
    ],
  }));
  await server.create(`${path}/validatingwebhookconfigurations`, JSON.stringify({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'inferenceservice.serving.kserve.io' },
    webhooks: [
      hook('validator', '/validate-serving-kserve-io-v1beta1-inferenceservice', changes('v1beta1', 'inferenceservices')),
      hook('graph-validator', '/validate-serving-kserve-io-v1alpha1-inferencegraph', changes('v1alpha1', 'inferencegraphs')),
    ],
  }));
}

function changes(version: string, resource: string): object {
  return { apiGroups: ['serving.kserve.io'], apiVersions: [version], operations: ['CREATE', 'UPDATE'], resources: [resource] };
}

/** What stages write into an InferenceService must not reach its pods; whoever stages in the mode Knative has to say this, too. */
function withoutStages(configuration: any): any {
  const { inferenceService = '{}' } = configuration.data;
  const content = { ...JSON.parse(inferenceService), serviceAnnotationDisallowedList: ['cdk8s-mlops.io/stage'] };
  return { ...configuration, data: { ...configuration.data, inferenceService: JSON.stringify(content) } };
}

/** As it is shipped, the container that fetches models does not meet the restricted standard; whoever enforces that has to do this, too. */
function restricted(storageContainer: any): any {
  storageContainer.spec.container.securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  return storageContainer;
}
