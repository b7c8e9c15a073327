import { spawnSync } from 'child_process';

/** The promtool that is built from the same module as Prometheus; what it said where it objects, nothing otherwise. */
export function promtool(args: string[], input?: string): string {
  const program = process.env.PROMTOOL;
  if (!program) {throw new Error('PROMTOOL is not set; run this file with `npm run test:cluster`');}
  const { error, status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8' });
  if (error) {throw error;}
  return status === 0 ? '' : `${stdout}${stderr}`;
}
