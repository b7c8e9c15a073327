import { generateKeyPairSync } from 'crypto';
import { join } from 'path';
import { Size, Testing } from 'cdk8s';
import { FeatureSchema, Findings, ImageRef, LoadedFromOptions, ModelServing, ModelSource, NetworkPeer } from '../../src';
import { ErrorCase } from '../support/error-case';
import { aRelease, DIGEST, servingProps } from '../support/fixtures';

const pemOf = (kind: 'ec' | 'ed25519') => generateKeyPairSync(kind as 'ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString();

const registry = { countsVersions: false, environment: {}, secretEnvironment: {}, modelUri: () => '' };

const loadedWith = (options: Partial<LoadedFromOptions>) => ModelSource.loadedFrom(registry, {
  loader: ImageRef.fromDigest('registry.example.com/loader', DIGEST), sizeLimit: Size.gibibytes(1), egress: [NetworkPeer.namespace('registry')], ...options,
});

const verifiedBy = (verifyKey: string) => loadedWith({ verifyKey });

const SCHEMA = FeatureSchema.fromFile(join(__dirname, '..', 'support', 'features_v2.json'));

export const cases: ErrorCase[] = [
  {
    id: 'serving/other-feature-schema',
    when: 'an image with a version that was trained with other features than are served',
    provoke: () => Findings.of(new ModelServing(Testing.chart(), 'Serving', servingProps({
      release: aRelease({ featureSchemaSha256: 'e'.repeat(64) }), source: ModelSource.bakedIn({ featureSchema: SCHEMA }),
    }))).list(),
    message: `[test/Serving] version 'v2.1.0' was trained with another feature schema (eeeeeeeeeeee…) than the one that is served (${SCHEMA.sha256.slice(0, 12)}…); `
      + 'serve the schema of that commit, or train a version with this one (serving/other-feature-schema)',
  },
  {
    id: 'serving/other-feature-schema',
    when: 'a version that was trained with other features than are served',
    provoke: () => Findings.of(new ModelServing(Testing.chart(), 'Serving', servingProps({
      release: aRelease({ featureSchemaSha256: 'e'.repeat(64) }), source: loadedWith({ featureSchema: SCHEMA }),
    }))).list(),
    message: `[test/Serving] version 'v2.1.0' was trained with another feature schema (eeeeeeeeeeee…) than the one that is served (${SCHEMA.sha256.slice(0, 12)}…); `
      + 'serve the schema of that commit, or train a version with this one (serving/other-feature-schema)',
  },
  {
    id: 'serving/private-verify-key',
    when: 'the private half of a key',
    provoke: () => verifiedBy('-----BEGIN EC PRIVATE KEY-----'),
    message: "'verifyKey' must be the public key, got a private one; give the output of 'openssl pkey -pubout', and make a new pair (serving/private-verify-key)",
  },
  {
    id: 'serving/malformed-verify-key',
    when: 'a key that is none',
    provoke: () => verifiedBy('secret'),
    message: "'verifyKey' must be a public key in PEM; give the output of 'cosign public-key' or 'openssl pkey -pubout' (serving/malformed-verify-key)",
  },
  {
    id: 'serving/unknown-verify-key',
    when: 'a key that signs whole files, not hashes',
    provoke: () => verifiedBy(pemOf('ed25519')),
    message: "'verifyKey' must be a key on an elliptic curve (ECDSA) or of RSA, got 'ed25519'; make one with 'cosign generate-key-pair' (serving/unknown-verify-key)",
  },
  {
    id: 'serving/unsigned-release',
    when: 'a key, and a release that nobody signed',
    provoke: () => verifiedBy(pemOf('ec')).bind(Testing.chart(), aRelease(), ImageRef.fromDigest('registry.example.com/server', DIGEST)),
    message: "version 'v2.1.0' has no signature, and 'verifyKey' asks for one; sign its artifact, register it with --signature, and promote it (serving/unsigned-release)",
  },
];
