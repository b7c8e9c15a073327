import { Duration } from 'cdk8s';
import { GATES_FILE } from './drift';
import { servingProps } from './fixtures';
import { COMMIT, IMAGE, someResources, someRuntime } from './training';
import {
  FeatureType, FullStackProps, GoldenSet, MeshMode, MetricsBackend, NetworkPeer, PlatformProfile, QualityGates, StackOptions, TrainingData,
} from '../../src';

/** A cluster with all that a full stack needs. */
export function fullPlatform(): PlatformProfile {
  return PlatformProfile.of({ metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }), mesh: MeshMode.istioSidecar({ cni: true }) });
}

/** What both stacks are given. */
export function sharedProps(): StackOptions & { readonly namespace: string } {
  const { strategy: _, ...props } = servingProps({ platform: fullPlatform() });
  return { ...props, namespace: 'fraud' };
}

/** A full stack as small as it may be. */
export function fullStackProps(overrides: Partial<FullStackProps> = {}): FullStackProps {
  return {
    ...sharedProps(),
    storage: { uri: 's3://acme-models', region: 'eu-central-1', reachedAt: NetworkPeer.cidr('10.20.0.0/24', 443) },
    runtime: someRuntime(),
    gate: {
      goldenSet: GoldenSet.fromS3Uri('s3://acme-models/reference/fraud-detection/golden.parquet', 'd'.repeat(64)),
      qualityGates: QualityGates.fromFile(GATES_FILE),
    },
    training: {
      program: {
        image: IMAGE,
        gitCommit: COMMIT,
        validateData: ['python', 'scripts/validate_features.py'],
        train: ['python', 'training/train.py'],
        testModel: ['python', '-m', 'pytest', 'tests/model/'],
        parameters: { max_depth: '6' },
      },
      data: TrainingData.takenBy({ image: IMAGE, command: ['python', 'scripts/snapshot.py'], resources: someResources() }),
      evaluator: ['python', 'scripts/evaluate.py'],
      resources: someResources(),
      deadline: Duration.hours(6),
    },
    drift: {
      features: [{ name: 'amount', type: FeatureType.NUMERICAL }, { name: 'country', type: FeatureType.CATEGORICAL }],
      pushgatewayUrl: 'http://pushgateway.monitoring.svc:9091',
      pushgatewayAt: NetworkPeer.pods({ namespace: 'monitoring', labels: { app: 'pushgateway' }, ports: [9091] }),
    },
    ...overrides,
  };
}
