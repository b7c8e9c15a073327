import { version } from '../../package.json';
import { RuntimeImage } from '../../src';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const repository = 'registry.example.com/mlops/runtime';

test('both images are pinned by their content', () => {
  const runtime = RuntimeImage.of({ repository, smallDigest: digest('a'), fullDigest: digest('b') });

  expect(runtime.small.uri).toBe(`${repository}@${digest('a')}`);
  expect(runtime.full.uri).toBe(`${repository}@${digest('b')}`);
  expect(runtime.small.isPinned).toBe(true);
});

test('a container is told the version that it was synthesized by', () => {
  const runtime = RuntimeImage.of({ repository, smallDigest: digest('a') });

  expect(runtime.environment).toEqual({ CDK8S_MLOPS_VERSION: version });
  expect(runtime.command('load')).toEqual(['mlops', 'load']);
});
