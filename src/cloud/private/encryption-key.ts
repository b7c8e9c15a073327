import { Construct } from 'constructs';
import { iamArn, Location } from './location';
import { aws } from './packages';
import { policyDocument } from './policy';
import { InputProblems } from '../../private/input-error';

/** A policy of IAM can name a key, not an alias of one. */
export function requireKeyArn(arn: string | undefined, problems: InputProblems): void {
  if (arn !== undefined && !/^arn:aws(-cn|-us-gov)?:kms:[a-z0-9-]+:\d{12}:key\/(mrk-)?[0-9a-f-]+$/.test(arn)) {
    problems.add('cloud/malformed-key-arn',
      `'encryptionKeyArn' must be the ARN of a key, such as 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab', got '${arn}'; a policy can name no alias`);
  }
}

/** A key of its own for one bucket, rotated each year, that IAM policies of the account may give. Returns its ARN, a reference in the stack. */
export function encryptionKey(scope: Construct, bucketName: string, location: Location): string {
  const key = new (aws('kms-key').KmsKey)(scope, 'Key', {
    description: `objects of s3://${bucketName}`,
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    policy: policyDocument([{
      Sid: 'AccountDecides',
      Effect: 'Allow',
      Principal: { AWS: iamArn(location, 'root') },
      Action: ['kms:*'],
      Resource: ['*'],
    }]),
    lifecycle: { preventDestroy: true },
  });
  new (aws('kms-alias').KmsAlias)(scope, 'KeyAlias', {
    // a bucket may have dots in its name, an alias may not; no bucket has an underscore, so no two get one alias
    name: `alias/${bucketName.replace(/\./g, '_')}`,
    targetKeyId: key.keyId,
  });
  return key.arn;
}
