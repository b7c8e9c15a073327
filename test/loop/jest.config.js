// `npm run test:loop`: started by cli.ts inside namespaces that hold real nodes
const base = require('../cluster/jest.config');

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  testMatch: ['<rootDir>/test/loop/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/loop/soak/'],
  globalSetup: '<rootDir>/test/loop/global-setup.ts',
  globalTeardown: '<rootDir>/test/cluster/node/global-teardown.ts',
  maxWorkers: 1,
  reporters: [
    ['default', { summaryThreshold: 1 }],
    '<rootDir>/test/cluster/harness/log-reporter.js',
    ['jest-junit', { outputDirectory: 'test-reports', outputName: 'loop.xml', reportTestSuiteErrors: 'true', suiteNameTemplate: '{filepath}' }],
  ],
};
