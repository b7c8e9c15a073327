import { Testing } from 'cdk8s';
import { ModelServing, ModelServingProps } from '../../src';
import { ErrorCase } from '../support/error-case';
import { servingProps } from '../support/fixtures';

const serve = (overrides: Partial<ModelServingProps>) => () => new ModelServing(Testing.chart(), 'Serving', servingProps(overrides));

export const cases: ErrorCase[] = [
  {
    id: 'serving/empty-pod-selector',
    when: 'a selector of all pods',
    provoke: serve({ podSelector: {} }),
    message: "[test/Serving] 'podSelector' must hold at least one label, got none; without labels it would select every pod of the namespace (serving/empty-pod-selector)",
  },
  {
    id: 'serving/selector-of-one-revision',
    when: 'a selector that only one version matches',
    provoke: serve({ podSelector: { 'app': 'fraud', 'pod-template-hash': '7d9c' } }),
    message: "[test/Serving] 'podSelector' must not hold 'pod-template-hash', which every version has another value of; name the labels of all versions (serving/selector-of-one-revision)",
  },
  {
    id: 'serving/reserved-selector',
    when: 'a selector by labels that say what a model is',
    provoke: serve({ podSelector: { 'cdk8s-mlops.io/model-version': 'v2' } }),
    message: "[test/Serving] 'podSelector' must not hold 'cdk8s-mlops.io/model-version': labels of 'cdk8s-mlops.io/' say what a model is; drop it (serving/reserved-selector)",
  },
  {
    id: 'serving/selector-against-labels',
    when: 'labels that take the pods away from their Service',
    provoke: serve({ podSelector: { app: 'fraud' }, labels: { app: 'scorer' } }),
    message: "[test/Serving] 'podSelector' and 'labels' must agree, got 'fraud' and 'scorer' for 'app'; drop it from 'labels' (serving/selector-against-labels)",
  },
];
