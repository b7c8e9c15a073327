import { IConstruct } from 'constructs';
import { FullStackProps } from './full-stack-props';
import { Findings, FindingSeverity } from '../core/findings';
import { factsOf } from '../private/facts';
import { IModelRegistry } from '../registry/model-registry';
import { settingsOf } from '../rollout/analysis-settings';
import { stagesOf } from '../rollout/canary-stages';

/** The parts of a stack, where findings about them stand. */
export interface FullStackParts {
  readonly stack: IConstruct;
  readonly serving: IConstruct;
  readonly pipeline: IConstruct;
  readonly drift: IConstruct;
  readonly registry: IModelRegistry;
}

/** Says which parts nobody declared a need for: each is work, and comes when its pain does. */
export function reportNeeds(parts: FullStackParts, props: FullStackProps): void {
  const { needs = {}, customerFacing, strategy, training, drift } = props;
  const tracks = parts.registry.environment.MLFLOW_TRACKING_URI !== undefined;
  if (!strategy) {
    if (!customerFacing) {
      askFor(parts.serving, needs.canary, 'there is a canary, and nobody said what a bad version costs', "say it in 'needs.canary', or that the model is 'customerFacing'; or choose a 'strategy'");
    }
    reportTraffic(parts.serving, props);
    reportOutputs(parts.serving, props);
  }
  askFor(parts.drift, needs.drift, 'there is a drift check, and nobody said what happens when inputs move', "say it in 'needs.drift', or begin with MinimumViableStack");
  if (tracks) {
    askFor(parts.stack, needs.tracking, 'there is MLflow, and nobody said who trains how often', "say it in 'needs.tracking', or begin with StackRegistry.storage()");
  }
  if (training.schedule !== undefined && drift.retraining === undefined) {
    askFor(parts.pipeline, undefined, `there are trainings by the clock (${training.schedule}), and nobody saw drift hurt`,
      "give 'drift.retraining' with its evidence, or leave out 'schedule' until then");
  }
  const said = Object.entries({ 'a canary': needs.canary, 'drift detection': needs.drift, 'experiment tracking': needs.tracking });
  factsOf(parts.stack).notes.push(...said.filter(([, why]) => why !== undefined).map(([part, why]) => `There is ${part}, because ${why}.`));
  noteWhoPromotes(parts.stack, props);
  if (training.program.featureSchema === undefined) {
    Findings.of(parts.serving).add({
      ruleId: 'stacks/no-feature-schema',
      severity: FindingSeverity.WARNING,
      message: 'nothing compares the features that the server computes with those of the training',
      remedy: "give 'training.program.featureSchema', which the server is told, too",
    });
  }
}

function noteWhoPromotes(stack: IConstruct, { promotion, model }: FullStackProps): void {
  if (promotion?.how !== undefined) {
    factsOf(stack).notes.push(`What passed its gate is promoted by people: ${promotion.how}.`);
  } else if (promotion?.branch === undefined) {
    factsOf(stack).notes.push(`What is live changes in the cluster, and releases/${model.modelName}.json stays as it is: `
      + 'whoever applies these manifests again puts its version back. Under GitOps, StackPromotion.byCommit() changes both.');
  }
}

function askFor(part: IConstruct, reason: string | undefined, what: string, remedy: string): void {
  if (reason !== undefined && reason.trim() !== '') {return;}
  Findings.of(part).add({ ruleId: 'stacks/undeclared-need', severity: FindingSeverity.WARNING, message: what, remedy });
}

/** A first stage that hardly anybody asks has no data, and waits for a person at every release. */
function reportTraffic(serving: IConstruct, { needs, canary, scrapeInterval }: FullStackProps): void {
  const { window, minimumRequests } = settingsOf({ scrapeInterval, ...canary?.analysis });
  const [{ weight }] = stagesOf(canary ?? {});
  const rate = needs?.requestsPerSecond;
  const enough = Math.ceil(10000 * minimumRequests / (window * weight)) / 100;
  if (rate !== undefined && rate >= enough) {return;}
  Findings.of(serving).add({
    ruleId: 'stacks/canary-without-traffic',
    severity: FindingSeverity.WARNING,
    message: `at ${weight} % of the requests, a guardrail finds the ${minimumRequests} that it judges by within ${window} s only if ${enough} come per second, `
      + `and ${rate === undefined ? 'nobody said how many come' : `${rate} come`} in a quiet hour`,
    remedy: rate === undefined ? "say it in 'needs.requestsPerSecond'" : 'begin with a larger share, or measure over a longer window or fewer requests; a stage without data waits for a person',
  });
}

/** A version can be fast, make no errors, and answer the same to everybody. */
function reportOutputs(serving: IConstruct, { canary }: FullStackProps): void {
  if (canary?.guardrails || canary?.backgroundGuardrails) {return;}
  Findings.of(serving).add({
    ruleId: 'stacks/outputs-unjudged',
    severity: FindingSeverity.WARNING,
    message: 'the stages ask whether a new version is fast and makes no errors, and nothing asks what it answers',
    remedy: "add Guardrail.outputWithin() to those of Guardrail.fromSlo() in 'canary.guardrails', and a 'predictionExporter' where the server does not tell outputs",
  });
}
