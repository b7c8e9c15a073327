import { IConstruct } from 'constructs';

/**
 * What a user did wrong, said so that the next attempt succeeds.
 *
 * The id names the rule, as a linter would: it stands at the end of the message, in the list of error cases and in a search engine.
 */
export class InputError extends Error {
  public constructor(public readonly errorId: string, message: string) {
    super(describe(errorId, message));
    this.name = 'InputError';
  }
}

/** The one form of every message: lower case, no full stop, id last. */
export function describe(errorId: string, message: string): string {
  return `${message} (${errorId})`;
}

/**
 * Gathers what is wrong with the input of one construct, so that its user sees all of it at once.
 *
 * `const problems = new InputProblems(); problems.add(id, message); problems.throwAt(scope, id);`
 */
export class InputProblems {
  private readonly messages: string[] = [];
  private readonly ids: string[] = [];

  public add(errorId: string, message: string): void {
    this.ids.push(errorId);
    this.messages.push(describe(errorId, message));
  }

  /** Adds the problem of a value that throws one. */
  public attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof InputError)) {throw error;}
      this.ids.push(error.errorId);
      this.messages.push(error.message);
    }
  }

  /** Throws one error with every problem, under the path that the construct would have had. Does nothing when there is none. */
  public throwAt(scope: IConstruct, id: string): void {
    if (this.messages.length === 0) {return;}
    const path = [scope.node.path, id].filter((part) => part !== '').join('/');
    const error = new Error(this.messages.map((message) => `[${path}] ${message}`).join('\n'));
    error.name = 'InputError';
    throw Object.assign(error, { errorIds: this.ids });
  }
}
