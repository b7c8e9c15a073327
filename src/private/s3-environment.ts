/** What a workload needs in its environment to reach a registry in object storage, in the words of the AWS SDKs. */
export function s3Environment(uri: string, region?: string, endpointUrl?: string): { [key: string]: string } {
  return {
    MODEL_REGISTRY_URI: uri,
    // boto3 reads AWS_DEFAULT_REGION only, the other SDKs AWS_REGION
    ...(region === undefined ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region }),
    ...(endpointUrl === undefined ? {} : { AWS_ENDPOINT_URL_S3: endpointUrl }),
  };
}
