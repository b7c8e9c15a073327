import { analysisUses, argumentsOf, combinedArguments, completeUses, givenArguments } from './analysis-uses';
import { ROLLOUT } from './kinds';
import { placeholdersIn } from './placeholders';
import { ControllerRule } from '../controller-rule';

/**
 * What a rollout and its templates say of the arguments of an analysis.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation_references.go ValidateAnalysisTemplatesWithType
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/utils/analysis/helpers.go FlattenTemplates, MergeArgs
 */
export const analysisArguments: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/argument-missing',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => completeUses(rollout, lookup).flatMap((use) => {
      const given = new Set(givenArguments(use).map(({ name }) => name));
      const combined = combinedArguments(use);
      // in the background each template is asked by itself, although another could give the value
      const asked = use.inBackground ? [...combined, ...use.templates.flatMap(argumentsOf)] : combined;
      const missing = asked.filter(({ name, value, valueFrom }) => value === undefined && valueFrom === undefined && !given.has(name));
      return [...new Set(missing.map(({ name }) => name))].map((name) => ({
        field: `${use.field}.args`, problem: `must give the argument '${name}' of the ${templatesOf(use)}`, remedy: 'add it',
      }));
    }),
  },
  {
    ruleId: 'argo-rollouts/conflicting-arguments',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => completeUses(rollout, lookup).flatMap((use) => {
      const first = new Map<string, string>();
      return use.templates.flatMap(argumentsOf).flatMap(({ name, value }) => {
        if (value === undefined) {return [];}
        const before = first.get(name) ?? value;
        first.set(name, before);
        return before === value ? [] : [{
          field: `${use.field}.templates`, problem: `must agree on the argument '${name}', but give it the values '${before}' and '${value}'`, remedy: 'give it one value, or two names',
        }];
      });
    }),
  },
  {
    ruleId: 'argo-rollouts/argument-given-twice',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => {
      const seen = new Set<any>();
      const uses = analysisUses(rollout, lookup).filter(({ inBackground }) => !inBackground);
      return uses.flatMap(({ field, templates }) => templates.flatMap((template) => {
        const sourced = argumentsOf(template).filter(({ valueFrom }) => valueFrom !== undefined);
        const again = seen.has(template);
        seen.add(template);
        return sourced.filter(({ value }) => value !== undefined || again).map(({ name, value }) => ({
          field: `${field}.templates`,
          problem: value === undefined
            ? `must not use '${template.metadata.name}' again, as its argument '${name}' has a 'valueFrom': the controller takes it for given once it looked at it`
            : `must not use '${template.metadata.name}', whose argument '${name}' has 'value' and 'valueFrom'`,
          remedy: value === undefined ? 'make a template of another name for each step' : 'keep one of them',
        }));
      }));
    },
  },
  {
    ruleId: 'argo-rollouts/unknown-argument',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => analysisUses(rollout, lookup).flatMap((use) => use.templates.flatMap((template) => {
      // in the background, templates that run together share their arguments; elsewhere each is looked at by itself as well
      const own = new Set((use.inBackground ? combinedArguments(use) : argumentsOf(template)).map(({ name }) => `args.${name}`));
      const used = use.inBackground && use.elsewhere.length > 0 ? [] : placeholdersIn(template.spec?.metrics);
      return [...new Set(used.filter((placeholder) => placeholder === undefined || !own.has(placeholder)))].map((placeholder) => ({
        field: `${use.field}.templates`,
        problem: placeholder === undefined
          ? `must not use '${template.metadata.name}', in which a '{{' has no '}}'`
          : `must not use '${template.metadata.name}', which asks for '{{${placeholder}}}' without an argument of its own of that name`,
        remedy: placeholder === undefined ? "add '}}'" : "add it to 'spec.args' of the template",
      }));
    })),
  },
  {
    ruleId: 'argo-rollouts/argument-of-nothing',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => analysisUses(rollout, lookup).flatMap(({ field, analysis }) => {
      // the controller remembers what went wrong with the last path only
      const path = (analysis.args ?? []).map(({ valueFrom }: any) => valueFrom?.fieldRef?.fieldPath).filter((one: any) => one !== undefined).at(-1);
      return path === undefined || path.startsWith('metadata') || /^\W*status\b/.test(path) || isPrimitive(path, rollout) ? [] : [{
        field: `${field}.args`, problem: 'must take values of fields that the rollout has', value: path, remedy: 'change the path',
      }];
    }),
  },
];

/** @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/utils/analysis/factory.go extractValueFromRollout */
function isPrimitive(path: string, rollout: any): boolean {
  const sections = path.split(/[.[\]]+/).filter((section) => section !== '');
  const value = sections.reduce((inner, section) => typeof inner === 'object' && inner !== null && Object.hasOwn(inner, section) ? inner[section] : undefined, rollout);
  return value !== undefined && typeof value !== 'object';
}

function templatesOf({ templates }: { readonly templates: any[] }): string {
  const names = templates.map(({ metadata }) => `'${metadata.name}'`).join(', ');
  return `${templates.length === 1 ? 'template' : 'templates'} ${names}`;
}
