/** A request as IAM sees it. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  readonly context?: { [key: string]: string };
}

/**
 * What IAM would answer, for the part of its language that our policies use: explicit denials win, what nothing allows is refused, a
 * condition on a key that the request lacks does not hold.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function isAllowed(policies: any[], request: IamRequest): boolean {
  const applying = policies.flatMap((policy) => policy.Statement).filter((statement) => applies(statement, request));
  return applying.some((statement) => statement.Effect === 'Allow') && !applying.some((statement) => statement.Effect === 'Deny');
}

function applies(statement: any, request: IamRequest): boolean {
  return statement.Action.some((pattern: string) => matches(pattern, request.action))
    && statement.Resource.some((pattern: string) => matches(pattern, request.resource))
    && Object.entries<any>(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries<any>(keys).every(([key, wanted]) => holds(operator, wanted, request.context?.[key])));
}

function holds(operator: string, wanted: string, actual: string | undefined): boolean {
  switch (operator) {
    case 'StringEquals':
    case 'Bool': return actual === wanted;
    case 'StringLike': return actual !== undefined && matches(wanted, actual);
    case 'Null': return String(actual === undefined) === wanted;
    default: throw new Error(`the evaluator does not know the operator ${operator}`);
  }
}

function matches(pattern: string, value: string): boolean {
  const expression = pattern.split('*').map((part) => part.replace(/[.?+^$()[\]{}|\\]/g, '\\$&')).join('.*');
  return new RegExp(`^${expression}$`).test(value);
}
