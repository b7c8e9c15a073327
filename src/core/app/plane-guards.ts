import { ApiObject, Chart } from 'cdk8s';
import { IConstruct, IValidation } from 'constructs';
import { annotatedErrors, isBelowStack, isStack, isTerraformElement, originOf, TerraformStack } from './cloud-plane';
import { findTokens, TokenPlace, tokensExist } from './tokens';
import { describe } from '../../private/input-error';
import { isRenderingOnce } from '../../private/manifests';

/**
 * The border between charts and Terraform stacks. Each crossing would otherwise pass in silence, or fail far from its cause: only strings that
 * are known at synthesis may cross.
 */
export class PlaneGuards implements IValidation {
  public constructor(private readonly app: IConstruct) {}

  public validate(): string[] {
    const constructs = this.app.node.findAll();
    const stacks = constructs.filter(isStack);
    return [
      ...misplacedElements(constructs),
      ...stacks.length === 0 ? [] : [...misplacedCharts(constructs), ...duplicateStacks(stacks), ...dependenciesAcross(constructs)],
      ...constructs.flatMap(annotated),
      ...isRenderingOnce() ? [] : tokensIn(constructs),
    ];
  }
}

function misplacedElements(constructs: IConstruct[]): string[] {
  return constructs.filter(isTerraformElement).filter((element) => !isBelowStack(element)).map((element) => {
    const chart = scopeOf(element, Chart.isChart);
    const place = chart === undefined ? 'outside of any stack' : `below the chart '${chart.node.path}'`;
    return at(element, describe('app/terraform-outside-stack', `a Terraform resource ${place} is never written; create it below a TerraformStack of the app`));
  });
}

function misplacedCharts(constructs: IConstruct[]): string[] {
  return constructs.filter(Chart.isChart).filter(isBelowStack).map((chart) =>
    at(chart, describe('app/chart-below-stack', `a chart below the Terraform stack '${scopeOf(chart, isStack)!.node.path}' belongs to no cluster; create it below the app, beside the stack`)));
}

function annotated(construct: IConstruct): string[] {
  return annotatedErrors(construct).map((message) => at(construct, describe('app/annotated-error', message)));
}

function duplicateStacks(stacks: TerraformStack[]): string[] {
  return stacks.flatMap((stack, index) => {
    const first = stacks.slice(0, index).find((other) => other.node.id === stack.node.id);
    return first === undefined ? [] : [at(stack, describe('app/duplicate-stack', `a stack called '${stack.node.id}' exists already at '${first.node.path}', and both would be written to 'terraform/stacks/${stack.node.id}'; give one of them another id`))];
  });
}

function dependenciesAcross(constructs: IConstruct[]): string[] {
  return constructs.flatMap((source) => source.node.dependencies
    .filter((target) => isBelowStack(source) !== isBelowStack(target))
    .map((target) => at(source, describe('app/dependency-across-planes', `depends on '${target.node.path}' in the other plane, but manifests and Terraform are applied by different tools; let the pipeline order them`))));
}

/** Where a chart is rendered alone; an app looks for tokens while it writes. */
function tokensIn(constructs: IConstruct[]): string[] {
  const objects = constructs.filter((construct): construct is ApiObject => ApiObject.isApiObject(construct));
  return tokensExist() ? objects.flatMap((object) => tokenProblems(object.toJson()).map((problem) => at(object, problem))) : [];
}

/** What is wrong with a manifest that holds values of Terraform. */
export function tokenProblems(manifest: unknown): string[] {
  return tokensExist() ? findTokens(manifest).map(tokenProblem) : [];
}

function tokenProblem({ field, token }: TokenPlace): string {
  const origin = originOf(token);
  const value = origin === undefined ? 'a value' : `'${origin}'`;
  return describe('app/token-in-manifest', `'${field}' holds ${value} that only Terraform knows, when it applies; use a string that is known at synthesis, such as the name that the resource was given`);
}

function scopeOf<T extends IConstruct>(construct: IConstruct, is: (scope: IConstruct) => scope is T): T | undefined {
  return construct.node.scopes.find(is);
}

function at(construct: IConstruct, message: string): string {
  return `[${construct.node.path}] ${message}`;
}
