// `npm run test:cluster`: one control plane for all files
const path = require('node:path');

/** @type {import('jest').Config} */
module.exports = {
  rootDir: path.join(__dirname, '..', '..'),
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts'],
  // those run inside the namespaces of real nodes
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/cluster/node/'],
  moduleNameMapper: { '^cdk8s-mlops$': '<rootDir>/src' },
  globalSetup: '<rootDir>/test/cluster/harness/global-setup.ts',
  globalTeardown: '<rootDir>/test/cluster/harness/global-teardown.ts',
  transform: {
    '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json' }],
    '^.+\\.js$': '<rootDir>/test/cluster/harness/commonjs.js',
  },
  // the client and what it imports are ES modules
  transformIgnorePatterns: ['/node_modules/(?!(@kubernetes/client-node|openid-client|oauth4webapi|jose)/)'],
  testTimeout: 120_000,
  maxWorkers: 2,
  clearMocks: true,
  reporters: [
    'default',
    '<rootDir>/test/cluster/harness/log-reporter.js',
    ['jest-junit', { outputDirectory: 'test-reports', outputName: 'cluster.xml', reportTestSuiteErrors: 'true' }],
  ],
};
