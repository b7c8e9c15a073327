import { createHash } from 'crypto';
import { readFileSync } from 'fs';
import { InputError } from '../private/input-error';

/**
 * The one file that says which features there are and of which type, such as `schemas/features_v2.json`: shared by training, serving and drift.
 *
 * Validation and training read it, its hash is registered with the version and stands in the release record.
 */
export class FeatureSchema {
  /**
   * A schema file of the repository. What it says is up to your programs; it has to be JSON.
   *
   * @param path path of the file
   * @throws if it cannot be read or is no JSON object, or is too large for the pods that read it
   */
  public static fromFile(path: string): FeatureSchema {
    let content: string;
    try {
      content = readFileSync(path, 'utf8');
    } catch {
      throw new InputError('feature-schema/unreadable', `the feature schema '${path}' cannot be read; give the path of the file that training and serving share`);
    }
    if (!isObject(content)) {
      throw new InputError('feature-schema/malformed', `the feature schema '${path}' must hold a JSON object, got something else`);
    }
    if (Buffer.byteLength(content) > MOST_BYTES) {
      throw new InputError('feature-schema/too-large',
        `the feature schema '${path}' must have at most ${MOST_BYTES} bytes, which fit into annotations of pods, got ${Buffer.byteLength(content)}; keep data out of it`);
    }
    return new FeatureSchema(content, createHash('sha256').update(content).digest('hex'));
  }

  private constructor(
    /** What stands in the file. */
    public readonly content: string,
    /** SHA-256 of the file, 64 hex digits: `featureSchemaSha256` of the release record. */
    public readonly sha256: string,
  ) {}
}

// an object may have annotations of 256 KiB, and `kubectl apply` keeps a second copy in one, every quotation mark escaped
const MOST_BYTES = 100_000;

function isObject(text: string): boolean {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
