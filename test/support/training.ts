import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { aGate } from './drift';
import { aPlatform, DIGEST, OTHER_DIGEST } from './fixtures';
import {
  ArgoTrainingPipelineProps, ArtifactStore, DataSnapshot, FeatureSchema, ImageRef, KubeflowTrainingPipelineProps, ModelRef, ModelRegistry,
  NetworkPeer, ReleaseBranchOptions, RuntimeImage, SecretRef, TrainingData, TrainingJobProps, TrainingProgram, TrainingProgramProps, TrainJobProps,
} from '../../src';

export const COMMIT = '6dcb09b5b57875f334f61aebed695e2e4193db5e';
export const SNAPSHOT = DataSnapshot.lakeFs('fraud-data', '5d6e7f8a9b0c1d2e');
export const SCHEMA_FILE = `${__dirname}/features_v2.json`;
export const IMAGE = ImageRef.fromDigest('registry.example.com/fraud/training', DIGEST);

export function aProgram(overrides: Partial<TrainingProgramProps> = {}): TrainingProgram {
  return TrainingProgram.of({
    model: ModelRef.champion('fraud-detection'),
    image: IMAGE,
    gitCommit: COMMIT,
    validateData: ['python', 'scripts/validate_features.py'],
    train: ['python', 'training/train.py'],
    testModel: ['python', '-m', 'pytest', 'tests/model/'],
    parameters: { max_depth: '6', eta: '0.1' },
    featureSchema: FeatureSchema.fromFile(SCHEMA_FILE),
    ...overrides,
  });
}

export const someRuntime = () => RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: DIGEST, fullDigest: OTHER_DIGEST });

export const someResources = () => ({ cpu: { request: Cpu.units(4) }, memory: { request: Size.gibibytes(8), limit: Size.gibibytes(8) } });

/** A training as small as it may be. */
export function trainingProps(overrides: Partial<TrainingJobProps> = {}): TrainingJobProps {
  return {
    program: aProgram(),
    data: SNAPSHOT,
    registry: ModelRegistry.fromS3Uri('s3://acme-registry', { region: 'eu-central-1' }),
    runtime: someRuntime(),
    resources: someResources(),
    deadline: Duration.hours(4),
    owner: { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud' },
    platform: aPlatform(),
    egress: [NetworkPeer.anyHttps('data and candidates are in S3')],
    ...overrides,
  };
}

/** The same on two nodes. */
export function trainJobProps(overrides: Partial<TrainJobProps> = {}): TrainJobProps {
  return { ...trainingProps(), nodes: 2, sharedStorageClass: 'efs', ...overrides };
}

/** The same for Kubeflow, which has artifacts of its own. */
export function kubeflowProps(overrides: Partial<KubeflowTrainingPipelineProps> = {}): KubeflowTrainingPipelineProps {
  const { artifacts: _, ...props } = pipelineProps();
  return { ...props, ...overrides };
}

/** A pipeline with everything that it needs, and nothing more. */
export function pipelineProps(overrides: Partial<ArgoTrainingPipelineProps> = {}): ArgoTrainingPipelineProps {
  return {
    program: aProgram(),
    data: TrainingData.takenBy({ image: IMAGE, command: ['python', 'scripts/snapshot.py'], resources: someResources() }),
    gate: aGate(),
    evaluator: ['python', 'scripts/evaluate.py'],
    registry: ModelRegistry.fromS3Uri('s3://acme-registry', { region: 'eu-central-1' }),
    runtime: someRuntime(),
    artifacts: ArtifactStore.s3('s3://acme-registry/models/fraud-detection/candidates/runs'),
    resources: someResources(),
    deadline: Duration.hours(6),
    owner: { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud' },
    platform: aPlatform(),
    egress: [NetworkPeer.anyHttps('data, artifacts and candidates are in S3')],
    ...overrides,
  };
}

/** User and token of a Git server, as a Secret of the type `kubernetes.io/basic-auth` has them. */
export function gitCredentials(): Pick<ReleaseBranchOptions, 'username' | 'password'> {
  return { username: SecretRef.existing('git', 'username'), password: SecretRef.existing('git', 'password') };
}
