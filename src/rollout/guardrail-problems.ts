import { GuardrailCheck, GuardrailSubject, IGuardrail } from './guardrail';
import { InputProblems } from '../private/input-error';

/** What has to be right about the guardrails of one analysis. */
export interface GuardrailsToCheck {
  readonly guardrails: IGuardrail[];
  readonly dryRun: IGuardrail[];
  readonly subject: GuardrailSubject;
  /** Whether it runs until somebody ends it. */
  readonly endless: boolean;
}

/** A guardrail, and what it asks. */
export interface AskedGuardrail {
  readonly guardrail: IGuardrail;
  readonly check: GuardrailCheck;
}

/** Name of a guardrail, which becomes that of a metric. */
export const GUARDRAIL_NAME = /^[a-z]([-a-z0-9]{0,40}[a-z0-9])?$/;

/** What must hold of a number, or of the answer of a web service. */
export const CONDITION = /^((<|<=|>|>=|==|!=) -?[0-9]+([.][0-9]+)?|(==|!=) (true|false|"[^"{}]*"))$/;

/** Adds what is wrong with guardrails, each by itself and all together; those that could say what they ask. */
export function checkGuardrails(problems: InputProblems, { guardrails, dryRun, subject, endless }: GuardrailsToCheck): AskedGuardrail[] {
  const all = [...guardrails, ...dryRun];
  const asked: AskedGuardrail[] = [];
  checkNames(problems, all.map(({ guardrailName }) => guardrailName));
  for (const guardrail of all) {
    const check = problems.attempt(() => guardrail.check(subject));
    if (!check) {continue;}
    asked.push({ guardrail, check });
    if ((check.query === undefined) === (check.provider === undefined)) {
      problems.add('rollout/guardrail-asks-nobody',
        `guardrail '${guardrail.guardrailName}' must say either the query that Prometheus is asked or the provider that is asked instead`);
    }
    if (check.provider?.job === undefined && !CONDITION.test(check.condition ?? '')) {
      problems.add('rollout/malformed-guardrail-condition',
        `'condition' of '${guardrail.guardrailName}' must be a comparison such as '< 0.1', got '${check.condition ?? ''}'`);
    }
    if (check.measurements !== undefined && endless) {
      problems.add('rollout/counted-guardrail-without-end',
        `guardrail '${guardrail.guardrailName}' is measured ${check.measurements === 1 ? 'once' : `${check.measurements} times`} in a stage, so it cannot watch in the background; name it among 'guardrails'`);
    }
    if (check.provider?.job && check.provider.job.spec?.activeDeadlineSeconds === undefined) {
      problems.add('rollout/job-without-deadline',
        `the job of guardrail '${guardrail.guardrailName}' must have 'activeDeadlineSeconds', or a rollout waits for it for ever`);
    }
  }
  return asked;
}

function checkNames(problems: InputProblems, names: string[]): void {
  names.filter((name) => !GUARDRAIL_NAME.test(name)).forEach((name) => problems.add('rollout/malformed-guardrail-name',
    `'guardrailName' must be at most 42 lower-case letters, digits and '-', starting with a letter, got '${name}'`));
  for (const name of new Set(names.filter((candidate, i) => names.indexOf(candidate) !== i))) {
    problems.add('rollout/guardrail-name-taken', `'guardrails' must have different names, got '${name}' twice; Argo Rollouts tells metrics apart by name`);
  }
}
