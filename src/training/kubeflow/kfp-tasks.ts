import { KfpStep, TRAINED, Type } from './kfp-steps';
import { Name, RUN_ID, RUN_NAME } from './kfp-words';

/** Where a task gets an input from. */
export interface Source {
  readonly constant?: string;
  /** Name of what the graph is given. */
  readonly given?: string;
  /** Name of what another task leaves. */
  readonly left?: string;
  /** That task. */
  readonly by?: string;
}

/** A task of a graph. */
export interface KfpTask {
  readonly name: string;
  /** Step or graph that it runs. */
  readonly runs: string;
  readonly parameters?: { [name: string]: Source };
  readonly artifacts?: { [name: string]: Source };
  /** Further tasks that come before. */
  readonly after?: string[];
  /** Runs only where this holds of its inputs. */
  readonly condition?: string;
}

/** Tasks, and what they are given from outside. */
export interface KfpGraph {
  readonly name: string;
  readonly parameters: string[];
  readonly artifacts: { [name: string]: string };
  readonly tasks: KfpTask[];
}

/** What decides which tasks there are. */
export interface GraphOptions {
  readonly steps: KfpStep[];
  /** Snapshot that is known at synthesis. */
  readonly snapshot?: string;
  readonly goldenSetUri: string;
  /** Whether a person is asked whatever the gate says. */
  readonly alwaysAsks: boolean;
}

/** What fetches the golden set. */
export const GOLDEN_SET = 'golden-set';

const constant = (value: string): Source => ({ constant: value });
const given = (value: string): Source => ({ given: value });
const left = (by: string, value: string): Source => ({ left: value, by });
const is = (name: string, value: string) => `inputs.parameter_values['${name}'] == '${value}'`;

const RUN = { [Name.RUN]: constant(RUN_NAME) };
const VERSION = { [Name.VERSION]: given(Name.VERSION) };
const REPORT = { [Name.GATE_REPORT]: given(Name.GATE_REPORT) };
const GATE_REPORT = { [Name.GATE_REPORT]: Type.OTHER };

/**
 * The order of things, the first graph first. What follows a decision is a graph of its own: Kubeflow runs what comes after a task that it left out.
 */
export function graphsOf({ steps, snapshot, goldenSetUri, alwaysAsks }: GraphOptions): KfpGraph[] {
  const has = (name: string) => steps.some((step) => step.name === name);
  const taken = snapshot === undefined ? left('take-snapshot', Name.SNAPSHOT) : constant(snapshot);
  const told = { [Name.SNAPSHOT]: taken, [Name.DRIFTED_FEATURES]: given(Name.DRIFTED_FEATURES), [Name.REASON]: given(Name.REASON) };
  const trained = Object.fromEntries(Object.keys(TRAINED).map((name) => [name, left('train', name)]));
  const judged = {
    [Name.VERSION]: left('register', Name.VERSION),
    [Name.VERDICT]: left('evaluate', Name.VERDICT),
  };
  const counts = !steps.find(({ name }) => name === 'register')!.parameters.includes(Name.NEW_VERSION);
  const main: KfpTask[] = [
    ...has('take-snapshot') ? [{ name: 'take-snapshot', runs: 'take-snapshot' }] : [],
    { name: 'validate-data', runs: 'validate-data', parameters: told },
    { name: 'train', runs: 'train', parameters: told, after: ['validate-data'] },
    ...has('test-model') ? [{ name: 'test-model', runs: 'test-model', parameters: told, artifacts: { [Name.MODEL]: left('train', Name.MODEL) } }] : [],
    {
      name: 'register',
      runs: 'register',
      parameters: { [Name.SNAPSHOT]: taken, ...RUN, ...counts ? {} : { [Name.NEW_VERSION]: constant(RUN_ID) } },
      artifacts: trained,
      after: has('test-model') ? ['test-model'] : [],
    },
    { name: GOLDEN_SET, runs: GOLDEN_SET, parameters: { uri: constant(goldenSetUri) } },
    {
      name: 'evaluate',
      runs: 'evaluate',
      parameters: { [Name.VERSION]: judged[Name.VERSION] },
      artifacts: { [Name.GOLDEN_SET]: left(GOLDEN_SET, 'artifact') },
    },
    { name: 'unfit', runs: 'unfit', parameters: judged, condition: is(Name.VERDICT, 'failed') },
    ...alwaysAsks ? [] : [{
      name: 'fit',
      runs: 'fit',
      parameters: { ...judged, [Name.APPROVAL]: left('evaluate', Name.APPROVAL) },
      artifacts: { [Name.GATE_REPORT]: left('evaluate', Name.GATE_REPORT) },
      condition: `${is(Name.VERDICT, 'passed')} && ${is(Name.APPROVAL, 'none')}`,
    }],
  ];
  return [
    { name: 'root', parameters: [], artifacts: {}, tasks: main },
    rejection('unfit', 'it did not pass its gate'),
    ...alwaysAsks ? [] : [fit(has('release'))],
    ...alwaysAsks || !has('release') ? [] : [
      {
        name: 'serves',
        parameters: [Name.VERSION, Name.VERDICT],
        artifacts: GATE_REPORT,
        tasks: [{ name: 'promote', runs: 'promote', parameters: { ...VERSION, ...RUN }, artifacts: REPORT }],
      },
      rejection('sent-back', 'its stages sent it back'),
    ],
  ];
}

function fit(releases: boolean): KfpGraph {
  const outcome = { ...VERSION, [Name.VERDICT]: left('release', Name.VERDICT) };
  return {
    name: 'fit',
    parameters: [Name.VERSION, Name.VERDICT, Name.APPROVAL],
    artifacts: GATE_REPORT,
    tasks: [
      { name: 'challenge', runs: 'challenge', parameters: { ...VERSION, ...RUN }, artifacts: REPORT },
      ...releases ? [
        { name: 'release', runs: 'release', parameters: VERSION, after: ['challenge'] },
        { name: 'serves', runs: 'serves', parameters: outcome, artifacts: REPORT, condition: is(Name.VERDICT, 'passed') },
        { name: 'sent-back', runs: 'sent-back', parameters: outcome, condition: is(Name.VERDICT, 'failed') },
      ] : [],
    ],
  };
}

function rejection(name: string, reason: string): KfpGraph {
  return {
    name,
    parameters: [Name.VERSION, Name.VERDICT],
    artifacts: {},
    tasks: [
      { name: 'reject', runs: 'reject', parameters: { ...VERSION, ...RUN, [Name.REASON]: constant(reason) } },
      { name: 'end-as-failed', runs: 'end-as-failed', after: ['reject'] },
    ],
  };
}
