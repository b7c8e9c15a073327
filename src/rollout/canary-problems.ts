import { Duration } from 'cdk8s';
import { dataMetricName } from './analysis-metrics';
import { checkSettings, initialDelayOf, settingsOf, timingOf } from './analysis-settings';
import { NAMESPACE_ARG, VERSION_ARGS } from './analysis-spec';
import { JudgedStages, judgesAt } from './canary-analysis';
import { CanaryOptions } from './canary-options';
import { checkWeights, stagesOf } from './canary-stages';
import { GuardrailSubject, IGuardrail } from './guardrail';
import { AskedGuardrail, checkGuardrails } from './guardrail-problems';
import { InputProblems } from '../private/input-error';

/** What a canary is made of, as far as something can be wrong with it. */
export interface CanaryToCheck extends CanaryOptions {
  readonly guardrails: IGuardrail[];
  readonly subject: GuardrailSubject;
  readonly replicas: number;
  readonly progressDeadline?: Duration;
  readonly serviceName?: string;
  readonly canaryServiceName?: string;
}

/** Adds everything that is wrong with a canary; what Argo Rollouts would refuse among it. */
export function findCanaryProblems(problems: InputProblems, canary: CanaryToCheck): void {
  checkWeights(problems, canary, canary.replicas);
  checkAnalysis(problems, canary);
  checkTemplates(problems, canary);
  checkHistory(problems, canary);
  checkRouting(problems, canary);
}

/** Adds what is wrong with how stages are judged. */
export function checkAnalysis(problems: InputProblems, canary: JudgedStages): void {
  const { guardrails, dryRun = [], backgroundGuardrails = [], subject } = canary;
  const settings = settingsOf(canary.analysis);
  checkSettings(problems, settings);
  for (const seconds of new Set(stagesOf(canary).map(({ duration }) => duration.toSeconds()))) {
    problems.attempt(() => timingOf(Duration.seconds(seconds), settings));
  }
  const asked = checkGuardrails(problems, { guardrails, dryRun, subject, endless: false });
  checkGuardrails(problems, { guardrails: backgroundGuardrails, dryRun: [], subject, endless: true });
  if (guardrails.length === 0) {
    problems.add('rollout/no-guardrails', "'guardrails' must hold at least one: a canary that nobody judges cannot go back by itself");
  } else if (judgesAt(100, asked.map(({ guardrail }) => guardrail).filter((guardrail) => guardrails.includes(guardrail)), subject).length === 0) {
    problems.add('rollout/last-stage-unjudged',
      `${guardrails.map(({ guardrailName }) => `'${guardrailName}'`).join(', ')} compare with the version that serves, which has no requests at 100 %; ` +
      'add a guardrail that judges the new version alone, such as Guardrail.errorRatioBelow()');
  }
  checkJobs(problems, canary, asked);
}

/** A stage lasts as long as its longest measurement, so a job that starts late and runs long would stretch it beyond what was asked for. */
function checkJobs(problems: InputProblems, canary: JudgedStages, asked: AskedGuardrail[]): void {
  const delay = initialDelayOf(settingsOf(canary.analysis));
  const shortest = Math.min(...stagesOf(canary).map(({ duration }) => duration.toSeconds()));
  for (const { guardrail, check } of asked) {
    const deadline = check.provider?.job?.spec?.activeDeadlineSeconds;
    if (delay + deadline > shortest) {
      problems.add('rollout/job-outlasts-stage',
        `the job of guardrail '${guardrail.guardrailName}' may take ${deadline}s and starts ${delay}s after a stage did, beyond the end of a stage of ${shortest}s; ` +
        'give it a shorter deadline, or stages more time');
    }
  }
}

