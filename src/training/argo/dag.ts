import { HANDED_OVER } from './handed-over';

/** What decides which tasks there are. */
export interface DagOptions {
  readonly takesSnapshot: boolean;
  /** Snapshot that is known at synthesis. */
  readonly snapshot: string;
  readonly testsModel: boolean;
  /** Whether a person is asked whatever the gate says. */
  readonly alwaysAsks: boolean;
  readonly releases: boolean;
}

/**
 * The order of things. What the gate turned down is rejected, what the stages sent back is rejected, and a run that ends so has failed: whoever
 * looks at it sees why.
 */
export function tasksOf(options: DagOptions): any[] {
  const { takesSnapshot, testsModel, releases } = options;
  const snapshot = parameter('snapshot', takesSnapshot ? '{{tasks.take-snapshot.outputs.parameters.snapshot}}' : options.snapshot);
  const trained = HANDED_OVER.map(({ path: _, ...handed }) => ({ ...handed, from: `{{tasks.train.outputs.artifacts.${handed.name}}}` }));
  const version = parameter('version', '{{tasks.register.outputs.parameters.version}}');
  const report = { name: 'gate-report', from: '{{tasks.evaluate.outputs.artifacts.gate-report}}' };
  return [
    ...takesSnapshot ? [task('take-snapshot')] : [],
    task('validate-data', { depends: takesSnapshot ? 'take-snapshot.Succeeded' : undefined, parameters: [snapshot] }),
    task('train', { depends: 'validate-data.Succeeded', parameters: [snapshot] }),
    ...testsModel ? [task('test-model', { depends: 'train.Succeeded', parameters: [snapshot], artifacts: [trained[0]] })] : [],
    task('register', { depends: testsModel ? 'test-model.Succeeded' : 'train.Succeeded', parameters: [snapshot], artifacts: trained }),
    task('evaluate', { depends: 'register.Succeeded', parameters: [version] }),
    task('reject-unfit', {
      // what could not be judged is nobody's fault yet: other exit codes leave the candidate where it is
      template: 'reject', depends: 'evaluate.Failed', when: '{{tasks.evaluate.exitCode}} == 1', parameters: [version, parameter('reason', 'it did not pass its gate')],
    }),
    ...approvalOf(options, version, report),
    ...releases ? releaseOf(options, version, report) : [],
  ];
}

function approvalOf({ alwaysAsks }: DagOptions, version: any, report: any): any[] {
  const approved = task('challenge-approved', {
    template: 'challenge',
    depends: 'approve.Succeeded',
    parameters: [version, parameter('approved-by', '{{tasks.approve.outputs.parameters.approved-by}}')],
    artifacts: [report],
  });
  if (alwaysAsks) {
    return [task('approve', { depends: 'evaluate.Succeeded' }), approved];
  }
  const needed = '{{tasks.evaluate.outputs.parameters.approval}}';
  return [
    task('approve', { depends: 'evaluate.Succeeded', when: `${needed} == required` }),
    approved,
    task('challenge', { depends: 'evaluate.Succeeded', when: `${needed} == none`, parameters: [version, parameter('approved-by', '')], artifacts: [report] }),
  ];
}

function releaseOf({ alwaysAsks }: DagOptions, version: any, report: any): any[] {
  return [
    task('release', { depends: alwaysAsks ? 'challenge-approved.Succeeded' : 'challenge.Succeeded || challenge-approved.Succeeded', parameters: [version] }),
    task('promote', { depends: 'release.Succeeded', parameters: [version], artifacts: [report] }),
    task('reject-sent-back', {
      template: 'reject', depends: 'release.Failed', when: '{{tasks.release.exitCode}} == 1', parameters: [version, parameter('reason', 'its stages sent it back')],
    }),
  ];
}

interface TaskOptions {
  readonly template?: string;
  readonly depends?: string;
  readonly when?: string;
  readonly parameters?: any[];
  readonly artifacts?: any[];
}

function task(name: string, { template = name, depends, when, parameters, artifacts }: TaskOptions = {}): any {
  const given = { ...parameters ? { parameters } : {}, ...artifacts ? { artifacts } : {} };
  return { name, template, depends, when, ...Object.keys(given).length > 0 ? { arguments: given } : {} };
}

function parameter(name: string, value: string): any {
  return { name, value };
}
