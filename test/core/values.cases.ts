import { Testing } from 'cdk8s';
import { Findings, ImageRef, ModelRef } from '../../src';
import { ErrorCase } from '../support/error-case';
import { release } from '../support/releases';

const digest = `sha256:${'a'.repeat(64)}`;

export const cases: ErrorCase[] = [
  {
    id: 'image/tag-in-repository',
    when: 'a tag instead of a digest',
    provoke: () => ImageRef.fromDigest('registry.example.com/fraud/server:1.4', digest),
    message: "'repository' must carry neither tag nor digest, got 'registry.example.com/fraud/server:1.4'; the digest of the second argument identifies the image (image/tag-in-repository)",
  },
  {
    id: 'image/malformed-digest',
    when: 'a malformed digest',
    provoke: () => ImageRef.fromDigest('registry.example.com/fraud/server', 'latest'),
    message: "'digest' must look like 'sha256:<64 hex digits>', got 'latest' (image/malformed-digest)",
  },
  {
    id: 'image/release-without-image',
    when: 'the image of a release that has none',
    provoke: () => ImageRef.ofRelease('registry.example.com/fraud/server', { ...release, imageDigest: undefined }),
    message: "the release '7' of 'fraud-detection' names no image; add its 'imageDigest', or use ImageRef.fromDigest() where the model is loaded at start (image/release-without-image)",
  },
  {
    id: 'model/version-as-alias',
    when: 'a version number instead of an alias',
    provoke: () => ModelRef.alias('fraud-detection', 'v7'),
    message: "'alias' must be an alias such as 'champion', got the version 'v7'; versions come from the release record of the model (model/version-as-alias)",
  },
  {
    id: 'model/malformed-name',
    when: 'a model name that cannot become a label',
    provoke: () => ModelRef.champion('Fraud Detection'),
    message: "'model' must be at most 52 lower-case letters, digits and '-', starting with a letter, got 'Fraud Detection' (model/malformed-name)",
  },
  {
    id: 'model/malformed-alias',
    when: 'an alias with blanks',
    provoke: () => ModelRef.alias('fraud-detection', 'the best'),
    message: "'alias' must be at most 32 lower-case letters, digits, '-' and '_', starting with a letter, got 'the best' (model/malformed-alias)",
  },
  {
    id: 'findings/empty-reason',
    when: 'an acknowledgement without a reason',
    provoke: () => Findings.of(Testing.chart()).acknowledge('supply-chain/unpinned-image', ' '),
    message: "'reason' must say why 'supply-chain/unpinned-image' is acceptable on 'test', got '' (findings/empty-reason)",
  },
];
