import { RegistryLayout } from '../../src';

test('every actor has a folder of its own for a model', () => {
  expect({
    trainer: RegistryLayout.candidates('fraud'),
    candidate: RegistryLayout.candidate('fraud', '7'),
    promoter: RegistryLayout.production('fraud'),
    pods: RegistryLayout.release('fraud', '7'),
    artifact: RegistryLayout.artifact('fraud', '7'),
    trainedOn: [RegistryLayout.candidateReference('fraud', '7'), RegistryLayout.releaseReference('fraud', '7')],
    aliases: RegistryLayout.manifest('fraud'),
    drift: RegistryLayout.reference('fraud'),
    servers: RegistryLayout.predictionsLog('fraud'),
    reports: RegistryLayout.reports('fraud'),
    everybody: RegistryLayout.audit('fraud'),
  }).toEqual({
    trainer: 'models/fraud/candidates/',
    candidate: 'models/fraud/candidates/7/',
    promoter: 'production/fraud/',
    pods: 'production/fraud/7/',
    artifact: 'production/fraud/7/model.tar',
    trainedOn: ['models/fraud/candidates/7/reference', 'production/fraud/7/reference'],
    aliases: 'production/fraud/manifest.json',
    drift: 'reference/fraud/',
    servers: 'predictions-log/fraud/',
    reports: 'reports/fraud/',
    everybody: 'audit/fraud/',
  });
});

test('no folder contains another, so a grant on one is not a grant on two', () => {
  const folders = [
    RegistryLayout.MODELS, RegistryLayout.PRODUCTION, RegistryLayout.DATA, RegistryLayout.PERSONAL_DATA,
    RegistryLayout.REFERENCE, RegistryLayout.PREDICTIONS_LOG, RegistryLayout.REPORTS, RegistryLayout.AUDIT, RegistryLayout.MLFLOW,
  ];

  const nested = folders.filter((folder) => folders.some((other) => other !== folder && folder.startsWith(other)));

  expect(nested).toEqual([]);
  expect(folders.filter((folder) => !folder.endsWith('/'))).toEqual([]);
});

test('a manifest cannot be taken for a release', () => {
  expect(RegistryLayout.release('fraud', 'manifest.json')).not.toBe(RegistryLayout.manifest('fraud'));
});
