// `npm run test:soak`: started by ../cli.ts inside namespaces that hold real nodes; the test starts and breaks its cluster itself
const base = require('../../cluster/jest.config');

/** @type {import('jest').Config} */
module.exports = {
  ...base,
  testMatch: ['<rootDir>/test/loop/soak/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: undefined,
  globalTeardown: undefined,
  maxWorkers: 1,
  reporters: [
    ['default', { summaryThreshold: 1 }],
    '<rootDir>/test/cluster/harness/log-reporter.js',
    ['jest-junit', { outputDirectory: 'test-reports', outputName: 'soak.xml', reportTestSuiteErrors: 'true', suiteNameTemplate: '{filepath}' }],
  ],
};
