import { Chart, Duration } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { AnalysisArgument } from './analysis-argument';
import { AnalysisOptions } from './analysis-options';
import { checkSettings, endlessTiming, settingsOf, timingOf } from './analysis-settings';
import { AnalysisContent, NAMESPACE_ARG, toAnalysisSpec, VERSION_ARGS } from './analysis-spec';
import { IGuardrail } from './guardrail';
import { reportUnanswered } from './guardrail-closure';
import { checkGuardrails } from './guardrail-problems';
import { subjectOf } from './guardrail-subject';
import { PlatformProfile } from '../core/platform-profile';
import { ServingMetrics } from '../core/serving-metrics';
import { InputProblems } from '../private/input-error';
import { AnalysisTemplate as AnalysisTemplateObject, ClusterAnalysisTemplate as ClusterAnalysisTemplateObject } from '../private/l1/argoproj-rollouts';
import { wholeSeconds } from '../private/whole-units';

/** Measurements that a rollout, or whoever makes an AnalysisRun, can start by name. */
export interface IAnalysisTemplate extends IConstruct {
  /** Name of the object. */
  readonly templateName: string;
  /** Whether every namespace may use it. */
  readonly isClusterScoped: boolean;
  /** Whether it measures until somebody ends it, so that it may run in the background only. */
  readonly runsUntilStopped: boolean;
  /** Arguments that whoever runs it has to pass. */
  readonly requiredArgs: string[];
  /** Names of its metrics. */
  readonly metricNames: string[];
  /** Whether an argument of it is a secret. Argo Rollouts runs such a template in one stage of a rollout only. */
  readonly readsSecrets: boolean;
}

/** What is known of a template that is made elsewhere. */
export interface AnalysisTemplateAttributes {
  /** Name of the object. */
  readonly templateName: string;
  /**
   * Whether it measures until somebody ends it.
   *
   * @default false
   */
  readonly runsUntilStopped?: boolean;
  /**
   * Arguments that have to be passed.
   *
   * @default - `canary-hash` and `stable-hash`
   */
  readonly requiredArgs?: string[];
  /**
   * Names of its metrics, so that another one of that name is found before the controller finds it.
   *
   * @default - not known
   */
  readonly metricNames?: string[];
  /**
   * Whether an argument of it is a secret, which it takes `valueFrom` somewhere. Argo Rollouts runs such a template in one stage of a rollout only.
   *
   * @default false
   */
  readonly readsSecrets?: boolean;
}

/** Options of an analysis, in one namespace or for all. */
export interface AnalysisTemplateOptions {
  /** What the new version must meet. */
  readonly guardrails: IGuardrail[];
  /** What the pods export. */
  readonly metrics: ServingMetrics;
  /** What the cluster has. */
  readonly platform: PlatformProfile;
  /**
   * Name of the object.
   *
   * @default - made from the path of the construct
   */
  readonly templateName?: string;
  /**
   * How long it measures.
   *
   * @default Duration.minutes(30)
   */
  readonly duration?: Duration;
  /**
   * Whether it measures until somebody ends it instead, as a background analysis does. A stage refuses such a template.
   *
   * @default false
   */
  readonly runsUntilStopped?: boolean;
  /**
   * How guardrails are measured.
   *
   * @default - every minute over five minutes, no breach tolerated
   */
  readonly analysis?: AnalysisOptions;
  /**
   * Guardrails that are measured and recorded, while a breach changes nothing: to find a threshold before it decides.
   *
   * @default - none
   */
  readonly dryRun?: IGuardrail[];
  /**
   * What stands for `{{args.<name>}}` in queries of your own. `canary-hash` and `stable-hash`, the hashes of the two versions, are always there.
   *
   * @default - none
   */
  readonly args?: { [name: string]: AnalysisArgument };
}

/** Properties of `AnalysisTemplate`. */
export interface AnalysisTemplateProps extends AnalysisTemplateOptions {}

/** Properties of `ClusterAnalysisTemplate`. */
export interface ClusterAnalysisTemplateProps extends AnalysisTemplateOptions {}

/**
 * Measurements of a new version beside the one that serves, in one namespace. A rollout that names no measurements of its own needs none of these:
 * `CanaryRollout` makes what it needs from its guardrails.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export class AnalysisTemplate extends Construct implements IAnalysisTemplate {
  /**
   * A template of the namespace that is made elsewhere.
   *
   * @param scope where the reference stands in the tree
   * @param id id in that scope
   * @param attributes what is known of it
   */
  public static fromAnalysisTemplateAttributes(scope: Construct, id: string, attributes: AnalysisTemplateAttributes): IAnalysisTemplate {
    return new ImportedTemplate(scope, id, attributes, false);
  }

  public readonly templateName: string;
  public readonly isClusterScoped = false;
  public readonly runsUntilStopped: boolean;
  public readonly requiredArgs: string[];
  public readonly metricNames: string[];
  public readonly readsSecrets: boolean;

  /**
   * @throws if nothing is measured, a number makes no sense, or a guardrail asks what the pods do not export
   */
  public constructor(scope: Construct, id: string, props: AnalysisTemplateProps) {
    super(scope, id);
    const made = contentOf(this, scope, id, props, Chart.of(this).namespace);
    const object = new AnalysisTemplateObject(this, 'Resource', { metadata: props.templateName === undefined ? undefined : { name: props.templateName }, spec: made.spec });
    this.templateName = object.name;
    this.runsUntilStopped = props.runsUntilStopped ?? false;
    this.requiredArgs = made.requiredArgs;
    this.metricNames = made.metricNames;
    this.readsSecrets = made.readsSecrets;
  }
}

