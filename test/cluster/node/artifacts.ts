import { spawnSync } from 'child_process';
import { createHash } from 'crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { createServer, Server } from 'http';
import { tmpdir } from 'os';
import { join } from 'path';

/** A registry's artifacts, as an S3 server hands them out. */
export class Artifacts {
  /** Listens where the image of the loader looks for S3. */
  public static serve(): Promise<Artifacts> {
    return new Promise((resolve, reject) => {
      const artifacts = new Artifacts();
      artifacts.server.once('error', reject).listen(9000, '10.99.0.1', () => resolve(artifacts));
    });
  }

  private readonly content = new Map<string, Buffer>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer(({ url }, response) => {
      const content = this.content.get(url!);
      response.writeHead(content === undefined ? 404 : 200).end(content ?? 'NoSuchKey');
    });
  }

  /** Keeps an artifact under its address, `s3://bucket/key`. */
  public put(uri: string, content: Buffer): void {
    this.content.set(uri.replace('s3:/', ''), content);
  }

  /** Ends it. */
  public stop(): void {
    this.server.close();
  }
}

/** The artifact of a model: one tar file, the same bytes for the same model. */
export function artifactOf(model: object): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'artifact-'));
  try {
    writeFileSync(join(folder, 'model.json'), JSON.stringify(model));
    const fixed = ['--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=0644'];
    const { error, stdout } = spawnSync('tar', ['--create', '--to-stdout', ...fixed, '--directory', folder, 'model.json']);
    if (error) {throw error;}
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Hash of an artifact, as a release names it. */
export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
