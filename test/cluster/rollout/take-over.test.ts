import { Duration } from 'cdk8s';
import {
  GitOps, IRolloutStrategy, MinimumViableStack, MinimumViableStackProps, MlopsApp, PlatformProfile, RolloutStrategy, TrafficRouter,
} from '../../../src';
import { runIn } from '../../support/example';
import { aPlatform, aRelease, servingProps } from '../../support/fixtures';
import { additionsIn, ApplicationAdditions, ArgoCd } from '../harness/argo-cd';
import { Cluster } from '../harness/cluster';
import { objectionsTo } from '../harness/describe';
import { EFFECTS } from '../harness/effects';
import { EndpointWatch, Seen } from '../harness/endpoints';

const cluster = new Cluster();
const REPLICAS = 4;
const SERVICE = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'fraud-detection' } };

const rolling = RolloutStrategy.rollingUpdate();
const byIstio = RolloutStrategy.canary({ router: TrafficRouter.istio() });
const byPods = RolloutStrategy.canary({ router: TrafficRouter.replicas(), stages: [{ weight: 20 }, { weight: 100 }] });

interface Made {
  readonly manifests: any[];
  readonly additions: ApplicationAdditions;
}

function make(strategy: IRolloutStrategy, overrides: Partial<MinimumViableStackProps> = {}): Made {
  const { manifests, artifacts } = runIn(__dirname, () => {
    const app = new MlopsApp();
    new MinimumViableStack(app, 'fraud', {
      ...servingProps({ release: aRelease() }),
      replicas: REPLICAS,
      warmup: Duration.seconds(10),
      rollbackObjective: Duration.minutes(15),
      platform: PlatformProfile.of({ metrics: aPlatform().metrics, gitOps: GitOps.argoCd() }),
      strategy,
      ...overrides,
    });
    app.synth();
  });
  return { manifests, additions: additionsIn(artifacts) };
}

/** Whose pod it is: those of a Rollout have a label that those of a Deployment have not. */
const ownerOf = (labels: { [key: string]: string }) => ('rollouts-pod-template-hash' in labels ? 'Rollout' : 'Deployment');

const watch = (namespace: string) => new EndpointWatch(cluster, namespace, SERVICE.metadata.name, ownerOf);

async function takenOver(namespace: string, watching: EndpointWatch, owner: string): Promise<Seen> {
  await cluster.eventually(`${REPLICAS} pods of the ${owner}, all behind the Service, and no others`, async () => {
    const owners = (await cluster.list('v1', 'Pod', namespace)).map(({ metadata }) => ownerOf(metadata.labels));
    return (watching.last === `${REPLICAS} ${owner}` && owners.length === REPLICAS && owners.every((other) => other === owner)) || `${watching.last}; pods of ${owners.join(', ')}`;
  }, 60);
  return watching.stop();
}

const selectorKeys = async (namespace: string) => Object.keys((await cluster.get(SERVICE, namespace)).spec.selector);

describe('one commit, applied by Argo CD', () => {
  test.each([
    ['a Deployment to a Rollout by Istio', rolling, byIstio, 'Rollout', ['cdk8s-mlops.io/service', 'rollouts-pod-template-hash']],
    ['a Deployment to a Rollout by the number of pods', rolling, byPods, 'Rollout', ['cdk8s-mlops.io/service']],
    ['a Rollout by the number of pods to a Deployment', byPods, rolling, 'Deployment', ['cdk8s-mlops.io/service']],
  ])('hands a Service over from %s, and it never has fewer pods than were wished for', async (_way, from, to, owner, selector) => {
    const namespace = await cluster.namespace();
    const argoCd = new ArgoCd(cluster, namespace);
    const [before, after] = [make(from), make(to)];
    await argoCd.sync(before.manifests, before.additions);
    const watching = watch(namespace);

    await argoCd.sync(after.manifests, after.additions);

    const { fewest, changes } = await takenOver(namespace, watching, owner);
    expect(fewest).toBeGreaterThanOrEqual(REPLICAS);
    expect(changes[0]).toBe(`${REPLICAS} ${owner === 'Rollout' ? 'Deployment' : 'Rollout'}`);
    expect(await selectorKeys(namespace)).toEqual(selector);
  });

  test('hands a Service back from a Rollout by Istio, whose controller lets go of the Service when the Rollout is deleted', async () => {
    const namespace = await cluster.namespace();
    const argoCd = new ArgoCd(cluster, namespace);
    const [before, after] = [make(byIstio), make(rolling)];
    await argoCd.sync(before.manifests, before.additions);
    await cluster.eventually('the hash in the selector', async () => (await selectorKeys(namespace)).includes('rollouts-pod-template-hash'));
    const watching = watch(namespace);

    // of an Application that is told what both need: the rules of before go when the Rollout has gone
    await argoCd.sync(after.manifests, before.additions);

    // simulated pods end at once, without the time that real ones finish their requests in: what is between is for real nodes to show
    const { changes } = await takenOver(namespace, watching, 'Deployment');
    expect(changes[0]).toBe('4 Rollout');
    expect(await selectorKeys(namespace)).toEqual(['cdk8s-mlops.io/service']);
  });
});

test('a Deployment that somebody else made hands its Service over, too', async () => {
  const namespace = await cluster.namespace();
  const { manifests } = make(byIstio, { podSelector: { app: 'fraud' } });
  const theirs = foreign(manifests);
  for (const object of theirs) {
    expect(objectionsTo(await cluster.apply(object, namespace))).toEqual([]);
  }
  await cluster.eventually('their pods', async () => EFFECTS.Deployment(cluster, await cluster.get(theirs[0], namespace)), 60);
  const watching = watch(namespace);

  for (const object of manifests) {
    expect(objectionsTo(await cluster.apply(object, namespace))).toEqual([]);
  }
  const rollout = manifests.find(({ kind }) => kind === 'Rollout');
  await cluster.eventually('a healthy Rollout', async () => EFFECTS.Rollout(cluster, await cluster.get(rollout, namespace)), 60);
  await cluster.server.call('DELETE', await cluster.server.pathOf(theirs[0], namespace));

  const { fewest } = await takenOver(namespace, watching, 'Rollout');
  expect(fewest).toBeGreaterThanOrEqual(REPLICAS);
});

/** A Deployment and a Service as people write them, with the pods of ours under labels of their own. */
function foreign(manifests: any[]): any[] {
  const { spec } = manifests.find(({ kind }) => kind === 'Rollout').spec.template;
  const { serviceAccountName: _account, topologySpreadConstraints: _spread, ...pod } = spec;
  const labels = { app: 'fraud' };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'fraud' },
      spec: { replicas: REPLICAS, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
    },
    { ...SERVICE, spec: { selector: labels, ports: [{ name: 'http', port: 8080, targetPort: 8080 }] } },
  ];
}
