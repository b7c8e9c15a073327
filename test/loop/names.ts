/** Where the example lives. */
export const NAMESPACE = 'fraud-loop';

/** What it serves. */
export const MODEL = 'fraud-detection';

/** Labels of everything that the loop makes and that is in no namespace of its own. */
export const MADE_BY_LOOP = { 'test.cdk8s-mlops.io/made-by': 'loop' };
