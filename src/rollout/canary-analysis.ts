import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { AnalysisOptions } from './analysis-options';
import { AnalysisSettings, AnalysisTiming, endlessTiming, laterTimingOf, settingsOf, timingOf } from './analysis-settings';
import { NAMESPACE_ARG, toAnalysisSpec, VERSION_ARGS } from './analysis-spec';
import { CanaryOptions, CanaryStage, CanaryTemplate } from './canary-options';
import { stagesOf } from './canary-stages';
import { GuardrailSubject, IGuardrail } from './guardrail';
import { reportUnanswered } from './guardrail-closure';
import { STABLE_HASH } from './guardrail-subject';
import { PlatformProfile } from '../core/platform-profile';
import { AnalysisTemplate } from '../private/l1/argoproj-rollouts';

export interface CanaryAnalysisProps extends CanaryOptions {
  readonly guardrails: IGuardrail[];
  readonly subject: GuardrailSubject;
  readonly platform: PlatformProfile;
}

/** What is judged, stage by stage. */
export interface JudgedStages {
  readonly stages?: CanaryStage[];
  readonly analysis?: AnalysisOptions;
  readonly guardrails: IGuardrail[];
  readonly dryRun?: IGuardrail[];
  readonly backgroundGuardrails?: IGuardrail[];
  readonly subject: GuardrailSubject;
}

/** A stage as it is judged. */
export interface JudgedStage {
  readonly weight: number;
  readonly duration: Duration;
  readonly guardrails: IGuardrail[];
  readonly dryRun: IGuardrail[];
  readonly timing: Required<AnalysisTiming>;
}

/** The stages of a canary as steps of a Rollout, and the AnalysisTemplates that judge them: one for all stages that are judged alike. */
export class CanaryAnalysis {
  /** The stages, with what judges them. */
  public readonly stages: JudgedStage[];
  private readonly settings: AnalysisSettings;
  private readonly templates = new Map<string, StageTemplate>();
  private readonly background?: StageTemplate;

  public constructor(private readonly scope: Construct, private readonly props: CanaryAnalysisProps) {
    const { guardrails, dryRun = [], backgroundGuardrails = [], subject } = props;
    this.settings = settingsOf(props.analysis);
    this.stages = judgedStages(props, this.settings);
    this.stages.forEach((stage) => this.declareTemplate(stage));
    if (backgroundGuardrails.length > 0) {
      this.background = this.template('BackgroundAnalysis', backgroundGuardrails, [], endlessTiming(this.settings));
    }
    reportUnanswered(scope, [...guardrails, ...dryRun, ...backgroundGuardrails], subject);
  }

  /** The steps. An analysis of a stage lasts as long as the stage, so none is left unwatched. */
  public get steps(): any[] {
    const { templates = [] } = this.props;
    return this.stages.flatMap((stage) => {
      const own = this.templates.get(this.idOf(stage))!;
      return [
        { setWeight: stage.weight },
        {
          analysis: {
            templates: [
              { templateName: own.name },
              ...templates.map(({ template }) => ({ templateName: template.templateName, clusterScope: template.isClusterScoped || undefined })),
            ],
            args: argsOf(this.scope, own, templates),
          },
        },
      ];
    });
  }

  /** The analysis beside all stages, from the time on when the first one has its share of the requests. */
  public get backgroundAnalysis(): any {
    return this.background && { startingStep: 1, templates: [{ templateName: this.background.name }], args: argsOf(this.scope, this.background, []) };
  }

  private declareTemplate(stage: JudgedStage): void {
    const id = this.idOf(stage);
    if (!this.templates.has(id)) {
      this.templates.set(id, this.template(id, stage.guardrails, stage.dryRun, stage.timing));
    }
  }

  private template(id: string, guardrails: IGuardrail[], dryRun: IGuardrail[], timing: AnalysisTiming): StageTemplate {
    const { subject, platform } = this.props;
    const spec = toAnalysisSpec(this.scope, {
      guardrails, dryRun, args: {}, analysis: { backend: platform.metrics, subject, timing, options: this.settings },
    });
    const { name } = new AnalysisTemplate(this.scope, id, { spec });
    return { name, argNames: spec.args.map((arg: any) => arg.name) };
  }

  private idOf({ duration, guardrails, dryRun, timing, weight }: JudgedStage): string {
    const isComplete = guardrails.length + dryRun.length === this.props.guardrails.length + (this.props.dryRun ?? []).length;
    // Argo Rollouts refuses a template that reads secrets in its second step
    const isShared = !this.readsSecrets([...guardrails, ...dryRun]);
    return `Analysis-${duration.toSeconds()}s${timing.initialDelay > 0 ? '-first' : ''}${isComplete ? '' : '-alone'}${isShared ? '' : `-${weight}`}`;
  }

  private readsSecrets(guardrails: IGuardrail[]): boolean {
    return Object.keys(this.settings.secretHeaders).length > 0
      || guardrails.some((guardrail) => Object.keys(guardrail.check(this.props.subject).secrets ?? {}).length > 0);
  }
}

/** The stages, each with what judges it and when. */
export function judgedStages(props: JudgedStages, settings: AnalysisSettings): JudgedStage[] {
  const { guardrails, dryRun = [], subject } = props;
  return stagesOf(props).map(({ weight, duration }, i) => ({
    weight,
    duration,
    guardrails: judgesAt(weight, guardrails, subject),
    dryRun: judgesAt(weight, dryRun, subject),
    timing: i === 0 ? timingOf(duration, settings) : laterTimingOf(duration, settings),
  }));
}

interface StageTemplate {
  readonly name: string;
  readonly argNames: string[];
}

/** Once the new version has all requests, the other one has none to be compared with. */
export function judgesAt(weight: number, guardrails: IGuardrail[], subject: GuardrailSubject): IGuardrail[] {
  return weight < 100 ? guardrails : guardrails.filter((guardrail) => !comparesVersions(guardrail, subject));
}

/** Whether a guardrail needs requests to the version that serves. */
function comparesVersions(guardrail: IGuardrail, subject: GuardrailSubject): boolean {
  return guardrail.check(subject).query?.expr.includes(STABLE_HASH) ?? false;
}

/** What the rollout passes: which pods are of which version, where they are, and what templates of others ask for. */
function argsOf(scope: Construct, { argNames }: StageTemplate, templates: CanaryTemplate[]): any[] {
  const asked = new Set([...argNames, ...templates.flatMap(({ template }) => template.requiredArgs)]);
  const own = templates.flatMap(({ args = {} }) => Object.entries(args).map(([name, arg]) => ({ name, ...arg._render(scope) })));
  return [
    ...VERSION_ARGS.map(({ name, which }) => ({ name, valueFrom: { podTemplateHashValue: which } })),
    ...asked.has(NAMESPACE_ARG) ? [{ name: NAMESPACE_ARG, valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }] : [],
    ...own,
  ];
}
