// Configuration of a suite that cli.ts starts inside namespaces that hold real nodes
const base = require('../jest.config');

/** @type {(own: import('jest').Config, outputName: string) => import('jest').Config} */
module.exports = (own, outputName) => ({
  ...base,
  testPathIgnorePatterns: ['/node_modules/'],
  globalTeardown: '<rootDir>/test/cluster/node/global-teardown.ts',
  maxWorkers: 1,
  reporters: [
    ['default', { summaryThreshold: 1 }],
    '<rootDir>/test/cluster/harness/log-reporter.js',
    ['jest-junit', { outputDirectory: 'test-reports', outputName, reportTestSuiteErrors: 'true', suiteNameTemplate: '{filepath}' }],
  ],
  ...own,
});
