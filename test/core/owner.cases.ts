import { Testing } from 'cdk8s';
import { Owner } from '../../src';
import { checkOwner } from '../../src/core/owner-rules';
import { InputProblems } from '../../src/private/input-error';
import { ErrorCase } from '../support/error-case';

const owner: Owner = { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud' };

function checking(candidate?: Owner): () => unknown {
  return () => {
    const problems = new InputProblems();
    checkOwner(candidate, problems);
    problems.throwAt(Testing.chart(), 'Serving');
    return undefined;
  };
}

export const cases: ErrorCase[] = [
  {
    id: 'owner/missing',
    when: 'a model that nobody owns',
    provoke: checking(),
    message: "[test/Serving] 'owner' must say who answers when this pages: a team and the address of its runbook (owner/missing)",
  },
  {
    id: 'owner/malformed-team',
    when: 'a team, a contact and a runbook that are none, all at once',
    provoke: checking({ team: 'Risk & ML', runbookUrl: 'wiki/fraud', contact: ' ' }),
    message: [
      "[test/Serving] 'owner.team' must be at most 63 letters, digits, '-', '_' and '.', starting and ending with a letter or digit, got 'Risk & ML' (owner/malformed-team)",
      "[test/Serving] 'owner.runbookUrl' must be an address such as https://…, got 'wiki/fraud' (address/malformed)",
      "[test/Serving] 'owner.contact' must be one line such as '#risk-ml', got ' '; leave it out if there is none (owner/malformed-contact)",
    ].join('\n'),
  },
  {
    id: 'owner/malformed-contact',
    when: 'a contact of two lines',
    provoke: checking({ ...owner, contact: '#a\n#b' }),
    message: "[test/Serving] 'owner.contact' must be one line such as '#risk-ml', got '#a\n#b'; leave it out if there is none (owner/malformed-contact)",
  },
  {
    id: 'address/malformed',
    when: 'a runbook without an address',
    provoke: checking({ ...owner, runbookUrl: '' }),
    message: "[test/Serving] 'owner.runbookUrl' must be an address such as https://…, got '' (address/malformed)",
  },
  {
    id: 'address/scheme',
    when: 'a runbook that is not served over TLS',
    provoke: checking({ ...owner, runbookUrl: 'http://runbooks.example.com/fraud' }),
    message: "[test/Serving] 'owner.runbookUrl' must be an address such as https://…, got 'http://runbooks.example.com/fraud' (address/scheme)",
  },
  {
    id: 'address/credentials',
    when: 'a runbook address with a password, without repeating it',
    provoke: checking({ ...owner, runbookUrl: 'https://ada:s3cret@runbooks.example.com/fraud' }),
    message: "[test/Serving] 'owner.runbookUrl' must not hold a user or password, got one for 'runbooks.example.com'; pass it as a SecretRef (address/credentials)",
  },
];
