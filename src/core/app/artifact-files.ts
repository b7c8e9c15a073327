import { isAbsolute, posix } from 'path';
import { IConstruct } from 'constructs';
import { InputError } from '../../private/input-error';
import { Artifacts } from '../artifacts';
import { StagedFolder } from './staged-folder';

/** Writes the artifacts of a tree, those of one construct after the other so that they are not all in memory. */
export function writeArtifacts(scope: IConstruct, folder: StagedFolder): void {
  const owners = new Map<string, string>();
  for (const construct of scope.node.findAll()) {
    for (const { path, content } of Artifacts.of(construct)._own()) {
      const owner = owners.get(path);
      if (owner !== undefined) {
        throw new InputError('app/duplicate-artifact', `'${construct.node.path}' and '${owner}' both write '${path}'; put the id of the construct into the path`);
      }
      if (isAbsolute(path) || path.includes('\\') || posix.normalize(path) !== path || path.startsWith('..')) {
        throw new InputError('app/artifact-outside', `'path' of an artifact must lead to a file below mlops.out/, with '/' between folders, got '${path}' from '${construct.node.path}'`);
      }
      owners.set(path, construct.node.path);
      folder.write(path, content);
    }
  }
}
