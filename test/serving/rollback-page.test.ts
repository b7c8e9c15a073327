import { Chart } from 'cdk8s';
import { Artifacts, GitOps, ModelServing, ModelServingProps, MlopsApp, PlatformProfile, RolloutStrategy, TrafficRouter } from '../../src';
import { aPlatform, servingProps } from '../support/fixtures';

function pageOf(overrides: Partial<ModelServingProps>): string {
  const chart = new Chart(new MlopsApp(), 'fraud', { namespace: 'ml', disableResourceNameHashes: true });
  new ModelServing(chart, 'Serving', servingProps(overrides));
  const pages = Artifacts.of(chart).list().filter(({ path }) => path === 'fraud/docs/rollback-fraud-detection.md');
  expect(pages).toHaveLength(1);
  return pages[0].content;
}

test('says what to type, to whoever is woken up', () => {
  expect(pageOf({})).toBe(`# fraud-detection: back to the version before

risk-ml answers for it; the runbook is https://runbooks.example.com/fraud.

## During a roll, or after it

\`\`\`console
kubectl rollout undo deployment/fraud-serving-deployment --namespace ml
\`\`\`

The pods of the version before come back, a few at a time.

## After a bad version took over

\`\`\`console
git revert --no-edit "$(git log -1 --format=%H -- releases/fraud-detection.json)" && git push
\`\`\`

The record names the version before again, and so does everything that is synthesized from it.

What \`kubectl\` undoes comes back with the next apply: revert the release record, too.
`);
});

test('names nothing that Argo CD would put back', () => {
  const page = pageOf({
    platform: PlatformProfile.of({ metrics: aPlatform().metrics, gitOps: GitOps.argoCd() }),
    strategy: RolloutStrategy.canary({ router: TrafficRouter.istio() }),
    owner: { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud', contact: '#risk-ml' },
  });

  expect(page.match(/^(kubectl|git) .*$/gm)).toEqual([
    'kubectl argo rollouts abort fraud-serving-rollout --namespace ml',
    'git revert --no-edit "$(git log -1 --format=%H -- releases/fraud-detection.json)" && git push',
  ]);
  expect(page).toContain('risk-ml (#risk-ml) answers for it');
  expect(page.trimEnd().split('\n').at(-1)).toBe('Argo CD puts back what `kubectl` undoes, so the way back is a commit.');
});
