import { readFileSync } from 'fs';
import { ModelRef } from './model-ref';
import { ModelRelease } from './model-release';
import { checkRelease, parseRelease } from './release-json';
import { InputError } from '../private/input-error';

/** Options of `ModelReleases.read()`. */
export interface ModelReleasesReadOptions {
  /**
   * Folder of the release records.
   *
   * @default releases
   */
  readonly directory?: string;
}

/** Release records, read and checked at synthesis: the place where an alias becomes a version and a hash. */
export class ModelReleases {
  /**
   * The release that an alias stands for: `releases/<model>.json` for the champion, `releases/<model>.<alias>.json` for others.
   *
   * @param model model and alias
   * @param options where the records are
   * @throws if the record is missing, broken or about another model
   */
  public static read(model: ModelRef, options: ModelReleasesReadOptions = {}): ModelRelease {
    const suffix = model.aliasName === 'champion' ? '' : `.${model.aliasName}`;
    const path = `${(options.directory ?? 'releases').replace(/\/+$/, '')}/${model.modelName}${suffix}.json`;
    const release = parseRelease(textOf(path, `the version of '${model}'`), path);
    if (release.model !== model.modelName) {
      throw new InputError('release/wrong-model',
        `'${path}' must be about '${model.modelName}', got a release of '${release.model}'; promote '${model.modelName}', or name the other model`);
    }
    return release;
  }

  /**
   * The release in a file.
   *
   * @param path path of the record, absolute or relative to the working directory
   * @throws if the record is missing or broken
   */
  public static fromFile(path: string): ModelRelease {
    return parseRelease(textOf(path, 'a release'), path);
  }

  /**
   * A release made in code, checked like one from a file.
   *
   * @param release what is released
   * @throws if a field is missing or malformed
   */
  public static of(release: ModelRelease): ModelRelease {
    return checkRelease(release, `release of ${release.model}`);
  }

  private constructor() {}
}

function textOf(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as { code: string };
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw new InputError('release/unreadable-file', `'${path}' must be a file that can be read, got ${code}`);
    }
    throw new InputError('release/missing-file',
      `'${path}' must hold ${what}, but there is no such file; commit the release record of the version that is live, or start in the folder that holds it`);
  }
}
