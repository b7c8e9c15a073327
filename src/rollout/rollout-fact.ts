import { Duration } from 'cdk8s';
import { JudgedStage } from './canary-analysis';
import { GuardrailCheck, GuardrailSubject, IGuardrail } from './guardrail';
import { RolloutFact } from '../private/facts';

/** What of a rollout the report tells. */
export interface FactOptions {
  readonly guardrails: IGuardrail[];
  readonly dryRun?: IGuardrail[];
  readonly backgroundGuardrails?: IGuardrail[];
  readonly router: { readonly routerName: string };
}

/** A canary, for people who read the report. */
export function rolloutFact(options: FactOptions, stages: JudgedStage[], subject: GuardrailSubject): RolloutFact {
  const { guardrails, dryRun = [], backgroundGuardrails = [], router } = options;
  const all = [...guardrails, ...dryRun, ...backgroundGuardrails];
  return {
    router: router.routerName,
    stages: stages.map((stage) => ({
      weight: stage.weight,
      duration: stage.duration,
      firstMeasurement: Duration.seconds(stage.timing.initialDelay),
      guardrails: [...stage.guardrails, ...stage.dryRun].map(({ guardrailName }) => guardrailName),
    })),
    conditions: Object.fromEntries(all.map((guardrail) => [guardrail.guardrailName, conditionOf(guardrail.check(subject))])),
    background: backgroundGuardrails.map(({ guardrailName }) => guardrailName),
    dryRun: dryRun.map(({ guardrailName }) => guardrailName),
  };
}

function conditionOf({ query, condition, provider = {} }: GuardrailCheck): string {
  if (query) {return `${query.title} ${condition}`;}
  const [name] = Object.keys(provider);
  return condition === undefined ? `${name} ends well` : `answer of ${name} ${condition}`;
}
