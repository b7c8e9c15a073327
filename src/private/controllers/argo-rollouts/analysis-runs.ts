import { AnalysisUse, analysisUses, argumentsOf, completeUses } from './analysis-uses';
import { intOf, ROLLOUT } from './kinds';
import { resolved } from './placeholders';
import { ControllerRule, Violation } from '../controller-rule';

/**
 * What the templates of an analysis must be together.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/pkg/apis/rollouts/validation/validation_references.go ValidateAnalysisTemplateWithType
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.1/utils/analysis/helpers.go FlattenTemplates, GetDryRunMetrics
 */
export const analysisRuns: ControllerRule[] = [
  {
    ruleId: 'argo-rollouts/template-names-itself',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => analysisUses(rollout, lookup).flatMap(({ field, cycles }) => cycles.map((name) => ({
      field: `${field}.templates`, problem: `must not use '${name}', which names itself: the controller would follow it until it dies`, remedy: "remove it from 'spec.templates' of the template",
    }))),
  },
  {
    ruleId: 'argo-rollouts/endless-metric',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => analysisUses(rollout, lookup).filter(({ inBackground }) => !inBackground).flatMap(({ field, templates }) =>
      templates.flatMap((template) => {
        const known = new Map(argumentsOf(template).map(({ name, value }) => [`args.${name}`, value ?? 'unknown']));
        return metricsOf(template).filter((metric) => metric.interval && intOf(resolved(metric.count, known)) === 0).map(({ name }) => ({
          field: `${field}.templates`,
          problem: `must not use '${template.metadata.name}', whose metric '${name}' has an interval and no count, so that it never ends`,
          remedy: "give the metric a 'count', or run the template in the background",
        }));
      })),
  },
  {
    ruleId: 'argo-rollouts/duplicate-metric',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => completeUses(rollout, lookup).flatMap((use) =>
      // what repeats in one template is its own fault
      repeated(use.templates.flatMap((template) => [...new Set<string>(metricsOf(template).map(({ name }) => name))])).map((name) => ({
        field: `${use.field}.templates`, problem: `must have metrics of different names, got '${name}' twice`, remedy: 'rename one of them',
      }))),
  },
  {
    ruleId: 'argo-rollouts/duplicate-dry-run',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => duplicates(rollout, completeUses(rollout, lookup), 'dryRun'),
  },
  {
    ruleId: 'argo-rollouts/duplicate-retention',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => duplicates(rollout, completeUses(rollout, lookup), 'measurementRetention'),
  },
  {
    ruleId: 'argo-rollouts/no-metrics',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => completeUses(rollout, lookup).flatMap(({ field, templates }) => templates.flatMap(metricsOf).length > 0 ? [] : [{
      field: `${field}.templates`, problem: 'must have a metric, else the analysis fails when it begins', remedy: 'name a template with metrics',
    }]),
  },
  {
    ruleId: 'argo-rollouts/dry-run-of-nothing',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => completeUses(rollout, lookup).flatMap((use) => unmatched(use, 'dryRun')),
  },
  {
    ruleId: 'argo-rollouts/retention-of-nothing',
    kinds: [ROLLOUT],
    violations: (rollout, lookup) => completeUses(rollout, lookup).flatMap((use) => unmatched(use, 'measurementRetention')),
  },
];

type Listed = 'dryRun' | 'measurementRetention';

function metricsOf(template: any): any[] {
  return template.spec?.metrics ?? [];
}

function namesOf(list: any[] = []): string[] {
  return list.map(({ metricName }) => metricName);
}

function repeated(names: string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
}

/** The controller compares the templates of each use with the lists of every step, and with that of the use when it begins. */
function duplicates(rollout: any, uses: AnalysisUse[], list: Listed): Violation[] {
  const steps: any[] = rollout.spec.strategy?.canary?.steps ?? [];
  const added = [[], ...steps.filter(({ analysis }) => analysis).map(({ analysis }) => namesOf(analysis[list]))];
  return uses.flatMap((use) => {
    const own = use.templates.flatMap((template) => namesOf(template.spec?.[list]));
    return [...new Set([...added, namesOf(use.analysis[list])].flatMap((names) => repeated([...names, ...own])))].map((name) => ({
      field: `${use.field}.${list}`, problem: `and that of its templates must have different names, got '${name}' twice`, remedy: 'keep one of them',
    }));
  });
}

function unmatched({ field, analysis, templates }: AnalysisUse, list: Listed): Violation[] {
  const metrics = templates.flatMap(metricsOf).map(({ name }) => name);
  const asked = [...namesOf(analysis[list]), ...templates.flatMap((template) => namesOf(template.spec?.[list]))];
  return asked.filter((pattern) => !metrics.some((name) => matches(pattern, name))).map((pattern) => ({
    field: `${field}.${list}`, problem: `must match metrics of its templates (${metrics.join(', ')})`, value: pattern, remedy: 'change the expression',
  }));
}

function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern).test(name);
  } catch {
    return false;
  }
}
