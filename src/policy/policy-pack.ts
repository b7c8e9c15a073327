import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { ManifestSet } from './manifest-set';
import { IPolicyRule, PolicyFinding } from './rule';
import { Finding, Findings, FindingSeverity } from '../core/findings';
import { InputError } from '../private/input-error';
import { manifestOf, RenderedManifest } from '../private/manifests';
import { AliasInPod } from './rules/alias-in-pod';
import { BudgetBlocksDrains } from './rules/budget-blocks-drains';
import { CanaryWithoutGuardrail } from './rules/canary-without-guardrail';
import { CustomerFacingWithoutCanary } from './rules/customer-facing-without-canary';
import { HostAccess } from './rules/host-access';
import { InstallAtStart } from './rules/install-at-start';
import { MemoryOvercommit } from './rules/memory-overcommit';
import { MountedToken } from './rules/mounted-token';
import { NoDisruptionBudget } from './rules/no-disruption-budget';
import { NoNetworkPolicy } from './rules/no-network-policy';
import { NoOwner } from './rules/no-owner';
import { NoProbes } from './rules/no-probes';
import { NoResources } from './rules/no-resources';
import { NoSpread } from './rules/no-spread';
import { OneReplica } from './rules/one-replica';
import { RbacWildcard } from './rules/rbac-wildcard';
import { RestrictedPodSecurity } from './rules/restricted-pod-security';
import { SecretInClear } from './rules/secret-in-clear';
import { UnboundedCronJob } from './rules/unbounded-cron-job';
import { UnmonitoredTraffic } from './rules/unmonitored-traffic';
import { UnpinnedImage } from './rules/unpinned-image';

/**
 * What an organisation asks of every manifest.
 *
 * A pack looks at the manifests of a construct and of everything below it, as Kubernetes would get them, so that it judges objects of ours,
 * of other libraries and of plain YAML alike. A rule judges the kinds that it knows and finds nothing in others. What it finds carries the
 * path of the construct that made the object; `Findings.of(construct).acknowledge(ruleId, reason)` accepts it there or on any ancestor.
 */
export class PolicyPack {
  /** What runs is what was scanned and signed: images by digest, nothing installed at start, models by version. */
  public static supplyChain(): PolicyPack {
    return PolicyPack.of('supply-chain', [new UnpinnedImage(), new InstallAtStart(), new AliasInPod()]);
  }

  /**
   * Whoever takes over a pod gets no further: restricted pod security, no tokens, named traffic, no secrets in manifests, no wildcard rights.
   *
   * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
   */
  public static hardening(): PolicyPack {
    return PolicyPack.of('hardening', [
      new RestrictedPodSecurity(), new HostAccess(), new MountedToken(), new NoNetworkPolicy(), new SecretInClear(), new RbacWildcard(),
    ]);
  }

  /** What keeps a service up, and tells whom to call: an owner, resources, replicas, budgets, probes, bounded jobs. */
  public static operations(): PolicyPack {
    return PolicyPack.of('operations', [
      new NoOwner(), new NoResources(), new MemoryOvercommit(), new OneReplica(), new NoDisruptionBudget(), new BudgetBlocksDrains(),
      new NoProbes(), new UnboundedCronJob(), new NoSpread(),
    ]);
  }

  /**
   * Each piece of the platform comes after the one that makes it safe: monitoring before traffic, guardrails before canaries, canaries before
   * customers.
   */
  public static adoptionOrder(): PolicyPack {
    return PolicyPack.of('adoption-order', [new UnmonitoredTraffic(), new CanaryWithoutGuardrail(), new CustomerFacingWithoutCanary()]);
  }