function checkTemplates(problems: InputProblems, canary: CanaryToCheck): void {
  const { guardrails, dryRun = [], templates = [] } = canary;
  const stages = stagesOf(canary).length;
  const known = [...guardrails, ...dryRun].flatMap((guardrail) => [guardrail.guardrailName, dataMetricName(guardrail)]);
  templates.forEach(({ template, args = {} }, i) => {
    const name = `template '${template.templateName}'`;
    if (template.runsUntilStopped) {
      problems.add('rollout/endless-template-in-stage',
        `${name} measures until somebody ends it, and a stage would never end; give it a duration`);
    }
    if (template.readsSecrets && stages > 1) {
      problems.add('rollout/secret-template-in-stages',
        `${name} reads secrets, and Argo Rollouts takes them for given after the first of ${stages} stages, so that it refuses the second; ` +
        'give its guardrails to the canary, which makes a template for each stage, or make one stage');
    }
    const passed = [...VERSION_ARGS.map((arg) => arg.name), NAMESPACE_ARG, ...templates.flatMap((each) => Object.keys(each.args ?? {}))];
    template.requiredArgs.filter((arg) => !passed.includes(arg)).forEach((arg) => problems.add('rollout/missing-template-arg',
      `${name} asks for the argument '${arg}', which nobody passes; add it to 'args' beside the template`));
    Object.entries(args).filter(([, { kind }]) => kind === 'secret' || kind === 'required').forEach(([arg]) => problems.add('rollout/unpassable-arg',
      `'${arg}' for ${name} must be AnalysisArgument.value() or rolloutField(): a rollout passes neither secrets nor nothing; declare a secret in the template`));
    const others = [...known, ...templates.slice(0, i).flatMap((each) => each.template.metricNames)];
    template.metricNames.filter((metric) => others.includes(metric)).forEach((metric) => problems.add('rollout/metric-name-taken',
      `${name} has a metric '${metric}', and so has another one of the same stage; Argo Rollouts refuses metrics of one name`));
  });
}

function checkHistory(problems: InputProblems, canary: CanaryToCheck): void {
  const { rollbackWindow = 3, revisionHistoryLimit = 10, minReady, progressDeadline } = canary;
  if (!Number.isInteger(rollbackWindow) || rollbackWindow < 0) {
    problems.add('rollout/malformed-rollback-window', `'rollbackWindow' must be a whole number of at least 0, got ${rollbackWindow}`);
  } else if (rollbackWindow > revisionHistoryLimit) {
    problems.add('rollout/rollback-window-beyond-history',
      `'rollbackWindow' (${rollbackWindow}) must not reach beyond 'revisionHistoryLimit' (${revisionHistoryLimit}): versions that are forgotten cannot be gone back to`);
  }
  const [ready, deadline] = [minReady?.toSeconds() ?? 10, progressDeadline?.toSeconds() ?? 600];
  if (deadline <= ready) {
    problems.add('rollout/deadline-below-min-ready', `'progressDeadline' (${deadline}s) must be longer than 'minReady' (${ready}s), or no version is ever in time`);
  }
}

function checkRouting(problems: InputProblems, canary: CanaryToCheck): void {
  const { router, warmStandby, abortScaleDownDelay, scaleDownDelayRevisionLimit: limit } = canary;
  const { maxSurgePercent = 25, serviceName, canaryServiceName } = canary;
  if (!Number.isInteger(maxSurgePercent) || maxSurgePercent < 1 || maxSurgePercent > 100) {
    problems.add('rollout/malformed-canary-surge', `'maxSurgePercent' must be between 1 and 100, as no pod may be missing during a canary, got ${maxSurgePercent}`);
  }
  if (serviceName !== undefined && serviceName === canaryServiceName) {
    problems.add('rollout/services-equal',
      `'serviceName' and 'canaryServiceName' must differ, got '${serviceName}' twice: each stands for one version`);
  }
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 0)) {
    problems.add('rollout/malformed-revision-limit', `'scaleDownDelayRevisionLimit' must be a whole number of at least 0, got ${limit}`);
  }
  if (canaryServiceName !== undefined && !router.capabilities.serviceForEach) {
    problems.add('rollout/canary-service-without-router',
      `'canaryServiceName' ('${canaryServiceName}') needs a router that takes a Service for each version: here both stand behind one; use TrafficRouter.istio(), or drop it`);
  }
  if (router.capabilities.weights) {return;}
  if (warmStandby) {
    problems.add('rollout/standby-without-router',
      `'warmStandby' (${warmStandby.toSeconds()}s) needs a router: without one, pods that stay would get requests; use TrafficRouter.istio(), or drop it`);
  }
  if (abortScaleDownDelay) {
    problems.add('rollout/abort-delay-without-router',
      `'abortScaleDownDelay' (${abortScaleDownDelay.toSeconds()}s) needs a router: without one, the pods of the version that went back would get requests; ` +
      'use TrafficRouter.istio(), or drop it');
  }
}
