import { parseS3Uri, requireBucketName } from '../../src/private/s3-names';

test.each([
  ['abc'],
  ['a'.repeat(63)],
  ['fraud-models.prod.example.com'],
  ['10.0.0.1a'],
  ['123'],
])('%s is a name for a new bucket', (name) => {
  expect(() => requireBucketName(name)).not.toThrow();
});

test.each([
  ['s3://models', { bucket: 'models', prefix: '' }],
  ['s3://models/', { bucket: 'models', prefix: '' }],
  ['s3://models/fraud', { bucket: 'models', prefix: 'fraud' }],
  ['s3://models/teams/risk/', { bucket: 'models', prefix: 'teams/risk' }],
  ['s3://models/.hidden/v1..2', { bucket: 'models', prefix: '.hidden/v1..2' }],
])('%s is taken apart', (uri, location) => {
  expect(parseS3Uri(uri)).toEqual(location);
});

test('buckets that exist may have names that S3 no longer gives', () => {
  expect(parseS3Uri('s3://Fraud_Models/v1').bucket).toBe('Fraud_Models');
  expect(parseS3Uri('s3://my-access-point-s3alias/v1').bucket).toBe('my-access-point-s3alias');
  expect(parseS3Uri('s3://models--usw2-az1--x-s3/v1').bucket).toBe('models--usw2-az1--x-s3');
});
