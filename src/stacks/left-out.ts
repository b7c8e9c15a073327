import { LeftOutFact } from '../private/facts';

/** What the smallest stack does without, and the pain that says when to add it. */
export const MINIMUM_LEAVES_OUT: LeftOutFact[] = [
  { piece: 'Reproducible training', addWhen: 'now, outside this stack: one command in one image that reads the data snapshot and commit of the release record' },
  { piece: 'Golden set and evaluation gate', addWhen: 'a second version is on its way: every candidate has to beat the one that serves' },
  { piece: 'Canary', addWhen: 'a bad model costs more than the work; for models that face customers, at once' },
  { piece: 'Experiment tracking (MLflow)', addWhen: 'several people train models every week' },
  { piece: 'Drift detection', addWhen: 'inputs and outputs are exported and somebody owns the answer' },
  { piece: 'Automated retraining', addWhen: 'drift was seen to hurt production metrics, and a gate stands before promotion' },
  { piece: 'Feature store', addWhen: 'more than two models share features and need them in real time' },
  { piece: 'Traces and log aggregation', addWhen: 'a request crosses more than one service of yours' },
];

/** What even the full stack does without, unless it is there. */
export const FULL_LEAVES_OUT = MINIMUM_LEAVES_OUT.filter(({ piece }) =>
  ['Experiment tracking (MLflow)', 'Automated retraining', 'Feature store', 'Traces and log aggregation'].includes(piece));
