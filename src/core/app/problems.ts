import { IConstruct } from 'constructs';

/** Our own errors begin with the path, those of cdk8s about an object hold it. */
const NAMES_PATH = /^(?:\[|Failed serializing construct at path )/;

/** Gathers what is wrong with a tree, so that its user sees all of it at once. */
export class Problems {
  private readonly messages = new Set<string>();
  private readonly places = new Set<IConstruct>();

  /** Says that something is wrong with a construct. */
  public add(place: IConstruct, message: string): void {
    this.messages.add(message);
    this.places.add(place);
  }

  /** Runs an action and gathers its error, with the path of the construct if the error does not name one. */
  public attempt<T>(place: IConstruct, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.add(place, place.node.path === '' || NAMES_PATH.test(message) ? message : `[${place.node.path}] ${message}`);
      return undefined;
    }
  }

  /** Whether nothing is wrong, anywhere or with a construct and what is below it. */
  public none(scope?: IConstruct): boolean {
    return ![...this.places].some((place) => scope === undefined || place.node.scopes.includes(scope));
  }

  /** Throws one error with every problem, in the words of the stock app. Does nothing when there is none. */
  public throwIfAny(): void {
    if (this.messages.size > 0) {
      throw new Error(`Validation failed with the following errors:\n  ${[...this.messages].join('\n  ')}`);
    }
  }
}
