import { ChildProcess, fork } from 'child_process';
import { join } from 'path';

/** What became of the requests since the count before. */
export interface TrafficCount {
  readonly seconds: number;
  /** Requests on connections that are kept. */
  kept: number;
  /** Requests that opened a connection. */
  fresh: number;
  /** Answers on a connection that had carried others. */
  reused: number;
  /** What happened to each request without a good answer. */
  readonly failures: string[];
  /** Good answers, by the version that gave them. */
  readonly versions: { [version: string]: number };
}

/** Requests without a pause. */
export class Traffic {
  private readonly client: ChildProcess;

  public constructor(host: string, port: number, path: string, body: string) {
    this.client = fork(join(__dirname, 'traffic-client.ts'), [host, `${port}`, path, body], {
      execArgv: ['-r', 'ts-node/register/transpile-only'],
      env: { ...process.env, TS_NODE_PROJECT: join(__dirname, '..', '..', 'tsconfig.json'), NODE_OPTIONS: '' },
    });
  }

  /** Counts, and begins a new count. */
  public count(): Promise<TrafficCount> {
    return new Promise((resolve, reject) => {
      this.client.once('message', (message) => resolve(message as TrafficCount));
      this.client.send('count', (error) => error && reject(error));
    });
  }

  /** Ends it. */
  public stop(): void {
    this.client.disconnect();
  }
}

/** One line that a reader can judge by. */
export function describeTraffic(what: string, { seconds, kept, fresh, reused, failures, versions }: TrafficCount): string {
  const answers = Object.entries(versions).sort().map(([version, answered]) => `${version} ${answered}`).join(', ');
  return `${what}: ${kept + fresh} requests in ${seconds.toFixed(1)} s, ${rateOf({ kept, fresh, seconds }).toFixed(0)} a second `
    + `(${fresh} on new connections, ${reused} on kept ones); answers: ${answers}; failures: ${failures.length}`;
}

/** Requests a second. */
export function rateOf({ kept, fresh, seconds }: { kept: number; fresh: number; seconds: number }): number {
  return (kept + fresh) / seconds;
}
