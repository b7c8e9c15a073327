import { Chart, Testing } from 'cdk8s';
import { DigestEnforcement, DigestPolicy, DigestPolicyProps } from '../../src';
import { collectFacts } from '../../src/private/facts';

const digest = `sha256:${'a'.repeat(64)}`;

function synth(props?: DigestPolicyProps): any[] {
  const chart = new Chart(Testing.app(), 'guard', { namespace: 'ml' });
  new DigestPolicy(chart, 'Digests', props);
  return Testing.synth(chart);
}

/** Whether the policy lets an image run: the condition of its own expression. */
function accepts(image: string, exemptRepositories: string[] = []): boolean {
  const [policy] = synth({ exemptRepositories });
  const [, pattern] = /image\.matches\('(.*)'\)/.exec(policy.spec.variables[2].expression)!;
  return new RegExp(pattern).test(image);
}

test('the API server refuses images without a digest in every place of a pod that names one', () => {
  const [policy] = synth();

  expect(policy).toEqual({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: expect.stringMatching(/^guard-digests-policy-/) },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'kube-public', 'kube-node-lease'] }],
        },
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] },
          { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['pods/ephemeralcontainers'] },
        ],
      },
      variables: [
        {
          name: 'images',
          expression: 'object.spec.containers.map(c, c.image) + object.spec.?initContainers.orValue([]).map(c, c.image) + ' +
            'object.spec.?ephemeralContainers.orValue([]).map(c, c.image) + ' +
            "object.spec.?volumes.orValue([]).filter(v, has(v.image)).map(v, v.image.?reference.orValue(''))",
        },
        {
          name: 'earlierImages',
          expression: 'oldObject == null ? [] : oldObject.spec.containers.map(c, c.image) + oldObject.spec.?initContainers.orValue([]).map(c, c.image) + ' +
            'oldObject.spec.?ephemeralContainers.orValue([]).map(c, c.image) + ' +
            "oldObject.spec.?volumes.orValue([]).filter(v, has(v.image)).map(v, v.image.?reference.orValue(''))",
        },
        {
          name: 'unpinned',
          expression: "variables.images.filter(image, !(image in variables.earlierImages) && !image.matches('^.+@sha256:[a-f0-9]{64}$'))",
        },
      ],
      validations: [{
        expression: 'variables.unpinned.size() == 0',
        messageExpression: "'images without a digest: ' + variables.unpinned.join(', ') + '; name them as <repository>@sha256:<digest>'",
        message: 'every image needs a digest; name it as <repository>@sha256:<digest>',
        reason: 'Forbidden',
      }],
    },
  });
});

test('the binding judges labelled namespaces and refuses', () => {
  const [policy, binding] = synth();

  expect(binding).toEqual({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: expect.stringMatching(/^guard-digests-binding-/) },
    spec: {
      policyName: policy.metadata.name,
      validationActions: ['Deny'],
      matchResources: { namespaceSelector: { matchLabels: { 'cdk8s-mlops.io/require-digests': 'true' } } },
    },
  });
});

test('named namespaces take the place of the label', () => {
  const [, binding] = synth({ namespaces: ['ml', 'ml-staging'] });

  expect(binding.spec.matchResources).toEqual({
    namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['ml', 'ml-staging'] }] },
  });
});

test('a trial warns and writes the audit log', () => {
  const [, binding] = synth({ enforcement: DigestEnforcement.WARN });

  expect(binding.spec.validationActions).toEqual(['Warn', 'Audit']);
});

test('the name can be bound again', () => {
  const policy = new DigestPolicy(Testing.chart(), 'Digests');

  expect(policy.policyName).toMatch(/^test-digests-policy-/);
});

describe('images', () => {
  test.each([
    `registry.example.com/fraud/server@${digest}`,
    `registry.example.com:5000/fraud/server:1.4@${digest}`,
  ])('%s is accepted', (image) => {
    expect(accepts(image)).toBe(true);
  });

  test.each([
    'server',
    'registry.example.com/fraud/server:1.4',
    `registry.example.com/fraud/server@sha256:${'a'.repeat(63)}`,
    `registry.example.com/fraud/server@sha256:${'A'.repeat(64)}`,
    `@${digest}`,
  ])('%s is refused', (image) => {
    expect(accepts(image)).toBe(false);
  });

  test.each([
    ['docker.io/istio/proxyv2', 'docker.io/istio/proxyv2:1.30.3'],
    ['docker.io/istio/proxyv2', 'docker.io/istio/proxyv2'],
    ['docker.io/istio/', 'docker.io/istio/proxyv2:1.30.3-distroless'],
    ['registry.example.com:5000/mesh/', 'registry.example.com:5000/mesh/proxy/v2:1'],
  ])('an exemption of %s accepts %s', (repository, image) => {
    expect(accepts(image, [repository])).toBe(true);
    expect(accepts(image)).toBe(false);
  });

  test.each([
    ['docker.io/istio/proxyv2', 'docker.io/istio/proxyv2-evil:1'],
    ['docker.io/istio/proxyv2', 'docker.io/istio/proxyv2/evil:1'],
    ['docker.io/istio/proxyv2', 'evil.example.com/docker.io/istio/proxyv2:1'],
    ['docker.io/istio/proxyv2', 'dockerXio/istio/proxyv2:1'],
    ['docker.io/istio/', 'docker.io/istio-evil/proxyv2:1'],
    ['docker.io/istio/', 'docker.io/istio/'],
  ])('an exemption of %s does not accept %s', (repository, image) => {
    expect(accepts(image, [repository])).toBe(false);
  });
});

test('an exemption stands in the report', () => {
  const chart = Testing.chart();
  new DigestPolicy(chart, 'Digests', { exemptRepositories: ['docker.io/istio/proxyv2'] });

  expect(collectFacts(chart).notes).toEqual(['Images of docker.io/istio/proxyv2 need no digest.']);
});
