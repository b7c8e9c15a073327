import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Duration } from 'cdk8s';
import { IMAGES_PORT } from './servers';
import type { Pace } from '../../examples/closed-loop/closed-loop';
import { sha256Of } from '../cluster/node/artifacts';
import { ExampleOutput, runIn } from '../support/example';

const FOLDER = join(__dirname, '..', '..', 'examples', 'closed-loop');

/** Minutes instead of days. */
export const PACE: Pace = {
  stage: Duration.seconds(15),
  measureEvery: Duration.seconds(5),
  rateOver: Duration.seconds(10),
  scrapeEvery: Duration.seconds(2),
  driftSchedule: '* * * * *',
  driftWindow: Duration.minutes(5),
  logEvery: Duration.seconds(5),
  minimumSamples: 6600,
  coolDown: Duration.seconds(30),
  trainingsPerWeek: 50,
  warmStandby: Duration.minutes(1),
};

/** What the example is told. */
export interface Told {
  readonly goldenSet: string;
  /** The first version, as `promote` recorded it. */
  readonly release: string;
  readonly pace: Pace;
}

/** What the example writes, with images of this registry and the pauses of this test in its props, and nothing else changed. */
export function closedLoop({ goldenSet, release, pace }: Told): ExampleOutput {
  const digests = JSON.parse(process.env.LOOP_IMAGES!);
  // as after a promotion was committed: the record of the version stands beside configs and schemas
  const copy = mkdtempSync(join(tmpdir(), 'closed-loop-'));
  ['configs', 'schemas'].forEach((name) => cpSync(join(FOLDER, name), join(copy, name), { recursive: true }));
  mkdirSync(join(copy, 'releases'));
  writeFileSync(join(copy, 'releases', 'fraud-detection.json'), release);
  const output = runIn(copy, () => jest.isolateModules(() => {
    /* eslint-disable @typescript-eslint/no-require-imports */
    const library = require('cdk8s-mlops');
    const { ClosedLoop } = require(join(FOLDER, 'closed-loop'));
    /* eslint-enable @typescript-eslint/no-require-imports */
    const repository = `127.0.0.1:${IMAGES_PORT}`;
    const app = new library.MlopsApp();
    new ClosedLoop(app, 'fraud', {
      runtime: library.RuntimeImage.of({
        repository: `${repository}/runtime`, smallDigest: digests['runtime:small'], fullDigest: digests['runtime:full'],
      }),
      program: library.ImageRef.fromDigest(`${repository}/program`, digests.program),
      goldenSetSha256: sha256Of(Buffer.from(goldenSet)),
      pace,
    });
    app.synth();
  }));
  rmSync(copy, { recursive: true });
  return { ...output, manifests: output.manifests.filter((manifest) => manifest) };
}
