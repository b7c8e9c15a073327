import { ImageRef } from '../../src';
import { release } from '../support/releases';

const digest = `sha256:${'a'.repeat(64)}`;

test('an image by digest names repository and digest', () => {
  const image = ImageRef.fromDigest('registry.example.com:5000/fraud/server', digest);

  expect(image.uri).toBe(`registry.example.com:5000/fraud/server@${digest}`);
  expect(image.repository).toBe('registry.example.com:5000/fraud/server');
  expect(image.isPinned).toBe(true);
});

test('the image of a release is the one that its record names', () => {
  expect(ImageRef.ofRelease('registry.example.com/fraud/server', { ...release, imageDigest: digest }).uri).toBe(`registry.example.com/fraud/server@${digest}`);
});

test('an image by tag is not pinned', () => {
  const image = ImageRef.unpinned('registry.example.com/fraud/server:1.4');

  expect(image.uri).toBe('registry.example.com/fraud/server:1.4');
  expect(image.repository).toBe('registry.example.com/fraud/server');
  expect(image.isPinned).toBe(false);
});
