// `npm run test:kubeflow`: what the SDK of Kubeflow Pipelines says of pipelines
const path = require('node:path');

/** @type {import('jest').Config} */
module.exports = {
  rootDir: path.join(__dirname, '..', '..'),
  testMatch: ['<rootDir>/test/kubeflow/**/*.test.ts'],
  moduleNameMapper: { '^cdk8s-mlops$': '<rootDir>/src' },
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json' }] },
  // at first use it installs the SDK
  testTimeout: 900_000,
  maxWorkers: 1,
  clearMocks: true,
  reporters: [
    'default',
    ['jest-junit', { outputDirectory: 'test-reports', outputName: 'kubeflow.xml', reportTestSuiteErrors: 'true', suiteNameTemplate: '{filepath}' }],
  ],
};