/**
 * Measurements that rollouts of every namespace can start. They say which namespace they are in by the argument `namespace`.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#clusterscoped-analysistemplates
 */
export class ClusterAnalysisTemplate extends Construct implements IAnalysisTemplate {
  /**
   * A template of the cluster that is made elsewhere.
   *
   * @param scope where the reference stands in the tree
   * @param id id in that scope
   * @param attributes what is known of it
   */
  public static fromClusterAnalysisTemplateAttributes(scope: Construct, id: string, attributes: AnalysisTemplateAttributes): IAnalysisTemplate {
    return new ImportedTemplate(scope, id, attributes, true);
  }

  public readonly templateName: string;
  public readonly isClusterScoped = true;
  public readonly runsUntilStopped: boolean;
  public readonly requiredArgs: string[];
  public readonly metricNames: string[];
  public readonly readsSecrets: boolean;

  /**
   * @throws if nothing is measured, a number makes no sense, or a guardrail asks what the pods do not export
   */
  public constructor(scope: Construct, id: string, props: ClusterAnalysisTemplateProps) {
    super(scope, id);
    const made = contentOf(this, scope, id, props, undefined);
    const object = new ClusterAnalysisTemplateObject(this, 'Resource', { metadata: props.templateName === undefined ? undefined : { name: props.templateName }, spec: made.spec });
    this.templateName = object.name;
    this.runsUntilStopped = props.runsUntilStopped ?? false;
    this.requiredArgs = made.requiredArgs;
    this.metricNames = made.metricNames;
    this.readsSecrets = made.readsSecrets;
  }
}

class ImportedTemplate extends Construct implements IAnalysisTemplate {
  public readonly templateName: string;
  public readonly runsUntilStopped: boolean;
  public readonly requiredArgs: string[];
  public readonly metricNames: string[];
  public readonly readsSecrets: boolean;

  public constructor(scope: Construct, id: string, attributes: AnalysisTemplateAttributes, public readonly isClusterScoped: boolean) {
    super(scope, id);
    this.templateName = attributes.templateName;
    this.runsUntilStopped = attributes.runsUntilStopped ?? false;
    this.requiredArgs = attributes.requiredArgs ?? VERSION_ARGS.map(({ name }) => name);
    this.metricNames = attributes.metricNames ?? [];
    this.readsSecrets = attributes.readsSecrets ?? false;
  }
}

interface Made {
  readonly spec: any;
  readonly requiredArgs: string[];
  readonly metricNames: string[];
  readonly readsSecrets: boolean;
}

function contentOf(template: Construct, scope: Construct, id: string, props: AnalysisTemplateOptions, namespace: string | undefined): Made {
  const { guardrails, dryRun = [], args = {}, platform } = props;
  const settings = settingsOf(props.analysis);
  const subject = subjectOf({ metrics: props.metrics, settings, namespace });
  const problems = new InputProblems();
  checkSettings(problems, settings);
  checkGuardrails(problems, { guardrails, dryRun, subject, endless: props.runsUntilStopped ?? false });
  checkArgs(problems, args);
  if (guardrails.length + dryRun.length === 0) {
    problems.add('rollout/nothing-measured', "'guardrails' must hold at least one, got none; Argo Rollouts refuses an analysis without metrics");
  }
  if (!platform.metrics.isAvailable) {
    problems.add('rollout/analysis-without-metrics', 'guardrails are judged by numbers from Prometheus, but the platform profile has none; give it a metrics backend');
  }
  const timing = problems.attempt(() =>
    (props.runsUntilStopped ? endlessTiming(settings) : timingOf(wholeSeconds(props.duration ?? Duration.minutes(30)), settings)));
  problems.throwAt(scope, id);

  const content: AnalysisContent = { guardrails, dryRun, args, analysis: { backend: platform.metrics, subject, timing: timing!, options: settings } };
  const spec = toAnalysisSpec(template, content);
  reportUnanswered(template, [...guardrails, ...dryRun], subject);
  return {
    spec,
    requiredArgs: spec.args.filter((arg: any) => arg.value === undefined && arg.valueFrom === undefined).map((arg: any) => arg.name),
    metricNames: spec.metrics.map((metric: any) => metric.name),
    readsSecrets: spec.args.some((arg: any) => arg.valueFrom !== undefined),
  };
}

function checkArgs(problems: InputProblems, args: { [name: string]: AnalysisArgument }): void {
  for (const [name, { kind }] of Object.entries(args)) {
    if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
      problems.add('rollout/malformed-arg-name', `a name among 'args' must be lower-case letters, digits and '-', starting with a letter, got '${name}'`);
    }
    if ([...VERSION_ARGS.map((arg) => arg.name), NAMESPACE_ARG].includes(name)) {
      problems.add('rollout/arg-taken', `'${name}' among 'args' is passed by every rollout already; choose another name`);
    }
    if (kind === 'rolloutField') {
      problems.add('rollout/field-arg-in-template',
        `'${name}' among 'args' is a field of a rollout, which Argo Rollouts reads only where the rollout passes it; declare AnalysisArgument.required() here and pass the field there`);
    }
  }
}
