import * as fs from 'fs';
import { dirname, join } from 'path';

/**
 * A folder that is filled elsewhere and changed only when everything is there.
 *
 * The work is done beside the folder, on the same filesystem, and moved in file by file: what others have put there stays, and a folder that
 * cannot be replaced as a whole works too, such as the mount point of a container.
 */
export class StagedFolder {
  private readonly workspace: string;
  private readonly fresh: string;
  private readonly replaced: string;
  private readonly folders = new Set<string>();

  public constructor(private readonly target: string) {
    fs.mkdirSync(dirname(target), { recursive: true });
    this.workspace = fs.mkdtempSync(join(dirname(target), '.cdk8s-mlops-'));
    this.fresh = join(this.workspace, 'fresh');
    this.replaced = join(this.workspace, 'replaced');
    fs.mkdirSync(this.fresh);
  }

  /** Where to put a file so that it becomes part of the folder. */
  public pathOf(file: string): string {
    return join(this.fresh, file);
  }

  /** Adds a file, or replaces it. */
  public write(file: string, content: string): void {
    this.addFolder(dirname(file));
    fs.writeFileSync(this.pathOf(file), content);
  }

  /** Adds to the end of a file. */
  public append(file: string, content: string): void {
    fs.appendFileSync(this.pathOf(file), content);
  }

  public addFolder(folder: string): void {
    if (!this.folders.has(folder)) {
      fs.mkdirSync(this.pathOf(folder), { recursive: true });
      this.folders.add(folder);
    }
  }

  /** All files so far, with `/` as separator, in alphabetical order. */
  public files(): string[] {
    return entriesBelow(this.fresh).filter((entry) => !entry.isFolder).map((entry) => entry.path).sort();
  }

  /**
   * Moves everything in, and out what is no longer there.
   *
   * @param previous files that an earlier synthesis put there
   */
  public moveIn(previous: string[], moves: Moves): void {
    const entries = entriesBelow(this.fresh);
    const files = entries.filter((entry) => !entry.isFolder).map((entry) => entry.path);
    const kept = new Set(files);
    const stale = previous.filter((file) => !kept.has(file));
    moves.makeFolder(this.target);
    [...stale, ...files].filter((file) => isFile(join(this.target, file)))
      .forEach((file) => moves.move(join(this.target, file), join(this.replaced, file)));
    // before anything moves in, since a file may take the name of a folder
    new Set(stale.map((file) => dirname(file))).forEach((folder) => removeEmptyFolders(this.target, folder));
    entries.filter((entry) => entry.isFolder).forEach((entry) => moves.makeFolder(join(this.target, entry.path)));
    files.forEach((file) => moves.move(join(this.fresh, file), join(this.target, file)));
  }

  /** Removes what is left of the work. */
  public dispose(): void {
    fs.rmSync(this.workspace, { recursive: true, force: true });
  }
}

/** Files that change place together: all of them, or none. */
export class Moves {
  /** Runs an action, and undoes its moves if it fails. */
  public static allOrNone(action: (moves: Moves) => void): void {
    const moves = new Moves();
    try {
      action(moves);
    } catch (error) {
      moves.done.reverse().forEach(([from, to]) => move(to, from));
      moves.made.reverse().forEach(removeIfEmpty);
      throw error;
    }
  }

  private readonly done: [string, string][] = [];
  private readonly made: string[] = [];

  private constructor() {}

  public move(from: string, to: string): void {
    move(from, to);
    this.done.push([from, to]);
  }

  /** Makes a folder and those above it, where they do not exist. */
  public makeFolder(folder: string): void {
    if (fs.existsSync(folder)) {return;}
    this.makeFolder(dirname(folder));
    fs.mkdirSync(folder);
    this.made.push(folder);
  }
}

function move(from: string, to: string): void {
  fs.mkdirSync(dirname(to), { recursive: true });
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') {throw error;}
    fs.copyFileSync(from, to);
    fs.rmSync(from);
  }
}

interface Entry {
  readonly path: string;
  readonly isFolder: boolean;
}

function entriesBelow(root: string, folder = ''): Entry[] {
  return fs.readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? [{ path, isFolder: true }, ...entriesBelow(root, path)] : [{ path, isFolder: false }];
  });
}

function isFile(path: string): boolean {
  try {
    return !fs.lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Removes a folder and those above it as far as nothing is in them; the folder of another file may be gone already. */
function removeEmptyFolders(root: string, folder: string): void {
  if (folder === '.') {return;}
  removeIfEmpty(join(root, folder));
  removeEmptyFolders(root, dirname(folder));
}

function removeIfEmpty(folder: string): void {
  if (fs.existsSync(folder) && fs.readdirSync(folder).length === 0) {
    fs.rmdirSync(folder);
  }
}
