// `npm run test:terraform`: what Terraform and a mock of AWS say of every cloud plane
const path = require('node:path');

/** @type {import('jest').Config} */
module.exports = {
  rootDir: path.join(__dirname, '..', '..'),
  testMatch: ['<rootDir>/test/terraform/**/*.test.ts'],
  moduleNameMapper: { '^cdk8s-mlops$': '<rootDir>/src' },
  globalSetup: '<rootDir>/test/terraform/harness/global-setup.ts',
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json' }] },
  // the provider waits about a minute until the lifecycle of a bucket has settled
  testTimeout: 600_000,
  // most of the time they wait
  maxWorkers: 2,
  clearMocks: true,
  reporters: [
    'default',
    ['jest-junit', { outputDirectory: 'test-reports', outputName: 'terraform.xml', reportTestSuiteErrors: 'true', suiteNameTemplate: '{filepath}' }],
  ],
};
