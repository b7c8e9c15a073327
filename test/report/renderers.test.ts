import { FindingSeverity, ReportedRollout, StackReportData } from '../../src';
import { code, list, section, table, text } from '../../src/report/markdown';
import { toFlowchart } from '../../src/report/mermaid';
import { resourcesOf } from '../../src/report/resource-sums';
import { findingsSection } from '../../src/report/sections/findings';
import { lineageSection } from '../../src/report/sections/lineage';
import { resourcesSection } from '../../src/report/sections/resources';
import { rollbackSection } from '../../src/report/sections/rollback';
import { rolloutSection } from '../../src/report/sections/rollout';
import { summaryOf } from '../../src/report/summary';
import { toMarkdown } from '../../src/report/to-markdown';
import { count, formatBytes, formatCpu, formatSeconds } from '../../src/report/units';
import { container, cronJob, deployment, inEveryKind, podSpec } from '../policy/support';

const nothing = { cpuRequest: 0, memoryRequest: 0, cpuLimit: 0, memoryLimit: 0, gpus: 0 };
const empty: StackReportData = {
  schemaVersion: 1,
  stack: '',
  summary: 'Nothing.',
  objects: {},
  objectNames: {},
  findings: [],
  traffic: [],
  rollbacks: [],
  rollouts: [],
  resources: { workloads: [], atLeast: nothing, atMost: nothing, duringRoll: nothing },
  lineage: [],
  leftOut: [],
  notes: [],
  nextSteps: [],
};

describe('Markdown', () => {
  test('text shows every character as it is', () => {
    expect(text('a|b <script> *x* _y_ `z` [l](u) #1 ~~s~~ \\ & c')).toBe('a\\|b &lt;script&gt; \\*x\\* \\_y\\_ \\`z\\` \\[l\\](u) \\#1 \\~\\~s\\~\\~ \\\\ &amp; c');
  });

  test('text stays in its line', () => {
    expect(text(' first\n\nsecond\r\n| x ')).toBe('first second \\| x');
  });

  test('code survives backticks, pipes and nothing at all', () => {
    expect([code('a'), code('a|b'), code('a `b` ``c``'), code('')]).toEqual(['`a`', '`a\\|b`', '``` a `b` ``c`` ```', '']);
  });

  test('a section without lines, and a table without rows, are not there', () => {
    expect(section('Title', [])).toBeUndefined();
    expect(section('Title', ['line'])).toBe('## Title\n\nline');
    expect(table(['A', 'B'], [])).toEqual([]);
    expect(table(['A', 'B'], [['1', '2']])).toEqual(['| A | B |', '| --- | --- |', '| 1 | 2 |']);
    expect(list(['a*'])).toEqual(['- a\\*']);
  });
});

describe('Mermaid', () => {
  test('nodes are sorted and named once; labels say port and purpose', () => {
    expect(toFlowchart([
      { from: 'b', to: 'a', port: 'TCP 80', why: 'calls' },
      { from: 'a', to: 'c', port: '', why: '' },
      { from: 'c', to: 'a', port: '', why: 'answers' },
    ], ['a', 'c', 'elsewhere'])).toEqual([
      'flowchart LR',
      '  n0["a"]',
      '  n1["b"]',
      '  n2["c"]',
      '  n1 -->|"TCP 80: calls"| n0',
      '  n0 -->|"#32;"| n2',
      '  n2 -->|"answers"| n0',
      '  classDef own stroke-width:3px',
      '  class n0,n2 own',
    ]);
  });

  test('what means something to Mermaid becomes an entity, letters of any language stay', () => {
    expect(toFlowchart([{ from: '"x" <b> #1; `m` {c} [d] | \\n %%\n', to: 'Übung 模型', port: '', why: 'x' }], []).slice(1, 3)).toEqual([
      '  n0["#34;x#34; #60;b#62; #35;1#59; #96;m#96; #123;c#125; #91;d#93; #124; #92;n #37;#37;"]',
      '  n1["Übung 模型"]',
    ]);
  });
});

