import { stopOwner } from './owner';

/** Nothing of our own cluster outlives the suite. */
export = async function tearDown(): Promise<void> {
  const bench = (globalThis as any).clusterBench;
  if (bench) {await stopOwner(bench);}
};
