import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { ApiObject, App, Chart, Duration, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { DataSnapshot, Findings, FindingSeverity, MlopsApp, StackReport } from '../../src';
import { factsOf } from '../../src/private/facts';
import { container, deployment, service } from '../policy/support';

const digest = 'a'.repeat(64);
const fraudPods = { namespace: 'ml', podLabels: { app: 'fraud' } };
const dnsPods = { namespace: 'kube-system', podLabels: { 'k8s-app': 'kube-dns' } };

/** A stack in which every section of the report has something to say. */
function fraud(app: App): Chart {
  const stack = new Chart(app, 'fraud');
  const serving = new Construct(stack, 'Serving');
  new ApiObject(serving, 'Deployment', deployment({ containers: [container({ resources: { requests: { cpu: '2', memory: '4Gi' }, limits: { memory: '4Gi' } } })] }));
  new ApiObject(serving, 'Service', service());
  const facts = factsOf(serving);
  facts.traffic.push(
    { from: 'fraud-detection', to: 'DNS', port: 'UDP 53, TCP 53', why: 'names', direction: 'egress', caller: fraudPods, answerer: dnsPods },
    {
      from: 'clients in "ml" <any>', to: 'fraud-detection', port: 'TCP 8080', why: 'requests', direction: 'ingress', caller: { cidrs: ['10.0.0.0/8'] }, answerer: fraudPods,
    },
  );
  facts.rollback.push(
    { term: 'start', duration: Duration.seconds(270), why: '2 pods, 1 at a time: 2 waves' },
    { term: 'last requests', duration: Duration.seconds(40), why: 'grace period' },
  );
  facts.rollbackObjective.push(Duration.minutes(10));
  facts.rollbackCalls.push({ when: 'after it', command: 'kubectl rollout undo deployment/fraud', effect: 'pods come back' });
  facts.lineage.push({
    model: 'fraud-detection',
    version: '7',
    artifactSha256: digest,
    gitCommit: 'c0ffee',
    dataSnapshot: DataSnapshot.dvc('https://git.example.com/fraud/data.git', 'd00d'),
    trainedBy: 'ci/train | 42',
    gateResult: 'passed',
    previousVersion: '6',
  });
  facts.leftOut.push({ piece: 'Feature store', addWhen: 'more than two models share features' });
  facts.notes.push('fraud-detection may reach any address on port 443');
  Findings.of(serving).add({ ruleId: 'operations/one-replica', severity: FindingSeverity.WARNING, message: "Deployment 'fraud' has one pod", remedy: 'use two' });
  Findings.of(stack).add({ ruleId: 'supply-chain/unpinned-image', severity: FindingSeverity.ERROR, message: "'a|b' has no digest", remedy: 'pin it' });
  Findings.of(stack).acknowledge('supply-chain/unpinned-image', 'a demo');
  return stack;
}

function reportOf(props = {}): StackReport {
  return new StackReport(fraud(Testing.app()), 'Report', props);
}

describe('report.json', () => {
  test('holds every number of the stack', () => {
    const data = reportOf().collect();

    expect(JSON.parse(JSON.stringify(data))).toEqual({
      schemaVersion: 1,
      stack: 'fraud',
      summary: 'fraud makes 2 objects of 2 kinds. It serves fraud-detection version 7. A rollback takes 5 min 10 s at worst, of 10 min allowed. ' +
        'Its pods request 4 CPU, 8 GiB, and 6 CPU, 12 GiB while a new version rolls out. Found: 1 open warning, 1 acknowledged.',
      objects: { Deployment: 1, Service: 1 },
      objectNames: { Deployment: ['fraud'], Service: ['fraud'] },
      findings: [
        {
          ruleId: 'supply-chain/unpinned-image', severity: 'error', message: "'a|b' has no digest", remedy: 'pin it', path: 'fraud', acknowledged: 'a demo',
        },
        { ruleId: 'operations/one-replica', severity: 'warning', message: "Deployment 'fraud' has one pod", remedy: 'use two', path: 'fraud/Serving' },
      ],
      traffic: [
        {
          from: 'clients in "ml" <any>', to: 'fraud-detection', port: 'TCP 8080', why: 'requests', direction: 'ingress', caller: { cidrs: ['10.0.0.0/8'] }, answerer: fraudPods,
        },
        { from: 'fraud-detection', to: 'DNS', port: 'UDP 53, TCP 53', why: 'names', direction: 'egress', caller: fraudPods, answerer: dnsPods },
      ],
      rollouts: [],
      rollbacks: [{
        path: 'fraud/Serving',
        terms: [
          { term: 'start', seconds: 270, why: '2 pods, 1 at a time: 2 waves' },
          { term: 'last requests', seconds: 40, why: 'grace period' },
        ],
        totalSeconds: 310,
        objectiveSeconds: 600,
        calls: [{ when: 'after it', command: 'kubectl rollout undo deployment/fraud', effect: 'pods come back' }],
      }],
      resources: {
        workloads: [{
          workload: 'Deployment fraud',
          minPods: 2,
          maxPods: 2,
          rollPods: 3,
          eachPod: { cpuRequest: 2, memoryRequest: 4 * 2 ** 30, memoryLimit: 4 * 2 ** 30, gpus: 0 },
        }],
        atLeast: { cpuRequest: 4, memoryRequest: 8 * 2 ** 30, memoryLimit: 8 * 2 ** 30, gpus: 0 },
        atMost: { cpuRequest: 4, memoryRequest: 8 * 2 ** 30, memoryLimit: 8 * 2 ** 30, gpus: 0 },
        duringRoll: { cpuRequest: 6, memoryRequest: 12 * 2 ** 30, memoryLimit: 12 * 2 ** 30, gpus: 0 },
      },
      lineage: [{
        model: 'fraud-detection',
        version: '7',
        artifactSha256: digest,
        gitCommit: 'c0ffee',
        dataSnapshot: 'dvc https://git.example.com/fraud/data.git d00d',
        trainedBy: 'ci/train | 42',
        gateResult: 'passed',
        previousVersion: '6',
      }],
      leftOut: [{ piece: 'Feature store', addWhen: 'more than two models share features' }],
      notes: ['fraud-detection may reach any address on port 443'],
      nextSteps: [
        'Mend the open findings (1), or acknowledge them with a reason.',
        'Compare the connections with what you expect; the network policies allow no others.',
        'Practise a rollback in staging before it is needed in production.',
      ],
    });
  });

  test('is sorted where order has no meaning: findings by severity, then open ones first, then by place and rule', () => {
    const stack = new Chart(Testing.app(), 'fraud');
    const [a, b] = ['A', 'B'].map((id) => new Construct(stack, id));
    const add = (construct: Construct, severity: FindingSeverity, ruleId: string, message = 'm') =>
      Findings.of(construct).add({ ruleId, severity, message, remedy: 'r' });
    add(b, FindingSeverity.INFO, 'x/info');
    add(b, FindingSeverity.WARNING, 'x/two');
    add(b, FindingSeverity.WARNING, 'x/one', 'second');
    add(b, FindingSeverity.WARNING, 'x/one', 'first');
    add(a, FindingSeverity.WARNING, 'x/accepted');
    Findings.of(a).acknowledge('x/accepted', 'why not');
    add(a, FindingSeverity.WARNING, 'x/two');
    add(b, FindingSeverity.ERROR, 'x/error');

    const { findings } = new StackReport(stack, 'Report').collect();

    expect(findings.map(({ path, ruleId, message }) => `${path} ${ruleId} ${message}`)).toEqual([
      'fraud/B x/error m', 'fraud/A x/two m', 'fraud/B x/one first', 'fraud/B x/one second', 'fraud/B x/two m', 'fraud/A x/accepted m', 'fraud/B x/info m',
    ]);
  });

  test('says each connection, gap and note once, connections sorted', () => {
    const stack = new Chart(Testing.app(), 'fraud');
    const facts = factsOf(stack);
    const link = (from: string, to: string, port: string, why: string) =>
      ({ from, to, port, why, direction: 'ingress' as const, caller: dnsPods, answerer: fraudPods });
    facts.traffic.push(link('b', 'a', '1', 'x'), link('a', 'c', '1', 'x'), link('a', 'b', '2', 'x'), link('a', 'b', '1', 'y'), link('a', 'b', '1', 'x'), link('b', 'a', '1', 'x'));
    facts.notes.push('n', 'n');
    facts.leftOut.push({ piece: 'p', addWhen: 'w' }, { piece: 'p', addWhen: 'w' });

    const data = new StackReport(stack, 'Report').collect();

    expect(data.traffic.map(({ from, to, port, why }) => [from, to, port, why].join(' '))).toEqual(['a b 1 x', 'a b 1 y', 'a b 2 x', 'a c 1 x', 'b a 1 x']);
    expect([data.notes, data.leftOut]).toEqual([['n'], [{ piece: 'p', addWhen: 'w' }]]);
  });

  test('opens with the description and ends with the steps of its stack', () => {
    const data = reportOf({ description: 'Scores card payments.', nextSteps: ['Add a golden set.'] }).collect();

    expect(data.summary).toMatch(/^Scores card payments\. fraud makes 2 objects/);
    expect(data.nextSteps).toHaveLength(4);
    expect(data.nextSteps[3]).toBe('Add a golden set.');
  });
});

test('report.md reads top down: summary, graph, findings, rollback, resources, lineage, objects, the rest', () => {
  expect(reportOf().toMarkdown()).toMatchInlineSnapshot(`
"# fraud

fraud makes 2 objects of 2 kinds. It serves fraud-detection version 7. A rollback takes 5 min 10 s at worst, of 10 min allowed. Its pods request 4 CPU, 8 GiB, and 6 CPU, 12 GiB while a new version rolls out. Found: 1 open warning, 1 acknowledged.

## What talks to what

\`\`\`mermaid
flowchart LR
  n0["DNS"]
  n1["clients in #34;ml#34; #60;any#62;"]
  n2["fraud-detection"]
  n1 -->|"TCP 8080: requests"| n2
  n2 -->|"UDP 53, TCP 53: names"| n0
  classDef own stroke-width:3px
  class n2 own
\`\`\`

## Findings

| Severity | Where | What, and what to do |
| --- | --- | --- |
| warning | \`fraud/Serving\` | \`operations/one-replica\`<br>Deployment 'fraud' has one pod. *Use two.* |

### Acknowledged

| Severity | Where | What | Why it is accepted |
| --- | --- | --- | --- |
| error | \`fraud\` | \`supply-chain/unpinned-image\`<br>'a\\|b' has no digest. | a demo |

## Worst-case rollback

| Term | Time | Where the number comes from |
| --- | --- | --- |
| start | 4 min 30 s | 2 pods, 1 at a time: 2 waves |
| last requests | 40 s | grace period |
| **Sum** | **5 min 10 s** | within the objective of 10 min, 4 min 50 s to spare |

| When | To go back | What it does |
| --- | --- | --- |
| after it | \`kubectl rollout undo deployment/fraud\` | pods come back |

## Requests and limits

|  | Pods | CPU | Memory | GPUs |
| --- | --- | --- | --- | --- |
| Deployment fraud, each pod | 2, 3 in a roll | 2 (none) | 4 GiB (4 GiB) | 0 |
| **All** |  | 4 (none) | 8 GiB (8 GiB) | 0 |
| **While new versions roll out** |  | 6 (none) | 12 GiB (12 GiB) | 0 |

Requests, with limits in brackets; "none" where a container has no limit.

## Model lineage

| Model | fraud-detection |
| --- | --- |
| Version | 7 |
| Version before | 6 |
| Artifact | \`sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\` |
| Training code | \`c0ffee\` |
| Training data | \`dvc https://git.example.com/fraud/data.git d00d\` |
| Trained by | ci/train \\| 42 |
| Gate | passed |
| Approved by | nobody had to |

## Objects

| Kind | Number | Names |
| --- | --- | --- |
| Deployment | 1 | \`fraud\` |
| Service | 1 | \`fraud\` |

## What was left out

| Piece | Add it when |
| --- | --- |
| Feature store | more than two models share features |

## Notes

- fraud-detection may reach any address on port 443

## Next steps

- Mend the open findings (1), or acknowledge them with a reason.
- Compare the connections with what you expect; the network policies allow no others.
- Practise a rollback in staging before it is needed in production.
"
`);
});

test('a stack that tells nothing has a short report', () => {
  const stack = new Chart(Testing.app(), 'empty');

  expect(new StackReport(stack, 'Report').toMarkdown()).toBe([
    '# empty', '',
    'empty makes 0 objects of 0 kinds. Nothing was found that has to be mended.', '',
    '## Findings', '', 'No open findings.', '',
  ].join('\n'));
});

test('a report can be about something else than where it is declared', () => {
  const app = Testing.app();
  const stack = fraud(app);

  const report = new StackReport(new Chart(app, 'reports'), 'Fraud', { subject: stack });

  expect(report.collect().stack).toBe('fraud');
});

describe('in a MlopsApp', () => {
  let folder: string;
  beforeEach(() => {folder = mkdtempSync(join(tmpdir(), 'report-'));});
  afterEach(() => rmSync(folder, { recursive: true }));

  function synth(name: string): { [file: string]: string } {
    const app = new MlopsApp({ outdir: join(folder, name, 'dist') });
    new StackReport(fraud(app), 'Report');
    app.synth();
    const read = (file: string) => readFileSync(join(folder, name, 'mlops.out', file), 'utf8');
    return { markdown: read('fraud/report.md'), json: read('fraud/report.json') };
  }

  test('both files stand in the folder of the stack, and hold what the construct says', () => {
    const report = reportOf();

    const files = synth('once');

    expect(files.markdown).toBe(report.toMarkdown());
    expect(JSON.parse(files.json)).toEqual(JSON.parse(JSON.stringify(report.collect())));
  });

  test('two syntheses in different folders give the same bytes, and no path of the machine', () => {
    const [first, second] = [synth('first'), synth('second')];

    expect(first).toEqual(second);
    expect(JSON.stringify(first)).not.toContain(folder);
  });

  test('ids that no file system likes become folders below the output', () => {
    const app = new MlopsApp({ outdir: join(folder, 'dist') });
    new StackReport(new Chart(app, '..team a'), 'Report');

    app.synth();

    expect(readFileSync(join(folder, 'mlops.out', 'team-a', 'report.md'), 'utf8')).toMatch(/^# ..team a/);
  });
});
