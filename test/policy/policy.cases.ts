import { ApiObject, Testing } from 'cdk8s';
import { budget, container, cronJob, deployment, inEveryKind, networkPolicy, rollout, service } from './support';
import { Finding, Findings, FindingSeverity, IPolicyRule, PolicyPack } from '../../src';
import { ErrorCase } from '../support/error-case';

/** What a pack finds in an object, and only in that one. */
function judged(pack: PolicyPack, ...manifests: any[]): Finding[] {
  const chart = Testing.chart();
  manifests.forEach((manifest, i) => new ApiObject(chart, `Object${i}`, manifest));
  pack.applyTo(chart);
  return Findings.of(chart).list().filter((finding) => finding.path === 'test/Object0');
}

const customRule = (ruleId: string, check: () => never): IPolicyRule => ({ ruleId, severity: FindingSeverity.ERROR, check });
const supplyChain = PolicyPack.supplyChain();
const hardening = PolicyPack.hardening();
const operations = PolicyPack.operations();
const adoptionOrder = PolicyPack.adoptionOrder();
const noMemory = { resources: { requests: { cpu: '1' } } };

export const cases: ErrorCase[] = [
  {
    id: 'supply-chain/unpinned-image',
    when: 'an image by tag',
    provoke: () => judged(supplyChain, deployment({ containers: [container({ image: 'registry.example.com/fraud/server:1.4' })] })),
    message: "[test/Object0] container 'server' names 'registry.example.com/fraud/server:1.4' without a digest, so what runs can change without a commit; use ImageRef.fromDigest() (supply-chain/unpinned-image)",
  },
  {
    id: 'supply-chain/install-at-start',
    when: 'a container that installs packages',
    provoke: () => judged(supplyChain, deployment({ containers: [container({ command: ['sh', '-c', 'pip install -r requirements.txt && python serve.py'] })] })),
    message: "[test/Object0] container 'server' runs 'pip install' when it starts, so what runs is not what was scanned, and a start needs the network; install it when the image is built (supply-chain/install-at-start)",
  },
  {
    id: 'supply-chain/alias-in-pod',
    when: 'a server that loads an alias',
    provoke: () => judged(supplyChain, deployment({ containers: [container({ args: ['--model-uri=models:/fraud@champion'] })] })),
    message: "[test/Object0] container 'server' loads 'models:/fraud@champion', which is another version once the alias or stage moves; name the version of the release record, as ModelSource does (supply-chain/alias-in-pod)",
  },
  {
    id: 'hardening/restricted-pod-security',
    when: 'a container that a restricted namespace refuses',
    provoke: () => judged(hardening, deployment({ containers: [container({ securityContext: { runAsNonRoot: true, capabilities: { drop: ['ALL'] } } })] })),
    message: "[test/Object0] container 'server' would be refused by a restricted namespace: allowPrivilegeEscalation must be false, seccompProfile.type must be RuntimeDefault; set these fields of its securityContext (hardening/restricted-pod-security)",
  },
  {
    id: 'hardening/host-access',
    when: 'a path of the node',
    provoke: () => judged(hardening, deployment({ volumes: [{ name: 'docker', hostPath: { path: '/var/run/docker.sock' } }] })),
    message: "[test/Object0] the pod uses path '/var/run/docker.sock' of its node, so whoever takes the pod has a hold on the node; leave it out, or acknowledge why this pod has to manage nodes (hardening/host-access)",
  },
  {
    id: 'hardening/mounted-token',
    when: 'a token that nothing needs',
    provoke: () => judged(hardening, deployment({ automountServiceAccountToken: true, serviceAccountName: 'fraud' })),
    message: "[test/Object0] the pod carries a token of service account 'fraud', which is given no right here; set automountServiceAccountToken to false (hardening/mounted-token)",
  },
  {
    id: 'hardening/no-network-policy',
    when: 'pods that no NetworkPolicy selects',
    provoke: () => judged(hardening, deployment()),
    message: '[test/Object0] the pods have no NetworkPolicy for Ingress and Egress, so everything is allowed; add a NetworkPolicy that selects them, or acknowledge where a default one comes from (hardening/no-network-policy)',
  },
  {
    id: 'hardening/secret-in-clear',
    when: 'a password in the environment',
    provoke: () => judged(hardening, deployment({ containers: [container({ env: [{ name: 'DB_PASSWORD', value: 'hunter2' }] })] })),
    message: "[test/Object0] container 'server', variable 'DB_PASSWORD' holds what looks like a secret value, and manifests are kept in Git; refer to it with SecretRef (hardening/secret-in-clear)",
  },
  {
    id: 'hardening/rbac-wildcard',
    when: 'a wildcard in a ClusterRole',
    provoke: () => judged(hardening, {
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'x' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['*'] }],
    }),
    message: "[test/Object0] rule 1 gives '*' of verbs in the whole cluster; list what is needed, in a Role of the namespace where possible (hardening/rbac-wildcard)",
  },
  {
    id: 'operations/no-owner',
    when: 'a workload without an owner',
    provoke: () => judged(operations, deployment({}, {}, { labels: {} })),
    message: "[test/Object0] Deployment 'fraud' does not say who owns it; give its construct an owner, or label it with the team (operations/no-owner)",
  },
  {
    id: 'operations/no-resources',
    when: 'a container without memory',
    provoke: () => judged(operations, deployment({ containers: [container(noMemory)] })),
    message: "[test/Object0] container 'server' has no memory request, no memory limit; set them from a load test (operations/no-resources)",
  },
  {
    id: 'operations/memory-overcommit',
    when: 'a memory limit above the request',
    provoke: () => judged(operations, deployment({ containers: [container({ resources: { requests: { cpu: '1', memory: '4Gi' }, limits: { memory: '6Gi' } } })] })),
    message: "[test/Object0] container 'server' requests 4Gi of memory and may take 6Gi, so a full node kills it, or its neighbours; make request and limit equal (operations/memory-overcommit)",
  },
  {
    id: 'operations/one-replica',
    when: 'a server of one pod',
    provoke: () => judged(operations, deployment({}, { replicas: 1 })),
    message: "[test/Object0] Deployment 'fraud' has one pod, so a drained node is an outage; use at least two replicas (operations/one-replica)",
  },
  {
    id: 'operations/no-disruption-budget',
    when: 'a server without a budget',
    provoke: () => judged(operations, deployment()),
    message: "[test/Object0] no PodDisruptionBudget selects the pods of Deployment 'fraud', so two drains can take all of them; add one with maxUnavailable 1 (operations/no-disruption-budget)",
  },
  {
    id: 'operations/budget-blocks-drains',
    when: 'a budget that keeps every pod',
    provoke: () => judged(operations, deployment(), budget({ minAvailable: 2 })),
    message: "[test/Object0] budget 'fraud' keeps 2 of 2 pods, so no node with one can be drained; use maxUnavailable 1 and unhealthyPodEvictionPolicy AlwaysAllow (operations/budget-blocks-drains)",
  },
  {
    id: 'operations/no-probes',
    when: 'a server without a readiness probe',
    provoke: () => judged(operations, deployment({ containers: [container({ readinessProbe: undefined })] })),
    message: "[test/Object0] no container of Deployment 'fraud' has a readiness probe, so requests reach a model that is not loaded; ask the model, not the process, whether it is ready (operations/no-probes)",
  },
  {
    id: 'operations/unbounded-cron-job',
    when: 'a CronJob that piles up',
    provoke: () => judged(operations, cronJob({ concurrencyPolicy: 'Allow', startingDeadlineSeconds: undefined }, { activeDeadlineSeconds: undefined })),
    message: "[test/Object0] CronJob 'drift' has no concurrencyPolicy Forbid, no startingDeadlineSeconds, no activeDeadlineSeconds; bound it, so that a run that hangs or is late does not meet the next one (operations/unbounded-cron-job)",
  },
  {
    id: 'operations/no-spread',
    when: 'replicas that may all stand in one zone',
    provoke: () => judged(operations, deployment({ topologySpreadConstraints: [] })),
    message: "[test/Object0] the pods are spread by the cluster's defaults only, which may put all replicas into one zone; add topologySpreadConstraints over zones and nodes (operations/no-spread)",
  },
  {
    id: 'adoption/unmonitored-traffic',
    when: 'traffic from outside that nothing monitors',
    provoke: () => judged(adoptionOrder, service({ type: 'LoadBalancer' }), deployment()),
    message: "[test/Object0] Service 'fraud' opens itself to the outside, and nothing monitors what answers; add a PodMonitor or ServiceMonitor for it, or acknowledge what watches it (adoption/unmonitored-traffic)",
  },
  {
    id: 'adoption/canary-without-guardrail',
    when: 'a canary that nothing judges',
    provoke: () => judged(adoptionOrder, rollout({ steps: [{ setWeight: 10 }, { pause: {} }] })),
    message: "[test/Object0] the canary of Rollout 'fraud' is judged by no analysis, so it cannot go back by itself; give it a guardrail (adoption/canary-without-guardrail)",
  },
  {
    id: 'adoption/customer-facing-without-canary',
    when: 'a customer-facing model that has no canary',
    provoke: () => judged(adoptionOrder, deployment({}, {}, { annotations: { 'cdk8s-mlops.io/customer-facing': 'true' } })),
    message: "[test/Object0] Deployment 'fraud' is customer-facing, and a new version meets all customers at once; use RolloutStrategy.canary() or a traffic split of the serving platform, or acknowledge why a bad model costs little here (adoption/customer-facing-without-canary)",
  },
  {
    id: 'policy/crashed-rule',
    when: 'a rule that crashes',
    provoke: () => judged(PolicyPack.of('mine', [customRule('mine/broken', () => {throw new Error('no idea');})]), inEveryKind({}).Pod),
    message: "[test/Object0] rule 'mine/broken' could not judge this object: no idea; mend the rule; until then look for yourself (policy/crashed-rule)",
  },
  {
    id: 'policy/malformed-rule-id',
    when: 'a rule id without a pack',
    provoke: () => PolicyPack.of('mine', [customRule('noLatest', () => {throw new Error();})]),
    message: "'ruleId' must look like 'house-rules/no-latest', got 'noLatest' (policy/malformed-rule-id)",
  },
  {
    id: 'policy/duplicate-rule',
    when: 'two rules of one id',
    provoke: () => PolicyPack.of('mine', [...supplyChain.rules, ...supplyChain.rules]),
    message: "'rules' of 'mine' must have different ids, got 'supply-chain/unpinned-image' twice; an acknowledgement could not tell them apart (policy/duplicate-rule)",
  },
  {
    id: 'findings/failed-source',
    when: 'a source that fails',
    provoke: () => {
      const chart = Testing.chart();
      Findings.of(chart).addSource({ findings: () => {throw new Error('no such metric');} });
      return Findings.of(chart).list();
    },
    message: '[test] what looks at this construct failed: no such metric; mend what the message names, so that its findings can be seen (findings/failed-source)',
  },
  {
    id: 'findings/unused-acknowledgement',
    when: 'an acknowledgement that covers nothing',
    provoke: () => {
      const chart = Testing.chart();
      new ApiObject(chart, 'Policy', networkPolicy());
      Findings.of(chart).acknowledge('supply-chain/unpinned-image', 'built on the node');
      supplyChain.applyTo(chart);
      return Findings.of(chart).list();
    },
    message: "[test] 'supply-chain/unpinned-image' is acknowledged here but finds nothing; remove the acknowledgement, so that a later finding is seen (findings/unused-acknowledgement)",
  },
];
