import { join } from 'path';
import { ApiObject, Chart } from 'cdk8s';
import { Annotations, LocalBackend, TerraformOutput, TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { Artifacts, MlopsApp } from '../../../src';
import { ErrorCase } from '../../support/error-case';
import { temporaryFolder } from '../../support/folders';

export const cases: ErrorCase[] = [
  {
    id: 'app/duplicate-object',
    when: 'two charts with the same Service in one namespace',
    provoke: () => synth((app) => ['fraud', 'score'].forEach((id) => service(new Chart(app, id, { namespace: 'ml' })))),
    message: failed("score/Service: the Service 'fraud-detection' in the namespace 'ml' is made by 'fraud/Service' too, and the one that is applied last replaces the other; give one of them another name or namespace, or, if their charts go to different clusters, acknowledge it and apply each chart alone (app/duplicate-object)"),
  },
  {
    id: 'app/duplicate-object',
    when: 'two objects of one name without a namespace, of different versions of their kind',
    provoke: () => synth((app) => ['v1', 'v1beta1'].forEach((version) =>
      new ApiObject(new Chart(app, version), 'Role', { apiVersion: `rbac.authorization.k8s.io/${version}`, kind: 'ClusterRole', metadata: { name: 'readers' } }))),
    message: failed("v1beta1/Role: the ClusterRole 'readers' is made by 'v1/Role' too, and the one that is applied last replaces the other; give one of them another name or namespace, or, if their charts go to different clusters, acknowledge it and apply each chart alone (app/duplicate-object)"),
  },
  {
    id: 'app/terraform-outside-stack',
    when: 'a Terraform resource below a chart',
    provoke: () => synth((app) => bucket(new Chart(app, 'fraud'), 'models')),
    message: failed("[fraud/models] a Terraform resource below the chart 'fraud' is never written; create it below a TerraformStack of the app (app/terraform-outside-stack)"),
  },
  {
    id: 'app/terraform-outside-stack',
    when: 'a Terraform resource below nothing',
    provoke: () => synth((app) => bucket(app, 'models')),
    message: failed('[models] a Terraform resource outside of any stack is never written; create it below a TerraformStack of the app (app/terraform-outside-stack)'),
  },
  {
    id: 'app/chart-below-stack',
    when: 'a chart below a Terraform stack',
    provoke: () => synth((app) => new Chart(new TerraformStack(app, 'cloud'), 'fraud')),
    message: failed("[cloud/fraud] a chart below the Terraform stack 'cloud' belongs to no cluster; create it below the app, beside the stack (app/chart-below-stack)"),
  },
  {
    id: 'app/duplicate-stack',
    when: 'two stacks of one id',
    provoke: () => synth((app) => ['staging', 'prod'].forEach((scope) => new TerraformStack(new Construct(app, scope), 'cloud'))),
    message: failed("[prod/cloud] a stack called 'cloud' exists already at 'staging/cloud', and both would be written to 'terraform/stacks/cloud'; give one of them another id (app/duplicate-stack)"),
  },
  {
    id: 'app/dependency-across-planes',
    when: 'a chart that waits for a stack',
    provoke: () => synth((app) => new Chart(app, 'fraud').addDependency(new TerraformStack(app, 'cloud'))),
    message: failed("[fraud] depends on 'cloud' in the other plane, but manifests and Terraform are applied by different tools; let the pipeline order them (app/dependency-across-planes)"),
  },
  {
    id: 'app/annotated-error',
    when: 'an error that cdktf\'s annotations hold',
    provoke: () => synth((app) => Annotations.of(new TerraformStack(app, 'cloud')).addError('the region is not allowed')),
    message: failed('[cloud] the region is not allowed (app/annotated-error)'),
  },
  {
    id: 'app/stack-failed',
    when: 'a stack that cdktf refuses',
    provoke: () => synth((app) => {
      const stack = new TerraformStack(app, 'cloud');
      new LocalBackend(stack, { path: 'state' });
      new TerraformOutput(stack, 'broken', { value: () => 'a function' });
    }),
    message: failed("[cloud] cdktf cannot synthesize the stack: Trying to resolve a non-data object (e.g., a function) at '/output/broken/value': () => 'a function'. Only tokens are supported for lazy evaluation.\n\nIf you want to use a lazily computed value, use the Lazy class. For example:  Lazy.stringValue({ produce: () => \"Hello World\" }) (app/stack-failed)"),
  },
  {
    id: 'app/token-in-manifest',
    when: 'a name that only Terraform knows',
    provoke: () => synth((app) => {
      const models = bucket(new TerraformStack(app, 'cloud'), 'models');
      new ApiObject(new Chart(app, 'fraud'), 'Settings', { apiVersion: 'v1', kind: 'ConfigMap', data: { BUCKET: models.getStringAttribute('arn') } });
    }),
    message: failed("[fraud/Settings] 'data.BUCKET' holds 'test_bucket.models.arn' that only Terraform knows, when it applies; use a string that is known at synthesis, such as the name that the resource was given (app/token-in-manifest)"),
  },
  {
    id: 'app/artifact-outside',
    when: 'an artifact that leaves its folder',
    provoke: () => synth((app) => Artifacts.of(new Chart(app, 'fraud')).addSource({ artifacts: () => [{ path: '../fraud.md', content: '' }] })),
    message: failed("'path' of an artifact must lead to a file below mlops.out/, with '/' between folders, got '../fraud.md' from 'fraud' (app/artifact-outside)"),
  },
  {
    id: 'app/duplicate-artifact',
    when: 'two artifacts of one path',
    provoke: () => synth((app) => ['a', 'b'].forEach((id) =>
      Artifacts.of(new Chart(app, id)).addSource({ artifacts: () => [{ path: 'report.md', content: '' }] }))),
    message: failed("'b' and 'a' both write 'report.md'; put the id of the construct into the path (app/duplicate-artifact)"),
  },
  {
    id: 'app/cdktf-missing',
    when: 'a stack without cdktf',
    provoke: () => {
      jest.doMock('cdktf', () => {throw new Error("Cannot find module 'cdktf'");});
      try {
        synth((app) => Object.defineProperty(new Construct(app, 'cloud'), Symbol.for('cdktf/TerraformStack'), { value: true }));
      } finally {
        jest.dontMock('cdktf');
      }
    },
    message: failed("a Terraform stack needs the package cdktf, which is not installed; run 'npm install cdktf@0.21.0' (app/cdktf-missing)"),
  },
];

function synth(build: (app: MlopsApp) => void): void {
  const app = new MlopsApp({ outdir: join(temporaryFolder(), 'dist') });
  build(app);
  app.synth();
}

function failed(problem: string): string {
  return `Validation failed with the following errors:\n  ${problem}`;
}

function bucket(scope: Construct, id: string): TerraformResource {
  return new TerraformResource(scope, id, { terraformResourceType: 'test_bucket' });
}

function service(chart: Chart): ApiObject {
  return new ApiObject(chart, 'Service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'fraud-detection' } });
}
