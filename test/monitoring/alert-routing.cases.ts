import { AlertRouting, SecretRef } from '../../src';
import { ErrorCase } from '../support/error-case';

const webhook = SecretRef.existing('slack', 'url');

export const cases: ErrorCase[] = [
  {
    id: 'routing/malformed-channel',
    when: 'no channel',
    provoke: () => AlertRouting.slack({ channel: '', webhook }),
    message: "'channel' must be a channel such as '#risk-ml', got '' (routing/malformed-channel)",
  },
  {
    id: 'routing/malformed-address',
    when: 'mail that cannot be sent, with everything that is wrong',
    provoke: () => AlertRouting.email({ to: 'risk@example.com, not an address', from: 'alerts', smarthost: 'nohost' }),
    message: [
      "'to' must be an address such as 'risk-ml@example.com', got 'not an address' (routing/malformed-address)",
      "'from' must be an address such as 'risk-ml@example.com', got 'alerts' (routing/malformed-address)",
      "'smarthost' must be host and port such as 'smtp.example.com:587', got 'nohost' (routing/malformed-smarthost)",
    ].join('\n'),
  },
  {
    id: 'routing/malformed-smarthost',
    when: 'a mail server without a port',
    provoke: () => AlertRouting.email({ to: 'Risk <risk@example.com>', smarthost: 'smtp.example.com' }),
    message: "'smarthost' must be host and port such as 'smtp.example.com:587', got 'smtp.example.com' (routing/malformed-smarthost)",
  },
];
