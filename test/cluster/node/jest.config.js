// `npm run test:node`
module.exports = require('./on-real-nodes')({
  testMatch: ['<rootDir>/test/cluster/node/**/*.test.ts'],
  globalSetup: '<rootDir>/test/cluster/node/global-setup.ts',
}, 'node.xml');
