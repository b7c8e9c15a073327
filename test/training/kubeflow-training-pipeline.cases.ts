import { App, Chart, Size } from 'cdk8s';
import { KubeflowTrainingPipelineProps, ReleaseBranch, ReleaseTarget, SecretRef, TrainingData, TrainingPipeline } from '../../src';
import { ErrorCase } from '../support/error-case';
import { gitCredentials, IMAGE, kubeflowProps, someResources } from '../support/training';

const through = (credentials: Partial<ReturnType<typeof gitCredentials>>) => ({
  release: ReleaseTarget.rollout('fraud', {
    through: ReleaseBranch.https('https://git.example.com/team/deployments.git', { ...gitCredentials(), ...credentials }),
  }),
});
const WITH_DISK = { ...someResources(), ephemeralStorage: { limit: Size.gibibytes(20) } };
const ONE_SECRET = "'through' must read 'username' and 'password' from these keys of one Secret (kubernetes.io/basic-auth), as Kubeflow Pipelines mounts a Secret as it is";
const NO_DISK = "'resources' must not ask for ephemeral storage, as Kubeflow Pipelines cannot pass it on; leave it out";

const REFUSED: [string, string, Partial<KubeflowTrainingPipelineProps>, string][] = [
  ['training/pipeline-without-gate', 'a pipeline of Kubeflow without a gate', { gate: undefined },
    "'gate' must say what a version has to pass before it serves, got none; add an EvaluationGate"],
  ['training/no-audience', 'tokens for nobody', { apiAudience: ' ' }, "'apiAudience' must name whom tokens are made for, got ' '; leave it out for that of Kubeflow Pipelines"],
  ['training/malformed-kubeflow-namespace', 'a namespace that cannot be', { kubeflowNamespace: 'Kubeflow' },
    "'kubeflowNamespace' must be at most 63 lower-case letters, digits and '-', got 'Kubeflow'"],
  ['address/scheme', 'an API without HTTP', { apiUrl: 'grpc://ml-pipeline:8887' }, "'apiUrl' must be an address such as http://… or https://…, got 'grpc://ml-pipeline:8887'"],
  ['training/ephemeral-storage-in-kubeflow', 'a training that needs a disk', { resources: WITH_DISK }, NO_DISK],
  ['training/ephemeral-storage-in-kubeflow', 'a snapshot that needs a disk',
    { data: TrainingData.takenBy({ image: IMAGE, command: ['snapshot'], resources: WITH_DISK }) }, NO_DISK],
  ['training/git-secret-in-kubeflow', 'a user in one Secret and a password in another', through({ password: SecretRef.existing('token', 'password') }), ONE_SECRET],
  ['training/git-secret-in-kubeflow', 'a password of another key', through({ password: SecretRef.existing('git', 'token') }), ONE_SECRET],
  ['training/git-secret-in-kubeflow', 'a user of another key', through({ username: SecretRef.existing('git', 'user') }), ONE_SECRET],
];

export const cases: ErrorCase[] = [
  ...REFUSED.map(([id, when, overrides, message]): ErrorCase => ({
    id,
    when,
    provoke: () => TrainingPipeline.kubeflow(new Chart(new App(), 'fraud', { namespace: 'ml' }), 'Pipeline', kubeflowProps(overrides)),
    message: `[fraud/Pipeline] ${message} (${id})`,
  })),
  {
    id: 'training/no-namespace',
    when: 'a pipeline of Kubeflow whose namespace is decided later',
    provoke: () => TrainingPipeline.kubeflow(new Chart(new App(), 'fraud'), 'Pipeline', kubeflowProps()),
    message: "[fraud/Pipeline] the chart must have a 'namespace' where the pipeline runs, got none: rights are given to accounts of a namespace (training/no-namespace)",
  },
  {
    id: 'training/pipeline-of-another-model',
    when: 'the Kubeflow pipeline of another model',
    provoke: () => TrainingPipeline.kubeflow(new Chart(new App(), 'fraud', { namespace: 'ml' }), 'Pipeline', kubeflowProps()).toTrigger({ model: 'churn' }),
    message: "this pipeline trains 'fraud-detection', and it is 'churn' that would be trained; give the pipeline of that model (training/pipeline-of-another-model)",
  },
];
