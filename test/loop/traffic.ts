import { ChildProcess, fork } from 'child_process';
import { join } from 'path';
import { Season } from './world';

/**
 * Time between two requests: of 83 a second, about 41 fall into the first stage and the ten seconds of a rate. Guardrails want 20 of them, and a
 * quarter of the customers come from a country that a bad version does not know; with 50 a second, chance decided one stage in fifteen.
 */
const EVERY_MS = 12;

/** Whom a share of the requests goes to. */
export interface Share {
  readonly host: string;
  readonly port: number;
  readonly weight: number;
}

/** What became of the requests since the count before. */
export interface TrafficCount {
  requests: number;
  /** How many requests got no good answer, by version and reason. */
  failures: { [reason: string]: number };
  /** Answers by the version that gave them. */
  versions: { [version: string]: number };
}

/** Requests without a pause, from a process that does nothing else. */
export class Traffic {
  private readonly client: ChildProcess;

  public constructor(seed: number) {
    this.client = fork(join(__dirname, 'traffic-client.ts'), [`${EVERY_MS}`, `${seed}`], {
      execArgv: ['-r', 'ts-node/register/transpile-only'],
      env: { ...process.env, TS_NODE_PROJECT: join(__dirname, '..', 'tsconfig.json'), NODE_OPTIONS: '' },
    });
  }

  /** Where requests go from now on. */
  public share(shares: Share[]): void {
    this.client.send({ shares });
  }

  /** What customers ask from now on. */
  public turnTo(season: Season): void {
    this.client.send({ season });
  }

  /** Counts, and begins a new count. */
  public count(): Promise<TrafficCount> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the customers do not answer')), 5000);
      this.client.once('message', (message) => {
        clearTimeout(late);
        resolve(message as TrafficCount);
      });
      this.client.send({ count: true });
    });
  }

  /** Ends it. */
  public stop(): void {
    this.client.disconnect();
  }
}
