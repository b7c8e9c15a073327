import { ChildProcess, fork } from 'child_process';
import { join } from 'path';
import { Season } from './world';

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

  /** @param everyMs time between two requests */
  public constructor(everyMs: number, seed: number) {
    this.client = fork(join(__dirname, 'traffic-client.ts'), [`${everyMs}`, `${seed}`], {
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
