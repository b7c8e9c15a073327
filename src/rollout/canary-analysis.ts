import { Chart, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { AnalysisSettings, settingsOf, timingOf, toAnalysisMetrics } from './analysis-metrics';
import { CanaryOptions } from './canary-options';
import { stagesOf } from './canary-problems';
import { GuardrailSubject, IGuardrail } from './guardrail';
import { PlatformProfile } from '../core/platform-profile';
import { ServingMetrics } from '../core/serving-metrics';
import { AnalysisTemplate } from '../private/l1/argoproj-rollouts';
import { promDuration } from '../private/prom-duration';

export interface CanaryAnalysisProps extends CanaryOptions {
  readonly guardrails: IGuardrail[];
  readonly metrics: ServingMetrics;
  readonly platform: PlatformProfile;
}

/** Label of a series that tells the versions of a rollout apart; a PodMonitor copies it from the pods. */
const HASH_LABEL = 'rollouts_pod_template_hash';

const ARGS = [{ name: 'canary-hash', which: 'Latest' }, { name: 'stable-hash', which: 'Stable' }];

/** The stages of a canary as steps of a Rollout, and the AnalysisTemplates that judge them: one for each duration of a stage. */
export class CanaryAnalysis {
  private readonly settings: AnalysisSettings;
  private readonly templates = new Map<number, string>();

  public constructor(private readonly scope: Construct, private readonly props: CanaryAnalysisProps) {
    this.settings = settingsOf(props.analysis);
    stagesOf(props).forEach(({ duration }) => this.declareTemplate(duration));
  }

  /** The steps. An analysis of a stage lasts as long as the stage, so none is left unwatched. */
  public get steps(): any[] {
    return stagesOf(this.props).flatMap(({ weight, duration }) => [
      { setWeight: weight },
      {
        analysis: {
          templates: [{ templateName: this.templates.get(duration.toSeconds()) }],
          args: ARGS.map(({ name, which }) => ({ name, valueFrom: { podTemplateHashValue: which } })),
        },
      },
    ]);
  }

  private declareTemplate(duration: Duration): void {
    const seconds = duration.toSeconds();
    if (this.templates.has(seconds)) {return;}
    const analysis = {
      backend: this.props.platform.metrics, subject: this.subject(), timing: timingOf(duration, this.settings), options: this.settings,
    };
    const template = new AnalysisTemplate(this.scope, `Analysis-${seconds}s`, {
      spec: {
        args: ARGS.map(({ name }) => ({ name })),
        metrics: this.props.guardrails.flatMap((guardrail) => toAnalysisMetrics(guardrail, analysis)),
      },
    });
    this.templates.set(seconds, template.name);
  }

  private subject(): GuardrailSubject {
    const window = promDuration(Duration.seconds(this.settings.window));
    const { namespace } = Chart.of(this.scope);
    // one template makes one hash, in every namespace that it is applied to
    const inNamespace = namespace === undefined ? '' : `namespace="${namespace}",`;
    const [canary, stable] = ARGS.map(({ name }) => ({ selector: `${inNamespace}${HASH_LABEL}="{{args.${name}}}"`, window }));
    return { metrics: this.props.metrics, canary, stable };
  }
}
