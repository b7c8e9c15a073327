import { ApiObject, Chart } from 'cdk8s';
import { MlopsApp } from '../../../src';
import { ErrorCase } from '../../support/error-case';

/** An app that makes what is given raw, as an included file would. */
function make(...manifests: any[]): () => unknown {
  return () => {
    const app = new MlopsApp();
    const chart = new Chart(app, 'fraud');
    manifests.forEach(({ kind, ...manifest }) => new ApiObject(chart, kind, { kind, ...manifest }));
    return app.synthYaml();
  };
}

const labels = { app: 'fraud' };
const rollout = (spec: object) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'fraud' },
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'server', image: 'registry.example.com/fraud:1' }] } },
    strategy: { canary: {} },
    ...spec,
  },
});

export const cases: ErrorCase[] = [
  {
    id: 'argo-rollouts/no-selector',
    when: 'a rollout without selector',
    provoke: make(rollout({ selector: undefined })),
    message: "Validation failed with the following errors:\n  [fraud/Rollout] 'spec.selector' must say which pods belong to the rollout; give it the labels of 'spec.template.metadata.labels' (argo-rollouts/no-selector)",
  },
];
