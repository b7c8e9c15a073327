import { App, Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { Finding, Findings, FindingSeverity } from '../../src';
import { renderingOnce } from '../../src/private/manifests';

const tooSlow = { ruleId: 'rollback/too-slow', severity: FindingSeverity.ERROR, message: 'a rollback takes 12 minutes', remedy: 'shorten the warm-up' };
const noted = { ...tooSlow, ruleId: 'rollback/noted', severity: FindingSeverity.WARNING };

/** `fraud/Serving/Probes` in an app. */
function tree() {
  const app = new App();
  const stack = new Chart(app, 'fraud');
  const serving = new Construct(stack, 'Serving');
  return { app, stack, serving, probes: new Construct(serving, 'Probes') };
}

function paths(findings: Finding[]): string[] {
  return findings.map((finding) => finding.path);
}

describe('list', () => {
  test('a finding carries the path of its construct', () => {
    const { serving } = tree();

    Findings.of(serving).add(tooSlow);

    expect(Findings.of(serving).list()).toEqual([{ ...tooSlow, path: 'fraud/Serving', acknowledged: undefined }]);
  });

  test('findings below a construct are listed, those beside it are not', () => {
    const { stack, serving, probes } = tree();
    Findings.of(stack).add(tooSlow);
    Findings.of(probes).add(tooSlow);

    expect(paths(Findings.of(stack).list())).toEqual(['fraud', 'fraud/Serving/Probes']);
    expect(paths(Findings.of(serving).list())).toEqual(['fraud/Serving/Probes']);
  });

  test('what a source of an ancestor finds below a construct is listed', () => {
    const { app, stack, serving } = tree();
    Findings.of(app).addSource({ findings: () => ['', 'fraud', 'fraud/Serving/Probes', 'other'].map((path) => ({ ...noted, path })) });

    expect(paths(Findings.of(app).list())).toEqual(['', 'fraud', 'fraud/Serving/Probes', 'other']);
    expect(paths(Findings.of(stack).list())).toEqual(['fraud', 'fraud/Serving/Probes']);
    expect(paths(Findings.of(serving).list())).toEqual(['fraud/Serving/Probes']);
  });

  test('a construct whose name starts like another is not taken for a part of it', () => {
    const { app, stack } = tree();
    Findings.of(app).addSource({ findings: () => [{ ...noted, path: 'fraud-2' }] });

    expect(Findings.of(stack).list()).toEqual([]);
  });

  test('within one synthesis each source looks once, however many lists are asked for', () => {
    const app = new App();
    const stacks = Array.from({ length: 1000 }, (_, i) => new Chart(app, `stack-${i}`));
    let looks = 0;
    Findings.of(app).addSource({
      findings: () => {
        looks += 1;
        return stacks.map((stack) => ({ ...noted, path: stack.node.path }));
      },
    });

    const lists = renderingOnce(() => stacks.map((stack) => Findings.of(stack).list()));

    expect(looks).toBe(1);
    expect(lists.map((list) => paths(list))).toEqual(stacks.map((stack) => [stack.node.path]));
  });

  test('a source that fails hides nothing that others found', () => {
    const { stack } = tree();
    Findings.of(stack).addSource({ findings: () => {throw new Error('no such metric');} });
    Findings.of(stack).add(noted);

    expect(Findings.of(stack).list().map((finding) => finding.ruleId)).toEqual(['findings/failed-source', 'rollback/noted']);
  });
});

describe('synthesis', () => {
  test('fails on an error that nobody acknowledged, with path, message, remedy and rule', () => {
    const { app, stack, serving } = tree();
    Findings.of(serving).add(tooSlow);

    expect(() => app.synthYaml()).toThrow('[fraud/Serving] a rollback takes 12 minutes; shorten the warm-up (rollback/too-slow)');
    expect(() => Testing.synth(stack)).toThrow('[fraud/Serving] a rollback takes 12 minutes');
  });

  test('names the place when a source of an ancestor found it', () => {
    const { app } = tree();
    Findings.of(app).addSource({ findings: () => [{ ...tooSlow, path: 'fraud/Serving' }] });

    expect(() => app.synthYaml()).toThrow('[] fraud/Serving: a rollback takes 12 minutes; shorten the warm-up (rollback/too-slow)');
  });

  test('passes with warnings and with acknowledged errors', () => {
    const { app, serving } = tree();
    Findings.of(serving).add(tooSlow);
    Findings.of(serving).add(noted);
    Findings.of(serving).acknowledge('rollback/too-slow', 'nobody waits for this model');

    expect(() => app.synthYaml()).not.toThrow();
  });
});

describe('acknowledge', () => {
  test.each([
    ['on the construct itself', 'fraud/Serving'],
    ['on an ancestor', 'fraud'],
    ['on the app', ''],
  ])('holds %s', (_where, path) => {
    const { app, stack, serving } = tree();
    Findings.of(serving).add(tooSlow);
    const scope = [app, stack, serving].find((construct) => construct.node.path === path)!;

    Findings.of(scope).acknowledge('rollback/too-slow', 'nobody waits for this model');

    expect(Findings.of(app).list()).toEqual([{ ...tooSlow, path: 'fraud/Serving', acknowledged: 'nobody waits for this model' }]);
  });

  test('does not hold for what is above or beside it, nor for another rule', () => {
    const { app, stack, serving, probes } = tree();
    Findings.of(serving).add(tooSlow);
    Findings.of(probes).acknowledge('rollback/too-slow', 'too deep');
    Findings.of(new Construct(stack, 'Monitoring')).acknowledge('rollback/too-slow', 'beside');
    Findings.of(stack).acknowledge('rollback/too-long', 'another rule');

    expect(Findings.of(app).list()[0].acknowledged).toBeUndefined();
  });

  test('the nearest reason wins', () => {
    const { stack, serving } = tree();
    Findings.of(serving).add(tooSlow);
    Findings.of(stack).acknowledge('rollback/too-slow', 'all of them');
    Findings.of(serving).acknowledge('rollback/too-slow', 'this one');

    expect(Findings.of(stack).list()).toEqual([{ ...tooSlow, path: 'fraud/Serving', acknowledged: 'this one' }]);
  });

  test('one that covers nothing any more is said to be unused, where it stands', () => {
    const { app, serving, probes } = tree();
    Findings.of(probes).add(tooSlow);
    Findings.of(probes).acknowledge('rollback/too-slow', 'in use');
    Findings.of(serving).acknowledge('supply-chain/unpinned-image', 'was built on the node once');

    const unused = Findings.of(app).list().filter((finding) => finding.severity === FindingSeverity.INFO);

    expect(unused).toEqual([{
      ruleId: 'findings/unused-acknowledgement',
      severity: 'info',
      message: "'supply-chain/unpinned-image' is acknowledged here but finds nothing",
      remedy: 'remove the acknowledgement, so that a later finding is seen',
      path: 'fraud/Serving',
    }]);
  });
});
