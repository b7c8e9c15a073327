import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import {
  FeatureSchema, FeatureType, Findings, FullStack, GoldenSet, ImageRef, MeshMode, MetricsBackend, MetricType, MetricUnit, ModelRef, ModelRegistry,
  ModelServer, NetworkPeer, PlatformProfile, QualityGates, RuntimeImage, SecretRef, ServingMetrics, Slo, StackRegistry, TrainingData,
} from 'cdk8s-mlops';

/** How fast the loop turns. */
export interface Pace {
  readonly stage: Duration;
  readonly measureEvery: Duration;
  readonly rateOver: Duration;
  readonly scrapeEvery: Duration;
  readonly driftSchedule: string;
  readonly driftWindow: Duration;
  readonly logEvery: Duration;
  readonly minimumSamples: number;
  readonly coolDown: Duration;
  readonly trainingsPerWeek: number;
  readonly warmStandby: Duration;
}

/** What the loop has to be told. */
export interface ClosedLoopProps {
  readonly runtime: RuntimeImage;
  /** The image of `program/`. */
  readonly program: ImageRef;
  readonly goldenSetSha256: string;
  readonly pace: Pace;
}

/**
 * Payments are scored; when they change, the model is trained again, judged, tried on users, and takes over or not. A person is asked about a new
 * architecture only.
 */
export class ClosedLoop extends FullStack {
  public constructor(scope: Construct, id: string, { runtime, program, goldenSetSha256, pace }: ClosedLoopProps) {
    const store = NetworkPeer.pods({ namespace: 'storage', labels: { app: 'object-store' }, ports: [9000] });
    const small = { cpu: { request: Cpu.millis(100), limit: Cpu.units(2) }, memory: { request: Size.mebibytes(512), limit: Size.mebibytes(512) } };
    super(scope, id, {
      description: 'Scores card payments for fraud, finds out when payments change, and learns from them without being asked.',
      namespace: 'fraud-loop',
      model: ModelRef.champion('fraud-detection'),
      image: program,
      command: ['python', '/opt/fraud/serve.py'],
      server: ModelServer.custom({
        port: 8080,
        readyPath: '/ready',
        livePath: '/live',
        metrics: ServingMetrics.custom({
          port: 9090,
          latency: {
            name: 'model_inference_duration_seconds', type: MetricType.HISTOGRAM, unit: MetricUnit.SECONDS, buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
          },
          requests: { name: 'model_inference_requests_total', type: MetricType.COUNTER },
          failures: { name: 'model_inference_errors_total', type: MetricType.COUNTER },
        }),
      }),
      replicas: 2,
      resources: small,
      warmup: Duration.seconds(20),
      slo: Slo.of({ latency: { percentile: 95, below: Duration.millis(500) }, errorRatioBelow: 0.01 }),
      owner: { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud-detection', contact: '#risk-ml' },
      platform: PlatformProfile.of({
        metrics: MetricsBackend.kubePrometheus({ release: 'monitoring' }),
        mesh: MeshMode.istioSidecar({ cni: true }),
      }),
      scrapeInterval: pace.scrapeEvery,
      runtime,
      storage: {
        uri: 's3://acme-models',
        region: 'eu-central-1',
        endpointUrl: 'http://object-store.storage.svc:9000',
        accessKeyId: SecretRef.existing('object-store', 'access-key'),
        secretAccessKey: SecretRef.existing('object-store', 'secret-key'),
        reachedAt: store,
      },
      registry: StackRegistry.existing(
        ModelRegistry.fromMlflowUrl('http://mlflow.mlops.svc:5000'),
        NetworkPeer.pods({ namespace: 'mlops', labels: { app: 'mlflow' }, ports: [5000] })),
      canary: {
        stages: [5, 25, 50, 100].map((weight) => ({ weight, duration: pace.stage })),
        analysis: { interval: pace.measureEvery, window: pace.rateOver },
        warmStandby: pace.warmStandby,
      },
      training: {
        program: {
          image: program,
          gitCommit: '6dcb09b5b57875f334f61aebed695e2e4193db5e',
          validateData: ['python', '/opt/fraud/validate.py'],
          train: ['python', '/opt/fraud/train.py'],
          testModel: ['python', '/opt/fraud/test_model.py'],
          parameters: { max_depth: '8' },
          featureSchema: FeatureSchema.fromFile('schemas/payments.json'),
        },
        data: TrainingData.takenBy({
          image: program,
          command: ['python', '/opt/fraud/snapshot.py'],
          resources: small,
          env: { AWS_ENDPOINT_URL_S3: 'http://object-store.storage.svc:9000', AWS_REGION: 'eu-central-1' },
          secrets: {
            AWS_ACCESS_KEY_ID: SecretRef.existing('object-store', 'access-key'),
            AWS_SECRET_ACCESS_KEY: SecretRef.existing('object-store', 'secret-key'),
          },
        }),
        evaluator: ['python', '/opt/fraud/evaluate.py'],
        evaluationImage: program,
        resources: small,
        deadline: Duration.minutes(30),
      },
      gate: {
        goldenSet: GoldenSet.fromS3Uri('s3://acme-models/reference/fraud-detection/golden.csv', goldenSetSha256),
        qualityGates: QualityGates.fromFile('configs/quality_gates.yaml'),
      },
      needs: {
        canary: 'a version that declines good payments costs customers',
        requestsPerSecond: 20,
        drift: 'payments change every December, and a model of summer declines presents',
        tracking: 'three people train models, and drift starts trainings besides',
      },
      predictionLog: { flushEvery: pace.logEvery },
      drift: {
        features: [
          { name: 'amount', type: FeatureType.NUMERICAL },
          { name: 'hour', type: FeatureType.NUMERICAL },
          { name: 'country', type: FeatureType.CATEGORICAL },
        ],
        schedule: pace.driftSchedule,
        window: pace.driftWindow,
        minimumSamples: pace.minimumSamples,
        pushgatewayUrl: 'http://pushgateway.monitoring.svc:9091',
        pushgatewayAt: NetworkPeer.pods({ namespace: 'monitoring', labels: { app: 'pushgateway' }, ports: [9091] }),
        retraining: {
          evidence: 'in March accuracy fell by 4 points, two weeks after PSI of amount passed 0.2',
          enabledSince: '2026-04-01',
          coolDown: pace.coolDown,
          maximumPerWeek: pace.trainingsPerWeek,
        },
      },
    });
    Findings.of(this.serving).acknowledge('stacks/outputs-unjudged', 'the golden set judges the answers of a version before any user gets one');
  }
}
