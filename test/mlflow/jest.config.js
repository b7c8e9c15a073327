// `npm run test:mlflow`: what the programs that the manifests start do when they are started so
const path = require('node:path');

/** @type {import('jest').Config} */
module.exports = {
  rootDir: path.join(__dirname, '..', '..'),
  testMatch: ['<rootDir>/test/mlflow/**/*.test.ts'],
  moduleNameMapper: { '^cdk8s-mlops$': '<rootDir>/src' },
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json' }] },
  // a server needs a quarter of a minute to answer, and several where a machine is busy
  testTimeout: 900_000,
  maxWorkers: 1,
  clearMocks: true,
  reporters: [
    'default',
    ['jest-junit', { outputDirectory: 'test-reports', outputName: 'mlflow.xml', reportTestSuiteErrors: 'true', suiteNameTemplate: '{filepath}' }],
  ],
};
