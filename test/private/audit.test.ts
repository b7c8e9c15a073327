import { mkdtempSync, readFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { MlopsApp } from '../../src';
import { applyAudit, auditAnnotations, auditLabels, AuditRecord } from '../../src/private/audit';
import { manifestsBelow, renderingOnce } from '../../src/private/manifests';
import { release } from '../support/releases';

const record: AuditRecord = {
  release,
  owner: { team: 'risk-ml' },
  platform: { environment: 'staging', labels: { 'example.com/cost-center': '42' } },
  component: 'server',
};

const labels = {
  'app.kubernetes.io/component': 'server',
  'app.kubernetes.io/managed-by': 'cdk8s-mlops',
  'app.kubernetes.io/name': 'fraud-detection',
  'app.kubernetes.io/version': '7',
  'cdk8s-mlops.io/environment': 'staging',
  'cdk8s-mlops.io/git-commit': 'c'.repeat(40),
  'cdk8s-mlops.io/model': 'fraud-detection',
  'cdk8s-mlops.io/model-version': '7',
  'cdk8s-mlops.io/owner': 'risk-ml',
  'example.com/cost-center': '42',
};

const annotations = {
  'cdk8s-mlops.io/approved-by': 'ada@example.com',
  'cdk8s-mlops.io/artifact-sha256': 'a'.repeat(64),
  'cdk8s-mlops.io/data-snapshot': `dvc:https://git.example.com/fraud/data.git#features@${'d'.repeat(40)}`,
  'cdk8s-mlops.io/trained-by': 'nightly-training',
};

test('labels are what can be selected by, annotations what can be read', () => {
  expect(auditLabels(record)).toEqual(labels);
  expect(auditAnnotations(record)).toEqual(annotations);
});

test('a value that no label can hold is an annotation', () => {
  const tagged = { ...record, component: undefined, release: { ...release, gitCommit: 'release/7', approvedBy: undefined } };

  expect(auditLabels(tagged)).not.toHaveProperty(['cdk8s-mlops.io/git-commit']);
  expect(auditLabels(tagged)).not.toHaveProperty(['app.kubernetes.io/component']);
  expect(auditAnnotations(tagged)).toMatchObject({ 'cdk8s-mlops.io/git-commit': 'release/7' });
  expect(auditAnnotations(tagged)).not.toHaveProperty(['cdk8s-mlops.io/approved-by']);
});

test('every object below a construct says what it belongs to, later ones included', () => {
  const chart = Testing.chart();
  const scope = new Construct(chart, 'Serving');
  object(scope, 'Early');
  applyAudit(scope, record);
  object(new Construct(scope, 'Nested'), 'Late');
  object(chart, 'Outside');

  const [early, late, outside] = Testing.synth(chart);

  expect(early.metadata).toMatchObject({ labels, annotations });
  expect(late.metadata).toMatchObject({ labels, annotations });
  expect(Object.keys(outside.metadata)).toEqual(['name']);
});

test('what a user wrote stays', () => {
  const chart = new Chart(Testing.app(), 'fraud', { labels: { 'app.kubernetes.io/name': 'of-the-chart' } });
  applyAudit(chart, record);
  new ApiObject(chart, 'Props', {
    apiVersion: 'v1', kind: 'ConfigMap', metadata: { labels: { 'cdk8s-mlops.io/owner': 'platform' }, annotations: { 'cdk8s-mlops.io/trained-by': 'hand' } },
  });
  object(chart, 'Method').metadata.addLabel('cdk8s-mlops.io/owner', 'later');

  const [props, method] = Testing.synth(chart);

  expect(props.metadata.labels).toEqual({ ...labels, 'app.kubernetes.io/name': 'of-the-chart', 'cdk8s-mlops.io/owner': 'platform' });
  expect(props.metadata.annotations).toEqual({ ...annotations, 'cdk8s-mlops.io/trained-by': 'hand' });
  expect(method.metadata.labels['cdk8s-mlops.io/owner']).toBe('later');
});

test('the record of the nearest construct wins', () => {
  const chart = Testing.chart();
  const scope = new Construct(chart, 'Monitoring');
  applyAudit(chart, record);
  applyAudit(scope, { ...record, owner: { team: 'sre' }, component: 'monitoring' });
  object(scope, 'Rule');

  const [rule] = Testing.synth(chart);

  expect(rule.metadata.labels).toEqual({ ...labels, 'app.kubernetes.io/component': 'monitoring', 'cdk8s-mlops.io/owner': 'sre' });
});

test('whoever looks at manifests before validation sees what will be written', () => {
  const chart = Testing.chart();
  applyAudit(chart, record);
  object(chart, 'Config');

  const [seen] = renderingOnce(() => manifestsBelow(chart).map(({ manifest }) => manifest));

  expect(seen.metadata).toMatchObject({ labels, annotations });
  expect([seen]).toEqual(Testing.synth(chart));
});

test('the stock app and ours write the same labels', () => {
  const written = [App, MlopsApp].map((AnyApp) => {
    const outdir = join(mkdtempSync(join(tmpdir(), 'audit-')), 'dist');
    const app = new AnyApp({ outdir });
    const chart = new Chart(app, 'fraud');
    applyAudit(chart, record);
    object(new Construct(chart, 'Nested'), 'Config');
    app.synth();
    return readFileSync(join(outdir, 'fraud.k8s.yaml'), 'utf8');
  });

  expect(written[0]).toContain('cdk8s-mlops.io/model-version: "7"');
  expect(written[1]).toBe(written[0]);
});

function object(scope: Construct, id: string): ApiObject {
  return new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap' });
}
