import { Finding } from '../../src';

/** A way to do something wrong, and the whole of what the library says about it. */
export interface ErrorCase {
  /** Id of the throw, validation or rule. */
  readonly id: string;
  /** What the user did, as the end of "refuses …". */
  readonly when: string;
  /** Does it. Throws, or returns the findings where the rule only warns. */
  readonly provoke: () => Finding[] | unknown;
  /** The whole message: path, value, remedy, id. */
  readonly message: string;
}

/** What the library says: the message that it throws, or its findings as the report shows them. */
export function outcomeOf(errorCase: ErrorCase): string {
  let result: unknown;
  try {
    result = errorCase.provoke();
  } catch (error) {
    return (error as Error).message;
  }
  if (!Array.isArray(result)) {
    return 'nothing was refused';
  }
  return (result as Finding[])
    .filter((finding) => finding.ruleId === errorCase.id)
    .map((finding) => `[${finding.path}] ${finding.message}; ${finding.remedy} (${finding.ruleId})`)
    .join('\n');
}
