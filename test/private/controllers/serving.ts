import { ApiObject, Chart } from 'cdk8s';
import { MlopsApp } from '../../../src';
import { ErrorCase } from '../../support/error-case';

/** An InferenceService that every rule accepts, as an included file would have it. */
export function anInferenceService(): any {
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name: 'fraud', annotations: { 'serving.kserve.io/deploymentMode': 'Standard' } },
    spec: {
      predictor: {
        minReplicas: 2,
        containers: [{
          name: 'kserve-container', image: 'registry.example.com/fraud:1', env: [{ name: 'PROTOCOL', value: 'v2' }], resources: { requests: { cpu: '2' }, limits: { cpu: '2' } },
        }],
      },
    },
  };
}

/** A Service of Knative that every rule accepts, as an included file would have it. */
export function aKnativeService(): any {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'fraud' },
    spec: {
      template: {
        metadata: { name: 'fraud-1', annotations: { 'autoscaling.knative.dev/min-scale': '1', 'autoscaling.knative.dev/max-scale': '4' } },
        spec: {
          containers: [{
            name: 'server', image: 'registry.example.com/fraud:1', ports: [{ containerPort: 8080 }], volumeMounts: [{ name: 'scratch', mountPath: '/tmp' }],
          }],
          volumes: [{ name: 'scratch', emptyDir: {} }],
        },
      },
      traffic: [{ tag: 'champion', percent: 100, latestRevision: true }],
    },
  };
}

/** What an app says to one object that is changed. */
export function synthesize(object: any, change: (object: any) => void): string {
  change(object);
  const app = new MlopsApp();
  const { kind, ...rest } = object;
  new ApiObject(new Chart(app, 'fraud'), kind, { kind, ...rest });
  return app.synthYaml();
}

/** A change of the InferenceService that a rule refuses. */
export function ofKserve(id: string, when: string, change: (service: any) => void, sentence: string): ErrorCase {
  return { id, when, provoke: () => synthesize(anInferenceService(), change), message: `${HEAD}InferenceService] ${sentence} (${id})` };
}

/** A change of the Service of Knative that a rule refuses. */
export function ofKnative(id: string, when: string, change: (service: any) => void, sentence: string): ErrorCase {
  return { id, when, provoke: () => synthesize(aKnativeService(), change), message: `${HEAD}Service] ${sentence} (${id})` };
}

const HEAD = 'Validation failed with the following errors:\n  [fraud/';
