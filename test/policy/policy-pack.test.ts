import { ApiObject, App, Chart, Lazy, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { container, deployment } from './support';
import { Findings, FindingSeverity, IPolicyRule, ManifestSet, PolicyPack } from '../../src';
import { renderingOnce } from '../../src/private/manifests';

const unpinned = deployment({ containers: [container({ image: 'server:1.4' })] });
const rule = 'supply-chain/unpinned-image';

function ruleIds(pack: PolicyPack): string[] {
  return pack.rules.map((candidate) => candidate.ruleId);
}

test('every pack has the rules that it had', () => {
  expect(ruleIds(PolicyPack.supplyChain())).toEqual(['supply-chain/unpinned-image', 'supply-chain/install-at-start', 'supply-chain/alias-in-pod']);
  expect(ruleIds(PolicyPack.hardening())).toEqual([
    'hardening/restricted-pod-security',
    'hardening/host-access',
    'hardening/mounted-token',
    'hardening/no-network-policy',
    'hardening/secret-in-clear',
    'hardening/rbac-wildcard',
  ]);
  expect(ruleIds(PolicyPack.operations())).toEqual([
    'operations/no-owner',
    'operations/no-resources',
    'operations/memory-overcommit',
    'operations/one-replica',
    'operations/no-disruption-budget',
    'operations/budget-blocks-drains',
    'operations/no-probes',
    'operations/unbounded-cron-job',
    'operations/no-spread',
  ]);
  expect(ruleIds(PolicyPack.adoptionOrder())).toEqual([
    'adoption/unmonitored-traffic',
    'adoption/canary-without-guardrail',
    'adoption/customer-facing-without-canary',
  ]);
});

describe('applied to a scope', () => {
  test('an error fails the synthesis of a plain cdk8s app', () => {
    const app = new App();
    new ApiObject(new Chart(app, 'fraud'), 'Server', unpinned);

    PolicyPack.supplyChain().applyTo(app);

    expect(() => app.synthYaml()).toThrow("[] fraud/Server: container 'server' names 'server:1.4' without a digest");
  });

  test('a finding carries the path of the construct that made the object, not of its inner Resource', () => {
    const chart = Testing.chart();
    new kplus.Deployment(chart, 'Server', { containers: [{ image: 'server:1.4' }] });

    PolicyPack.supplyChain().applyTo(chart);

    expect(Findings.of(chart).list().map(({ ruleId, path }) => ({ ruleId, path }))).toEqual([{ ruleId: rule, path: 'test/Server' }]);
  });

  test('objects outside of the scope are not judged', () => {
    const app = new App();
    const [own, other] = ['own', 'other'].map((id) => new Chart(app, id));
    new ApiObject(other, 'Server', unpinned);

    PolicyPack.supplyChain().applyTo(own);

    expect(Findings.of(app).list()).toEqual([]);
  });

  test('objects that are added later are judged', () => {
    const chart = Testing.chart();
    PolicyPack.supplyChain().applyTo(chart);

    new ApiObject(chart, 'Server', unpinned);

    expect(Findings.of(chart).list()).toHaveLength(1);
  });

  test('an object that cannot be rendered is reported by the synthesis, once, and hides nothing', () => {
    const app = new App();
    const chart = new Chart(app, 'fraud');
    new ApiObject(chart, 'Broken', { apiVersion: 'v1', kind: 'ConfigMap', data: Lazy.any({ produce: () => {throw new Error('no such release');} }) });
    new ApiObject(chart, 'Server', unpinned);

    PolicyPack.supplyChain().applyTo(app);

    expect(Findings.of(app).list().map(({ path }) => path)).toEqual(['fraud/Server']);
    Findings.of(app).acknowledge(rule, 'a demo');
    expect(() => app.synthYaml()).toThrow('no such release');
  });

  test('a stack lists what a pack of the app found in it', () => {
    const app = new App();
    const stacks = ['a', 'b'].map((id) => new Chart(app, id));
    stacks.forEach((stack) => new ApiObject(stack, 'Server', unpinned));
    PolicyPack.supplyChain().applyTo(app);

    expect(Findings.of(stacks[1]).list().map((finding) => finding.path)).toEqual(['b/Server']);
  });

  test.each(['test/Serving/Server', 'test/Serving', 'test'])('an acknowledgement on %s holds', (path) => {
    const chart = Testing.chart();
    const serving = new Construct(chart, 'Serving');
    const server = new ApiObject(serving, 'Server', unpinned);
    PolicyPack.supplyChain().applyTo(chart);

    Findings.of([chart, serving, server].find((construct) => construct.node.path === path)!).acknowledge(rule, 'a demo');

    expect(Findings.of(chart).list().map((finding) => finding.acknowledged)).toEqual(['a demo']);
    expect(() => Testing.synth(chart)).not.toThrow();
  });

  test('one pack on the app and on a stack, or twice on one of them, reports once', () => {
    const app = new App();
    const stack = new Chart(app, 'fraud');
    new ApiObject(stack, 'Server', unpinned);
    const pack = PolicyPack.supplyChain();
    PolicyPack.of('empty', []).applyTo(stack);
    [stack, app, app, stack].forEach((scope) => pack.applyTo(scope));

    expect(Findings.of(app).list()).toHaveLength(1);
    expect(Findings.of(stack).list()).toHaveLength(1);
  });
});

describe('a rule of your own', () => {
  const severity = FindingSeverity.WARNING;

  test('joins rules of other packs', () => {
    const pack = PolicyPack.of('house-rules', [...PolicyPack.supplyChain().rules, { ruleId: 'house-rules/none', severity, check: () => [] }]);

    expect(pack.packName).toBe('house-rules');
    expect(ruleIds(pack)).toEqual(['supply-chain/unpinned-image', 'supply-chain/install-at-start', 'supply-chain/alias-in-pod', 'house-rules/none']);
  });

  test('sees the neighbours of what it judges', () => {
    const chart = Testing.chart();
    new ApiObject(chart, 'A', { apiVersion: 'v1', kind: 'ConfigMap' });
    new ApiObject(chart, 'B', { apiVersion: 'v1', kind: 'ConfigMap' });
    const count: IPolicyRule = {
      ruleId: 'house-rules/count',
      severity,
      check: (_manifest: any, neighbours: ManifestSet) => [{ message: `${neighbours.all.length} objects`, remedy: 'fine' }],
    };

    PolicyPack.of('house-rules', [count]).applyTo(chart);

    expect(Findings.of(chart).list().map((finding) => finding.message)).toEqual(['2 objects', '2 objects']);
  });

  test('that crashes stops neither the synthesis nor the other rules', () => {
    const chart = Testing.chart();
    new ApiObject(chart, 'Server', deployment());
    const broken: IPolicyRule = { ruleId: 'house-rules/broken', severity: FindingSeverity.ERROR, check: (manifest: any) => manifest.spec.no.such };
    const other: IPolicyRule = { ruleId: 'house-rules/other', severity, check: () => [{ message: 'seen', remedy: 'fine' }] };

    PolicyPack.of('house-rules', [broken, other]).applyTo(chart);

    expect(Findings.of(chart).list().map((finding) => finding.ruleId)).toEqual(['policy/crashed-rule', 'house-rules/other']);
    expect(() => Testing.synth(chart)).not.toThrow();
  });
});

test('a pack whose rules leave every manifest alone leaves it alone itself', () => {
  const chart = Testing.chart();
  new ApiObject(chart, 'Server', unpinned);
  const before = Testing.synth(chart);
  Findings.of(chart).acknowledge(rule, 'a demo');

  PolicyPack.supplyChain().applyTo(chart);

  expect(Testing.synth(chart)).toEqual(before);
});

test('a thousand stacks in one namespace are judged in time that grows with their number', () => {
  const timeOf = (count: number) => {
    const app = new App();
    for (let i = 0; i < count; i++) {
      const chart = new Chart(app, `stack-${i}`);
      const labels = { app: `app-${i}`, part: 'server' };
      new ApiObject(chart, 'Server', deployment({}, { template: { metadata: { labels }, spec: { containers: [container()] } } }));
      new ApiObject(chart, 'Budget', {
        apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: `b-${i}` }, spec: { selector: { matchLabels: labels }, maxUnavailable: 1 },
      });
    }
    [PolicyPack.supplyChain(), PolicyPack.hardening(), PolicyPack.operations(), PolicyPack.adoptionOrder()].forEach((pack) => pack.applyTo(app));
    const start = process.cpuUsage();
    renderingOnce(() => app.node.children.forEach((stack) => Findings.of(stack).list()));
    return process.cpuUsage(start).user;
  };
  timeOf(100);

  const small = Math.min(timeOf(250), timeOf(250), timeOf(250));
  const large = timeOf(2000);

  expect(large / small).toBeLessThan(24);
}, 60_000);
