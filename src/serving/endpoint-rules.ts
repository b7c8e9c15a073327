import { InputProblems } from '../private/input-error';

/** Adds a problem where nothing can listen on a port. */
export function checkPort(name: string, port: number, problems: InputProblems): void {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    problems.add('serving/malformed-port', `'${name}' must be between 1 and 65535, got ${port}`);
  }
}

/** Adds a problem where a path is none. */
export function checkPath(name: string, path: string, problems: InputProblems): void {
  if (!path.startsWith('/')) {
    problems.add('serving/malformed-path', `'${name}' must start with '/', got '${path}'`);
  }
}
