import { Pick } from './worlds';

/** Mostly the first value: a manifest with many oddities says little of each. */
export function odd<T>(pick: Pick, usual: T, ...others: T[]): T {
  return oneOf(pick, 11, usual, others);
}

/** Often the first value: for what is made of few choices. */
export function often<T>(pick: Pick, usual: T, ...others: T[]): T {
  return oneOf(pick, 3, usual, others);
}

function oneOf<T>(pick: Pick, weight: number, usual: T, others: T[]): T {
  return pick(...Array(weight).fill(usual), pick(usual, ...others));
}
