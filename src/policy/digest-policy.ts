import { Construct } from 'constructs';
import { factsOf } from '../private/facts';
import { InputProblems } from '../private/input-error';
import { REQUIRE_DIGESTS } from '../private/keys';
import { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../private/l1/admissionregistration-k8s-io';

/** What happens to a pod whose image has no digest. */
export enum DigestEnforcement {
  /** It is refused. */
  DENY = 'deny',
  /** Whoever makes it is warned, and the audit log says so: the way to find out what a refusal would hit. */
  WARN = 'warn',
}

/** Properties of `DigestPolicy`. */
export interface DigestPolicyProps {
  /**
   * Namespaces whose pods are judged.
   *
   * @default - namespaces labelled `cdk8s-mlops.io/require-digests: "true"`
   */
  readonly namespaces?: string[];
  /**
   * Repositories whose images may have a tag: those of sidecars that a mesh or an operator puts into pods, such as `docker.io/istio/proxyv2`.
   * One that ends with `/` stands for all repositories below it. An image is compared as it is written in the pod.
   *
   * @default - none
   */
  readonly exemptRepositories?: string[];
  /**
   * What happens to a pod whose image has no digest.
   *
   * @default DigestEnforcement.DENY
   */
  readonly enforcement?: DigestEnforcement;
}

/**
 * The API server refuses pods whose images have no digest, without any controller: containers, init containers, ephemeral containers of
 * `kubectl debug`, and image volumes.
 *
 * Pods are judged after everything that changes them, so no workload kind slips through and injected sidecars are judged as well; they are
 * exempt by repository, since anybody can choose a container's name. Pods that run already stay as they are, and can be changed in everything but
 * their images. Needs Kubernetes 1.30.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export class DigestPolicy extends Construct {
  /** Name of the ValidatingAdmissionPolicy, for bindings of your own. */
  public readonly policyName: string;

  /**
   * Declare the policy and its binding.
   *
   * @throws if a namespace is a system one, or a repository carries a tag or is malformed
   */
  public constructor(scope: Construct, id: string, props: DigestPolicyProps = {}) {
    super(scope, id);
    const exempt = props.exemptRepositories ?? [];
    checkInput(scope, id, props.namespaces, exempt);

    const policy = new ValidatingAdmissionPolicy(this, 'Policy', {
      failurePolicy: 'Fail',
      matchConstraints: {
        // whatever a binding says, a cluster must be able to start its own parts
        namespaceSelector: { matchExpressions: [{ key: NAMESPACE_NAME, operator: 'NotIn', values: SYSTEM_NAMESPACES }] },
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods'] },
          { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['pods/ephemeralcontainers'] },
        ],
      },
      variables: [
        { name: 'images', expression: imagesOf('object') },
        { name: 'earlierImages', expression: `oldObject == null ? [] : ${imagesOf('oldObject')}` },
        { name: 'unpinned', expression: `variables.images.filter(image, !(image in variables.earlierImages) && !image.matches('${accepted(exempt)}'))` },
      ],
      validations: [{
        expression: 'variables.unpinned.size() == 0',
        messageExpression: "'images without a digest: ' + variables.unpinned.join(', ') + '; name them as <repository>@sha256:<digest>'",
        message: 'every image needs a digest; name it as <repository>@sha256:<digest>',
        reason: 'Forbidden',
      }],
    });
    this.policyName = policy.name;
    new ValidatingAdmissionPolicyBinding(this, 'Binding', {
      policyName: policy.name,
      validationActions: props.enforcement === DigestEnforcement.WARN ? ['Warn', 'Audit'] : ['Deny'],
      matchResources: {
        namespaceSelector: props.namespaces
          ? { matchExpressions: [{ key: NAMESPACE_NAME, operator: 'In', values: props.namespaces }] }
          : { matchLabels: { [REQUIRE_DIGESTS]: 'true' } },
      },
    });
    exempt.forEach((repository) => factsOf(this).notes.push(`Images of ${repository} need no digest.`));
  }
}

const NAMESPACE_NAME = 'kubernetes.io/metadata.name';
const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease'];

/** CEL: images of every container and image volume of a pod. Each list is mapped for itself, as their items are of different types. */
function imagesOf(pod: string): string {
  return [
    `${pod}.spec.containers.map(c, c.image)`,
    `${pod}.spec.?initContainers.orValue([]).map(c, c.image)`,
    `${pod}.spec.?ephemeralContainers.orValue([]).map(c, c.image)`,
    `${pod}.spec.?volumes.orValue([]).filter(v, has(v.image)).map(v, v.image.?reference.orValue(''))`,
  ].join(' + ');
}

/** Regular expression of the images that may run: those with a digest, and those of exempt repositories with or without a tag. */
function accepted(exempt: string[]): string {
  const repositories = exempt.map((repository) => {
    const literal = repository.replace(/\./g, '[.]');
    return repository.endsWith('/') ? `${literal}.+` : `${literal}(:[A-Za-z0-9_.-]+)?`;
  });
  return ['^.+@sha256:[a-f0-9]{64}$', ...repositories.map((pattern) => `^${pattern}$`)].join('|');
}

function checkInput(scope: Construct, id: string, namespaces: string[] | undefined, exempt: string[]): void {
  const problems = new InputProblems();
  if (namespaces?.length === 0) {
    problems.add('policy/no-namespace', "'namespaces' must name at least one, got none; leave it out to judge labelled namespaces");
  }
  namespaces?.filter((namespace) => SYSTEM_NAMESPACES.includes(namespace)).forEach((namespace) => problems.add('policy/system-namespace',
    `'namespaces' must not name '${namespace}': a cluster that cannot start its own parts cannot be mended`));
  exempt.filter((repository) => !/^[a-z0-9][a-z0-9.-]*(:\d+)?\/([a-z0-9._-]+\/)*([a-z0-9._-]+)?$/.test(repository)).forEach((repository) =>
    problems.add('policy/malformed-repository',
      `'exemptRepositories' must hold repositories with their registry, such as 'docker.io/istio/proxyv2', got '${repository}'; tags are left out`));
  problems.throwAt(scope, id);
}
