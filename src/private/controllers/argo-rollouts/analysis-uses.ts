import { canaryOf, CLUSTER_TEMPLATE, TEMPLATE } from './kinds';
import { isMetadataPath } from './steps';
import { ManifestLookup } from '../controller-rule';

/** An argument of a template, or one that is given to it. */
export interface Argument {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: any;
}

/** One place where a rollout runs templates. */
export interface AnalysisUse {
  readonly field: string;
  /** An analysis in the background may run without end; others must come to one. */
  readonly inBackground: boolean;
  readonly analysis: any;
  /** Each template once, those that others name included. */
  readonly templates: any[];
  /** Names of templates that the app does not make. */
  readonly elsewhere: { readonly kind: string; readonly name: string }[];
  /** Names of templates that name themselves, directly or through others. */
  readonly cycles: string[];
}

/**
 * Where a rollout runs templates, in the order in which the controller looks.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/rollout/controller.go getReferencedRolloutAnalyses
 */
export function analysisUses(rollout: any, lookup: ManifestLookup): AnalysisUse[] {
  const canary = canaryOf(rollout);
  const { blueGreen = {} } = rollout.spec.strategy ?? {};
  const found: [string, any, boolean][] = canary ? [
    ...(canary.steps ?? []).map(({ analysis }: any, i: number) => [`spec.strategy.canary.steps[${i}].analysis`, analysis, false]),
    ['spec.strategy.canary.analysis', canary.analysis, true],
  ] : ['prePromotionAnalysis', 'postPromotionAnalysis'].map((field) => [`spec.strategy.blueGreen.${field}`, blueGreen[field], false]);
  return found.filter(([, analysis]) => analysis).map(([field, analysis, inBackground]) => {
    const search = new TemplateSearch(rollout.metadata.namespace ?? '', lookup);
    search.add(analysis.templates ?? []);
    return { field, inBackground, analysis, templates: search.templates, elsewhere: search.elsewhere, cycles: search.cycles };
  });
}

/** Uses of which every template is known: of others nobody can say at synthesis what they combine to. */
export function completeUses(rollout: any, lookup: ManifestLookup): AnalysisUse[] {
  return analysisUses(rollout, lookup).filter(({ elsewhere }) => elsewhere.length === 0);
}

/** The arguments of all templates of a use as the controller combines them: the first value that is given. */
export function combinedArguments({ templates }: AnalysisUse): Argument[] {
  const combined = new Map<string, Argument>();
  for (const argument of templates.flatMap((template) => argumentsOf(template))) {
    if (combined.get(argument.name)?.value === undefined) {
      combined.set(argument.name, argument);
    }
  }
  return [...combined.values()];
}

/** The arguments of a template by itself. */
export function argumentsOf(template: any): Argument[] {
  return template.spec?.args ?? [];
}

/** The arguments that a rollout gives to a use; none where one of them names metadata that Kubernetes cannot read. */
export function givenArguments({ analysis }: AnalysisUse): Argument[] {
  const given: Argument[] = analysis.args ?? [];
  return given.every(({ valueFrom }) => isMetadataPath(valueFrom?.fieldRef?.fieldPath ?? '')) ? given : [];
}

class TemplateSearch {
  private readonly ofNamespace = new Map<string, any>();
  private readonly ofCluster = new Map<string, any>();
  public readonly elsewhere: { kind: string; name: string }[] = [];
  public readonly cycles: string[] = [];

  public constructor(private readonly namespace: string, private readonly lookup: ManifestLookup) {}

  public get templates(): any[] {
    return [...this.ofNamespace.values(), ...this.ofCluster.values()];
  }

  public add(references: any[], outer: any[] = []): void {
    for (const { templateName = '', clusterScope } of references) {
      const [kind, found, namespace] = clusterScope ? [CLUSTER_TEMPLATE, this.ofCluster, ''] : [TEMPLATE, this.ofNamespace, this.namespace];
      if (found.has(templateName)) {
        this.cycles.push(...outer.includes(found.get(templateName)) ? [templateName] : []);
        continue;
      }
      const template = this.lookup.named(kind, namespace, templateName);
      if (template === undefined) {
        this.elsewhere.push({ kind, name: templateName });
      } else {
        found.set(templateName, template);
        this.add(template.spec?.templates ?? [], [...outer, template]);
      }
    }
  }
}