describe('units', () => {
  test.each([[2, '2'], [0.5, '500m'], [2.6, '2.6'], [6.15, '6.15'], [0.0004, '0'], [0, '0']])('%p cores', (cores, expected) => {
    expect(formatCpu(cores)).toBe(expected);
  });

  test.each([[0, '0 B'], [512 * 2 ** 20, '512 MiB'], [4.375 * 2 ** 30, '4.38 GiB'], [2 ** 50, '1024 TiB']])('%p bytes', (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected);
  });

  test.each([[0, '0 s'], [45, '45 s'], [300, '5 min'], [310, '5 min 10 s'], [3910, '1 h 5 min 10 s'], [3600, '1 h']])('%p seconds', (seconds, expected) => {
    expect(formatSeconds(seconds)).toBe(expected);
  });

  test('one and many', () => {
    expect([count(1, 'object'), count(0, 'object'), count(2, 'object')]).toEqual(['1 object', '0 objects', '2 objects']);
  });
});

describe('resources', () => {
  const autoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'x' },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'fraud' }, minReplicas: 2, maxReplicas: 4 },
  };

  test('are summed at the least, at the most, and during a roll', () => {
    const { workloads, atLeast, atMost, duringRoll } = resourcesOf([deployment(), autoscaler, cronJob()]);

    expect(workloads.map(({ workload, minPods, maxPods, rollPods }) => [workload, minPods, maxPods, rollPods])).toEqual([
      ['Deployment fraud', 2, 4, 5], ['CronJob drift', 0, 1, 1],
    ]);
    expect([atLeast, atMost, duringRoll].map(({ cpuRequest, memoryRequest }) => [cpuRequest, memoryRequest / 2 ** 30]))
      .toEqual([[1, 2], [2.5, 5], [3, 6]]);
  });

  test('a limit is summed where every container has one', () => {
    const limits = { cpu: '1', memory: '1Gi' };
    const limited = deployment({ containers: [container({ resources: { limits } })] });

    expect(resourcesOf([limited]).atMost).toEqual({ cpuRequest: 2, memoryRequest: 2 ** 31, cpuLimit: 2, memoryLimit: 2 ** 31, gpus: 0 });
    expect(resourcesOf([limited, cronJob()]).atMost.cpuLimit).toBeUndefined();
  });

  test('a workload of no pods takes no limit away from the others', () => {
    expect(resourcesOf([deployment({}, { replicas: 0 })]).atMost).toEqual(nothing);
  });

  test('a bare pod is one, parallel tasks are several, and what the manifest does not number is not summed', () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: podSpec() };
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { parallelism: 3, template: { spec: podSpec() } } };
    const { workloads, atMost } = resourcesOf([pod, job, cronJob({}, { parallelism: 2 }), inEveryKind({}).DaemonSet]);

    expect(workloads.map(({ maxPods }) => maxPods)).toEqual([1, 3, 2, undefined]);
    expect(atMost.cpuRequest).toBe(3);
  });

  test('are shown with what is not part of the sums', () => {
    const resources = resourcesOf([deployment(), autoscaler, inEveryKind({ image: 'x' }).DaemonSet, cronJob()]);

    expect(resourcesSection({ ...empty, resources })).toBe([
      '## Requests and limits', '',
      '|  | Pods | CPU | Memory | GPUs |',
      '| --- | --- | --- | --- | --- |',
      '| Deployment fraud, each pod | 2 to 4, 5 in a roll | 500m (none) | 1 GiB (1 GiB) | 0 |',
      '| DaemonSet x, each pod | not in the manifest | 0 (none) | 0 B (none) | 0 |',
      '| CronJob drift, each pod | 0 to 1 | 500m (none) | 1 GiB (1 GiB) | 0 |',
      '| **All, at least** |  | 1 (none) | 2 GiB (2 GiB) | 0 |',
      '| **All, at most** |  | 2.5 (none) | 5 GiB (5 GiB) | 0 |',
      '| **While new versions roll out** |  | 3 (none) | 6 GiB (6 GiB) | 0 |', '',
      'Requests, with limits in brackets; "none" where a container has no limit.',
      'Workloads whose number of pods is not in the manifest are not part of the sums.',
    ].join('\n'));
  });

  test('of a model server say which part they are of', () => {
    expect(resourcesOf([inEveryKind({}).InferenceService]).workloads[0].workload).toBe('InferenceService x predictor');
  });
});

