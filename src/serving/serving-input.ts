import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { ServedModelOptions } from './model-serving-props';
import { ModelSource, ModelSourceConfig } from './model-source';
import { findMissing, findProblems } from './serving-problems';
import { inWholeUnits } from './serving-units';
import { withSidecars } from './sidecars';
import { ModelRelease } from '../core/model-release';
import { ModelReleases } from '../core/model-releases';
import { InputProblems } from '../private/input-error';

/** What one kind of serving asks for beside what all do. */
export interface InputRules<T> {
  /** Names of properties that must be given. */
  readonly required: string[];
  /** `source` is not there where it, or the release, is wrong itself. */
  readonly check: (problems: InputProblems, props: T, source: ModelSourceConfig | undefined) => void;
}

/** What was given, understood. */
export interface ServingInput<T> {
  readonly whole: T;
  readonly release: ModelRelease;
  readonly source: ModelSourceConfig;
}

/** Reads the release, asks the source, checks everything: all problems are said at once, before the first object is declared. */
export function understand<T extends ServedModelOptions>(
  serving: Construct, scope: Construct, id: string, given: T, rules: InputRules<T>,
): ServingInput<T> {
  const problems = new InputProblems();
  findMissing(problems, given, rules.required);
  problems.throwAt(scope, id);
  const props = inWholeUnits(given);
  findProblems(problems, props, Chart.of(serving).namespace);
  const release = problems.attempt(() => props.release ?? ModelReleases.read(props.model));
  const bound = release && problems.attempt(() => (props.source ?? ModelSource.bakedIn()).bind(serving, release, props.image));
  const source = bound && withSidecars(serving, props, release, bound, problems);
  rules.check(problems, props, source);
  problems.throwAt(scope, id);
  return { whole: props, release: release!, source: source! };
}
