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
 * Gathers what is wrong with one input, so that its user sees all of it at once.
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

  /** Runs an action; when it throws problems, adds them and returns undefined. */
  public attempt<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      const { name, message, errorId, errorIds, messages } = error as any;
      if (name !== 'InputError') {throw error;}
      this.ids.push(...(errorIds ?? [errorId]));
      this.messages.push(...(messages ?? [message]));
      return undefined;
    }
  }

  /** Throws one error with every problem, under the path that the construct would have had. Does nothing when there is none. */
  public throwAt(scope: IConstruct, id: string): void {
    const path = [scope.node.path, id].filter((part) => part !== '').join('/');
    this.throwWith(this.messages.map((message) => `[${path}] ${message}`));
  }

  /** Throws one error with every problem of a value, which has no path. Does nothing when there is none. */
  public throwAll(): void {
    this.throwWith(this.messages);
  }

  private throwWith(lines: string[]): void {
    if (lines.length === 0) {return;}
    const error = new Error(lines.join('\n'));
    error.name = 'InputError';
    throw Object.assign(error, { errorIds: this.ids, messages: this.messages });
  }
}
