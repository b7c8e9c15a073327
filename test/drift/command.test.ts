import { readFileSync } from 'fs';
import { join } from 'path';
import { Testing } from 'cdk8s';
import { judgedForReal, loggedForReal } from '../support/drift-for-real';
import { aRelease } from '../support/fixtures';
import { objectOf } from '../support/manifests';

const RENDERED = join(__dirname, '..', '..', 'runtime', 'tests', 'rendered', 'drift.json');

/**
 * What the construct renders and what the command is tested with are one file: `runtime/tests/test_drift_job.py` runs these words, with these files,
 * and looks for the answers of these queries among the numbers that the command pushes.
 */
test('the words, files and queries that the tests of the runtime are given are those that are rendered', () => {
  const { chart, segment } = judgedForReal();
  const manifests = Testing.synth(chart);
  const { initContainers, containers } = objectOf(manifests, 'CronJob').spec.jobTemplate.spec.template.spec;

  const agent = loggedForReal().bind(chart, aRelease()).container;

  const rendered = {
    // as the kubelet expands it
    agent: [...agent.command!, ...agent.args!].map((word) => word.replace(/\$\((\w+)\)/, (_, name) => agent.envVariables![name].value)),
    containers: [...initContainers, ...containers].map(({ name, command, args, volumeMounts }: any) => ({
      name, words: [...command, ...args], mounts: Object.fromEntries(volumeMounts.map((mount: any) => [mount.name, mount.mountPath])),
    })),
    settings: objectOf(manifests, 'ConfigMap').data,
    panels: Object.fromEntries(segment.panels().map(({ title, queries }) => [title, queries!.map(({ expr }) => expr)])),
    alerts: Object.fromEntries(segment.alerts().map(({ alertName, query, condition }) => [alertName, [query.expr, condition].filter(Boolean).join(' ')])),
  };

  expect(rendered).toEqual(JSON.parse(readFileSync(RENDERED, 'utf8')));
});
