// `npm run test:soak`: the test starts and breaks its cluster itself
module.exports = require('../../cluster/node/on-real-nodes')({
  testMatch: ['<rootDir>/test/loop/soak/**/*.test.ts'],
  globalSetup: undefined,
  globalTeardown: undefined,
}, 'soak.xml');
