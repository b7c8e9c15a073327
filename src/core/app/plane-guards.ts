import { ApiObject, Chart } from 'cdk8s';
import { IConstruct, IValidation } from 'constructs';
import { annotatedErrors, isBelowStack, isStack, isTerraformElement, originOf, TerraformStack } from './cloud-plane';
import { findTokens, TokenPlace, tokensExist } from './tokens';
import { describe } from '../../private/input-error';
import { manifestOf } from '../../private/manifests';

/**
 * The border between charts and Terraform stacks. Each crossing would otherwise pass in silence, or fail far from its cause: only strings that
 * are known at synthesis may cross.
 */
export class PlaneGuards implements IValidation {
  public constructor(private readonly app: IConstruct) {}

  public validate(): string[] {
    const constructs = this.app.node.findAll();
    return [
      ...misplaced(constructs),
      ...duplicateStacks(constructs.filter(isStack)),
      ...dependenciesAcross(constructs),
      ...constructs.flatMap(annotated),
      ...tokensExist() ? constructs.filter((construct) => ApiObject.isApiObject(construct)).flatMap(tokensInManifest) : [],
    ];
  }
}

function misplaced(constructs: IConstruct[]): string[] {
  return constructs.flatMap((construct) => {
    const chart = scopeOf(construct, Chart.isChart);
    const stack = scopeOf(construct, isStack);
    if (isTerraformElement(construct) && stack === undefined) {
      const place = chart === undefined ? 'outside of any stack' : `below the chart '${chart.node.path}'`;
      return [at(construct, describe('app/terraform-outside-stack', `a Terraform resource ${place} is never written; create it below a TerraformStack of the app`))];
    }
    if (Chart.isChart(construct) && stack !== undefined) {
      return [at(construct, describe('app/chart-below-stack', `a chart below the Terraform stack '${stack.node.path}' belongs to no cluster; create it below the app, beside the stack`))];
    }
    return [];
  });
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

function tokensInManifest(object: ApiObject): string[] {
  return findTokens(tryManifestOf(object)).map((place) => at(object, tokenProblem(place)));
}

/** What cannot be rendered is reported when it is written. */
function tryManifestOf(object: ApiObject): unknown {
  try {
    return manifestOf(object);
  } catch {
    return undefined;
  }
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
