const BRANCHES = ['main', 'master', 'trunk', 'develop', 'dev', 'head', 'latest'];

/** Whether a revision certainly names something else tomorrow: a branch, `latest`, `HEAD` and what is counted from it. */
export function isMovingName(revision: string): boolean {
  const name = revision.toLowerCase();
  return BRANCHES.includes(name.replace(/[~^@].*$/, '')) || /^(refs\/heads|refs\/remotes|origin)\//.test(name);
}

/** What to say about it. */
export function movingNameMessage(what: string, revision: string): string {
  return `${what} must be a commit id or a tag, got '${revision}', which names something else tomorrow; take the output of 'git rev-parse ${revision}'`;
}
