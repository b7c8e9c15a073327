import { Duration } from 'cdk8s';
import { ClosedLoop } from './closed-loop';
import { ImageRef, MlopsApp, RuntimeImage } from 'cdk8s-mlops';

const app = new MlopsApp();

new ClosedLoop(app, 'fraud', {
  runtime: RuntimeImage.of({
    repository: 'registry.example.com/mlops/runtime',
    smallDigest: 'sha256:3d5f8a1c0b9e7d6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f',
    fullDigest: 'sha256:7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b',
  }),
  program: ImageRef.fromDigest('registry.example.com/fraud/loop', 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'),
  goldenSetSha256: '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752',
  pace: {
    stage: Duration.minutes(30),
    measureEvery: Duration.minutes(1),
    rateOver: Duration.minutes(5),
    scrapeEvery: Duration.seconds(30),
    driftSchedule: '0 * * * *',
    driftWindow: Duration.days(1),
    logEvery: Duration.minutes(1),
    minimumSamples: 10_000,
    coolDown: Duration.days(1),
    trainingsPerWeek: 2,
    warmStandby: Duration.minutes(10),
  },
});

app.synth();
