import { RuntimeImage } from '../../src';
import { ErrorCase } from '../support/error-case';

export const cases: ErrorCase[] = [
  {
    id: 'runtime/no-full-image',
    when: 'the full image where only the small one was given',
    provoke: () => RuntimeImage.of({ repository: 'registry.example.com/mlops/runtime', smallDigest: `sha256:${'a'.repeat(64)}` }).full,
    message: "'fullDigest' of the runtime in 'registry.example.com/mlops/runtime' is needed for drift and evaluation, got none; "
      + "build the target 'full' of node_modules/cdk8s-mlops/runtime/Dockerfile (runtime/no-full-image)",
  },
];
