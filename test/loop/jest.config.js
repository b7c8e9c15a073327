// `npm run test:loop`, `npm run demo:loop`
module.exports = require('../cluster/node/on-real-nodes')({
  testMatch: ['<rootDir>/test/loop/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/loop/soak/'],
  globalSetup: '<rootDir>/test/loop/global-setup.ts',
}, 'loop.xml');
