/** Prefix of every label and annotation of ours. */
const PREFIX = 'cdk8s-mlops.io';

/** Label or annotation of a workload whose answers reach customers: `"true"`. Rules about the order of adoption look at it. */
export const CUSTOMER_FACING = `${PREFIX}/customer-facing`;

/** Label of a namespace whose pods need images by digest: `"true"`. */
export const REQUIRE_DIGESTS = `${PREFIX}/require-digests`;

/** Annotation of a Service of Knative: flags of `config-features` that its pods need, by commas. */
export const KNATIVE_FEATURES = `${PREFIX}/knative-features`;

/** JSON pointer to the annotation in which stages write down how far they are. */
export const STAGE_POINTER = '/metadata/annotations/cdk8s-mlops.io~1stage';