describe('rollback', () => {
  const rollback = (totalSeconds: number, objectiveSeconds?: number, path = 'a') =>
    ({ path, terms: [{ term: 'start', seconds: totalSeconds, why: 'slow' }], totalSeconds, objectiveSeconds, calls: [] });

  test.each([
    [rollback(60, 90), 'within the objective of 1 min 30 s, 30 s to spare'],
    [rollback(90, 60), '**above the objective of 1 min, 30 s too long**'],
    [rollback(90), 'no objective was given'],
  ])('the sum is judged', (one, verdict) => {
    expect(rollbackSection({ ...empty, rollbacks: [one] })).toContain(`| **Sum** | **${formatSeconds(one.totalSeconds)}** | ${verdict} |`);
  });

  test('the way back is told after the time that it takes', () => {
    const calls = [{ when: 'after it', command: 'kubectl rollout undo deployment/fraud', effect: 'pods come back' }];

    expect(rollbackSection({ ...empty, rollbacks: [{ ...rollback(60), calls }] })!.split('\n').slice(-4)).toEqual([
      '',
      '| When | To go back | What it does |',
      '| --- | --- | --- |',
      '| after it | `kubectl rollout undo deployment/fraud` | pods come back |',
    ]);
  });

  test('several are told apart by their path', () => {
    expect(rollbackSection({ ...empty, rollbacks: [rollback(1), rollback(2, 3, 'b')] })!.split('\n').filter((line) => line.startsWith('###'))).toEqual(['### `a`', '### `b`']);
  });
});

test('findings stand with their remedy, those that are accepted with their reason', () => {
  const finding = { ruleId: 'a/b', severity: FindingSeverity.ERROR, message: 'too *big*', remedy: 'make it smaller', path: 'x/y' };

  expect(findingsSection({ ...empty, findings: [finding, { ...finding, acknowledged: 'a | b' }] })).toBe([
    '## Findings', '',
    '| Severity | Where | What, and what to do |',
    '| --- | --- | --- |',
    '| error | `x/y` | `a/b`<br>Too \\*big\\*. *Make it smaller.* |', '',
    '### Acknowledged', '',
    '| Severity | Where | What | Why it is accepted |',
    '| --- | --- | --- | --- |',
    '| error | `x/y` | `a/b`<br>Too \\*big\\*. | a \\| b |',
  ].join('\n'));
});

test('lineage names everything that is known', () => {
  const entry = { model: 'm', version: '1', artifactSha256: 'ff', gitCommit: 'c', dataSnapshot: 'git u r', trainedBy: 't', gateResult: 'passed' };
  const both = lineageSection({ ...empty, lineage: [entry, { ...entry, model: 'n', imageDigest: 'sha256:aa', approvedBy: 'ann', previousVersion: '0' }] })!.split('\n');

  expect(both.filter((line) => /before|Image|Approved/.test(line))).toEqual([
    '| Version before | none, this is the first release |',
    '| Approved by | nobody had to |',
    '| Version before | 0 |',
    '| Image | `sha256:aa` |',
    '| Approved by | ann |',
  ]);
});

describe('summary', () => {
  const input = { stack: '', objects: { Service: 1 }, findings: [], rollbacks: [], rollouts: [], resources: empty.resources, lineage: [] };

  test('of an app', () => {
    expect(summaryOf(input)).toBe('The app makes 1 object of 1 kind. Nothing was found that has to be mended.');
  });

  test('counts open errors and warnings, and what was accepted', () => {
    const finding = (severity: FindingSeverity, acknowledged?: string) => ({ ruleId: 'a/b', severity, message: '', remedy: '', path: '', acknowledged });

    expect(summaryOf({ ...input, findings: [finding(FindingSeverity.ERROR), finding(FindingSeverity.WARNING), finding(FindingSeverity.WARNING), finding(FindingSeverity.INFO), finding(FindingSeverity.ERROR, 'x')] }))
      .toBe('The app makes 1 object of 1 kind. Found: 1 open error, 2 open warnings, 1 acknowledged.');
  });

  test('names GPUs and a rollback without an objective', () => {
    const amount = { ...nothing, cpuRequest: 1, memoryRequest: 2 ** 30, gpus: 2 };
    const workload = { workload: 'x', eachPod: amount };

    expect(summaryOf({
      ...input,
      rollbacks: [{ path: '', terms: [], totalSeconds: 60, calls: [] }],
      resources: { workloads: [workload], atLeast: amount, atMost: amount, duringRoll: { ...amount, gpus: 1 } },
    })).toBe('The app makes 1 object of 1 kind. A rollback takes 1 min at worst. Its pods request 1 CPU, 1 GiB, 2 GPUs, and 1 CPU, 1 GiB, 1 GPU while a new version rolls out. ' +
      'Nothing was found that has to be mended.');
  });
});

