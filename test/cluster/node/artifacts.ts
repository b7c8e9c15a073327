import { createHash } from 'crypto';
import { createServer, Server } from 'http';

/** A registry's artifacts, as an S3 server hands them out. */
export class Artifacts {
  /** Listens where the image of the loader looks for S3. */
  public static serve(): Promise<Artifacts> {
    return new Promise((resolve, reject) => {
      const artifacts = new Artifacts();
      artifacts.server.once('error', reject).listen(9000, '10.99.0.1', () => resolve(artifacts));
    });
  }

  private readonly content = new Map<string, string>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer(({ url }, response) => {
      const content = this.content.get(url!);
      response.writeHead(content === undefined ? 404 : 200).end(content ?? 'NoSuchKey');
    });
  }

  /** Keeps an artifact under its address, `s3://bucket/key`. */
  public put(uri: string, content: string): void {
    this.content.set(uri.replace('s3:/', ''), content);
  }

  /** Ends it. */
  public stop(): void {
    this.server.close();
  }
}

/** Hash of an artifact, as a release names it. */
export function sha256Of(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
