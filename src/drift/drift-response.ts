import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { IDriftDetector } from './detector';
import { DriftAction, IDriftResponse } from './response';
import { NetworkPeer } from '../core/network-peer';
import { InputProblems } from '../private/input-error';
import { IEvaluationGate } from '../training/gate';
import { ITrainingPipeline } from '../training/pipeline';

/** Options of `DriftResponse.retrain()`. */
export interface RetrainOptions {
  /**
   * Evidence that drift of these features hurts, such as `2026-03: accuracy fell by 4 points two weeks after PSI of 'amount' passed 0.2`.
   *
   * @default - none yet: the check says what it would start, and starts nothing
   */
  readonly evidence?: string;
  /**
   * Day since which drift starts trainings, such as `2026-04-01`. Together with `evidence`.
   *
   * @default - not yet
   */
  readonly enabledSince?: string;
  /**
   * Time between two trainings, at least.
   *
   * @default Duration.days(1)
   */
  readonly coolDown?: Duration;
  /**
   * Most trainings in seven days.
   *
   * @default 2
   */
  readonly maximumPerWeek?: number;
  /**
   * Who answers for the API server, which is asked to start the training.
   *
   * @default - that of the check, or anybody on the ports 443 and 6443
   */
  readonly apiServer?: NetworkPeer;
}

/** What follows when a model has drifted. Drift alone is no reason to train: what follows is a choice. */
export class DriftResponse {
  /** The owner is told, by the alerts of `DriftSegment`. */
  public static notify(): IDriftResponse {
    return new Response(() => ({ description: 'the owner is told', retrainings: [] }));
  }

  /**
   * A training is started, one at a time, with the drifted features as a parameter. What it makes is judged by the gate before it serves.
   *
   * @param pipeline what trains
   * @param gate what the trained version must pass
   * @param options evidence, cool-down, maximum
   * @throws if evidence and day do not come together, or a number is out of range
   */
  public static retrain(pipeline: ITrainingPipeline, gate: IEvaluationGate, options: RetrainOptions = {}): IDriftResponse {
    const { evidence, enabledSince, maximumPerWeek = 2, coolDown = Duration.days(1) } = options;
    const problems = new InputProblems();
    if (!gate) {
      problems.add('drift/retraining-without-gate', "'gate' must say what a version that drift made train must pass, got none; add an EvaluationGate");
    }
    if ((evidence === undefined) !== (enabledSince === undefined) || evidence?.trim() === '') {
      problems.add('drift/retraining-without-evidence',
        `'evidence' and 'enabledSince' belong together, got '${evidence ?? ''}' and '${enabledSince ?? ''}'; leave both out until drift was seen to hurt`);
    }
    if (enabledSince !== undefined && !/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(enabledSince)) {
      problems.add('drift/malformed-day', `'enabledSince' must be a day such as '2026-04-01', got '${enabledSince}'`);
    }
    if (!Number.isInteger(maximumPerWeek) || maximumPerWeek < 1) {
      problems.add('drift/maximum-per-week', `'maximumPerWeek' must be a whole number of at least 1, got ${maximumPerWeek}`);
    }
    problems.throwAll();
    return new Response((_scope, { modelName }) => {
      const check = new InputProblems();
      if (gate.gatedModel !== modelName) {
        check.add('drift/gate-of-another-model', `the gate judges '${gate.gatedModel}', but '${modelName}' would be trained; give the gate of that model`);
      }
      check.throwAll();
      return {
        description: enabledSince === undefined
          ? 'the owner is told what would be trained'
          : `it is trained again since ${enabledSince} (${evidence}), at most ${maximumPerWeek} times a week`,
        retrainings: [{
          trigger: pipeline.toTrigger({ model: modelName }),
          coolDown,
          maximumPerWeek,
          evidence: enabledSince === undefined ? undefined : `since ${enabledSince}: ${evidence}`,
          apiServer: options.apiServer,
        }],
      };
    });
  }

  /**
   * Several of them.
   *
   * @param responses what follows, in this order
   */
  public static all(...responses: IDriftResponse[]): IDriftResponse {
    return new Response((scope, detector) => {
      const actions = responses.map((response) => response.bind(scope, detector));
      return { description: actions.map(({ description }) => description).join('; '), retrainings: actions.flatMap(({ retrainings }) => retrainings) };
    });
  }

  private constructor() {}
}

class Response implements IDriftResponse {
  public constructor(private readonly action: (scope: Construct, detector: IDriftDetector) => DriftAction) {}

  public bind(scope: Construct, detector: IDriftDetector): DriftAction {
    return this.action(scope, detector);
  }
}