describe('a rollout', () => {
  const stage = (weight: number, startSeconds: number, guardrails: string[]) =>
    ({ weight, startSeconds, seconds: 1800, firstMeasurementSeconds: 330, guardrails });
  const rollout: ReportedRollout = {
    path: 'fraud/Serving/Rollout',
    router: 'Istio',
    stages: [stage(25, 0, ['error-ratio', 'latency-compared', 'kpi']), { ...stage(100, 1800, ['error-ratio', 'kpi']), firstMeasurementSeconds: 0 }],
    totalSeconds: 3600,
    conditions: { 'error-ratio': 'error ratio < 0.01', 'latency-compared': 'latency <= 1.2', 'kpi': 'approved > 1', 'latency': 'p99 latency < 0.5' },
    background: ['latency'],
    dryRun: ['kpi'],
  };

  test('is drawn as weight over time, with the time in which each guardrail is measured', () => {
    expect(rolloutSection({ ...empty, rollouts: [rollout] })!.split('\n')).toEqual([
      '## How a new version takes over',
      '',
      'Requests are shared out by Istio. A breach at any stage sends all of them back to the version before.',
      '',
      '```mermaid',
      '---',
      'displayMode: compact',
      'config:',
      '  gantt:',
      '    leftPadding: 152',
      '---',
      'gantt',
      '  dateFormat YYYY-MM-DD HH:mm:ss',
      '  axisFormat %H:%M',
      '  section requests',
      '  25 % :2000-01-01 00:00:00, 1800s',
      '  100 % :2000-01-01 00:30:00, 1800s',
      '  section error-ratio',
      '  judged :active, 2000-01-01 00:05:30, 1470s',
      '  judged :active, 2000-01-01 00:30:00, 1800s',
      '  section latency-compared',
      '  judged :active, 2000-01-01 00:05:30, 1470s',
      '  section kpi',
      '  measured :done, 2000-01-01 00:05:30, 1470s',
      '  measured :done, 2000-01-01 00:30:00, 1800s',
      '  section latency',
      '  judged :active, 2000-01-01 00:05:30, 3270s',
      '```',
      '',
      '| From | Requests | First measurement | Judged by |',
      '| --- | --- | --- | --- |',
      '| 0 s | 25 % | after 5 min 30 s | `error-ratio`, `latency-compared` |',
      '| 30 min | 100 % | at once | `error-ratio` |',
      '',
      '| Guardrail | What must hold |',
      '| --- | --- |',
      '| `error-ratio` | error ratio &lt; 0.01 |',
      '| `latency-compared` | latency &lt;= 1.2 |',
      '| `kpi`, only measured | approved &gt; 1 |',
      '| `latency`, without a break | p99 latency &lt; 0.5 |',
    ]);
  });

  test('of more than a day counts days', () => {
    const slow = { ...rollout, totalSeconds: 90_000, stages: [{ ...stage(100, 86_400, ['error-ratio']), seconds: 3600 }] };
    const lines = rolloutSection({ ...empty, rollouts: [slow] })!.split('\n');

    expect(lines).toContain('  axisFormat day %-d %H:%M');
    expect(lines).toContain('  100 % :2000-01-02 00:00:00, 3600s');
  });

  test('is named where there are several', () => {
    expect(rolloutSection({ ...empty, rollouts: [rollout, { ...rollout, path: 'other' }] })).toContain('\n### `other`\n');
  });

  test('is counted in the summary', () => {
    expect(summaryOf({ stack: '', objects: {}, findings: [], rollbacks: [], rollouts: [rollout], resources: empty.resources, lineage: [] }))
      .toBe('The app makes 0 objects of 0 kinds. A new version takes over in 2 stages within 1 h. Nothing was found that has to be mended.');
  });
});

test('an app reports under its own name', () => {
  expect(toMarkdown(empty)).toBe('# App\n\nNothing.\n\n## Findings\n\nNo open findings.\n');
});
