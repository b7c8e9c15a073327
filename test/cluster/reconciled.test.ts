import { fixtureSource, bundleOf } from './harness/bundle';
import { Cluster } from './harness/cluster';

const cluster = new Cluster();

test.each(['HorizontalPodAutoscaler', 'ScaledObject'])('the number of pods that a %s chose stays when the manifests are applied again', async (kind) => {
  const namespace = await cluster.namespace();
  const objects = bundleOf(fixtureSource('autoscaling')).objects.map(({ manifest }) => manifest);
  const autoscaler = objects.find((object) => object.kind === kind);
  const deployment = objects.find((object) => object.kind === 'Deployment' && object.metadata.name === autoscaler.spec.scaleTargetRef.name);
  const moved = { ...deployment, metadata: { ...deployment.metadata, namespace } };
  expect(await cluster.apply(moved)).toMatchObject({ status: 201 });
  const path = await cluster.server.pathOf(moved);
  await cluster.server.call('PATCH', `${path}/scale`, { contentType: 'application/merge-patch+json', body: { spec: { replicas: 5 } } });

  expect(await cluster.apply(moved)).toMatchObject({ status: 200, warnings: [] });

  expect((await cluster.get(moved)).spec.replicas).toBe(5);
});