  /**
   * A pack of your own. The rules of other packs can be part of it.
   *
   * @param packName such as `house-rules`
   * @param rules what is asked
   * @throws if an id is not of the form `pack/rule`, or two rules have one
   */
  public static of(packName: string, rules: IPolicyRule[]): PolicyPack {
    rules.map((rule) => rule.ruleId).forEach((id, i, ids) => {
      if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(id)) {
        throw new InputError('policy/malformed-rule-id', `'ruleId' must look like 'house-rules/no-latest', got '${id}'`);
      }
      if (ids.indexOf(id) !== i) {
        throw new InputError('policy/duplicate-rule', `'rules' of '${packName}' must have different ids, got '${id}' twice; an acknowledgement could not tell them apart`);
      }
    });
    return new PolicyPack(packName, rules);
  }

  private constructor(
    /** Name of the pack. */
    public readonly packName: string,
    private readonly ownRules: IPolicyRule[],
  ) {}

  /** Rules of the pack. */
  public get rules(): IPolicyRule[] {
    return [...this.ownRules];
  }

  /**
   * Judge the manifests of a construct and everything below it when the tree is complete. A rule that is applied to an ancestor as well is
   * left to it.
   *
   * @param scope the app, a stack, or any part of one
   */
  public applyTo(scope: IConstruct): void {
    applicationsOn(scope).push(...this.ownRules.map((rule) => ({ rule })));
  }
}

/** A rule as it was applied at one place: the same rule may be applied at several. */
interface Application {
  readonly rule: IPolicyRule;
}

const APPLICATIONS = Symbol.for('cdk8s-mlops.policy-applications');

/** Rules on a construct. The first pack makes one source for all: manifests are rendered once, not once for each pack. */
function applicationsOn(scope: IConstruct): Application[] {
  const holder = scope as any;
  if (!holder[APPLICATIONS]) {
    Object.defineProperty(holder, APPLICATIONS, { value: [] });
    Findings.of(scope).addSource({ findings: () => judge(scope) });
  }
  return holder[APPLICATIONS];
}

/** Whether a rule runs here: it does not run on an ancestor, nor ran before on the same construct. */
function isOutermost(scope: IConstruct, application: Application): boolean {
  const first = scope.node.scopes.flatMap((ancestor) => ((ancestor as any)[APPLICATIONS] ?? []) as Application[])
    .find((candidate) => candidate.rule.ruleId === application.rule.ruleId);
  return first === application;
}

function judge(scope: IConstruct): Finding[] {
  const rules = applicationsOn(scope).filter((application) => isOutermost(scope, application)).map(({ rule }) => rule);
  if (rules.length === 0) {return [];}
  const rendered = renderableBelow(scope);
  const neighbours = ManifestSet.of(rendered.map(({ manifest }) => manifest));
  return rendered.flatMap(({ object, manifest }) => rules.flatMap((rule) => {
    const path = pathOf(object);
    try {
      return rule.check(manifest, neighbours).map(({ message, remedy }: PolicyFinding) =>
        ({ ruleId: rule.ruleId, severity: rule.severity, message, remedy, path }));
    } catch (error) {
      return [crashOf(rule, error as Error, path)];
    }
  }));
}

/** What cannot be rendered is left out: it fails the synthesis by itself, once and with its own message. */
function renderableBelow(scope: IConstruct): RenderedManifest[] {
  return scope.node.findAll().filter((node): node is ApiObject => ApiObject.isApiObject(node)).flatMap((object) => {
    try {
      return [{ object, manifest: manifestOf(object) }];
    } catch {
      return [];
    }
  });
}

/** A rule that fails must not keep anybody from synthesizing, and must not pass for one that found nothing. */
function crashOf(rule: IPolicyRule, error: Error, path: string): Finding {
  return {
    ruleId: 'policy/crashed-rule',
    severity: FindingSeverity.WARNING,
    message: `rule '${rule.ruleId}' could not judge this object: ${error.message}`,
    remedy: 'mend the rule; until then look for yourself',
    path,
  };
}

/** An object called `Resource` is an inner part of its construct, which is what a user made and can acknowledge on. */
function pathOf(object: ApiObject): string {
  const scope = object.node.id === 'Resource' ? object.node.scope : undefined;
  return (scope ?? object).node.path;
}
