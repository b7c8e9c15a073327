import { join } from 'path';
import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import type { LoadedFromOptions, MinimumViableStackProps } from '../../../src';
import { runIn } from '../../support/example';

/** What the nodes need to be told, and an example cannot know. */
export interface Given {
  readonly version: string;
  readonly artifactSha256: string;
  /** Seconds that the server takes until it can predict. */
  readonly warmup: number;
  /** Milliseconds that the server takes for an answer beyond what it needs. */
  readonly delay?: number;
  /** What else is different. */
  readonly changed?: (library: any) => Partial<MinimumViableStackProps>;
}

/** The example, as it is for these nodes. */
export interface Synthesized {
  readonly manifests: any[];
  /** Worst case of a rollback, in seconds, as the construct computes it. */
  readonly worstCaseRollback: number;
  /** The same, term by term. */
  readonly terms: string;
}

const FOLDER = join(__dirname, '..', '..', '..', 'examples', 'minimum-viable');

/** Runs `main.ts` of the example with images, release, sizes and times of these nodes in its props; everything else is the example's. */
export function minimumViable({ version, artifactSha256, warmup, delay = 0, changed = () => ({}) }: Given): Synthesized {
  const stacks: any[] = [];
  const { manifests } = runIn(FOLDER, () => jest.isolateModules(() => {
    jest.doMock('cdk8s-mlops', () => {
      const library = jest.requireActual('cdk8s-mlops');
      const image = (name: string) => {
        const { repository, digest } = JSON.parse(process.env.IMAGES!)[name];
        return library.ImageRef.fromDigest(repository, digest);
      };
      const changes = (props: MinimumViableStackProps): Partial<MinimumViableStackProps> => ({
        image: image('model-server'),
        predictionExporter: library.PredictionExporter.of({ image: image('prediction-exporter'), resources: props.predictionExporter!.resources }),
        release: { ...library.ModelReleases.read(props.model), version, artifactSha256 },
        // four pods on a machine with two processors
        resources: { cpu: { request: Cpu.millis(100), limit: Cpu.units(1) }, memory: { request: Size.mebibytes(64), limit: Size.mebibytes(96) } },
        env: { ...props.env, WARMUP: `${warmup}`, DELAY: `${delay}` },
        warmup: Duration.seconds(warmup),
        pullBudget: Duration.seconds(2),
        strategy: library.RolloutStrategy.rollingUpdate({ minReady: Duration.seconds(5) }),
        ...changed(library),
      });
      class Stack extends library.MinimumViableStack {
        public constructor(scope: any, id: string, props: MinimumViableStackProps) {
          super(scope, id, { ...props, ...changes(props) });
          stacks.push(this);
        }
      }
      class Source extends library.ModelSource {
        public static loadedFrom(registry: any, options: LoadedFromOptions) {
          return library.ModelSource.loadedFrom(registry, { ...options, loader: image('model-loader'), loaderCommand: undefined, fetchBudget: Duration.seconds(1) });
        }
      }
      return { ...library, MinimumViableStack: Stack, ModelSource: Source };
    });
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    require(join(FOLDER, 'main'));
  }));
  const terms: { term: string; duration: Duration }[] = stacks[0].serving.worstCaseRollback;
  return {
    manifests: manifests.filter((manifest) => manifest),
    worstCaseRollback: terms.reduce((sum, { duration }) => sum + duration.toSeconds(), 0),
    terms: terms.map(({ term, duration }) => `${term} ${duration.toSeconds()} s`).join(', '),
  };
}
