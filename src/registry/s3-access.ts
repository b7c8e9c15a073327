import { S3RegistryOptions } from './s3-options';
import { InputProblems } from '../private/input-error';
import { parseS3Uri } from '../private/s3-names';
import { requireWebAddress } from '../private/web-address';

/** Throws everything that is wrong with a folder in S3 and the way to it. */
export function checkS3Access(uri: string, options: S3RegistryOptions): void {
  const { region, endpointUrl, accessKeyId, secretAccessKey } = options;
  const problems = new InputProblems();
  problems.attempt(() => parseS3Uri(uri));
  if (region !== undefined && !/^[a-z0-9][-a-z0-9]*$/.test(region)) {
    problems.add('registry/malformed-region', `'region' must look like 'eu-central-1', got '${region}'`);
  }
  problems.attempt(() => endpointUrl !== undefined && requireWebAddress('endpointUrl', endpointUrl, ['https', 'http']));
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    problems.add('registry/half-a-key',
      `'accessKeyId' and 'secretAccessKey' belong together, got only '${accessKeyId ? 'accessKeyId' : 'secretAccessKey'}'; leave both out where pods have an identity of the cloud`);
  }
  problems.throwAll();
}
