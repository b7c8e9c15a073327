import { Owner } from '../../src';
import { checkOwner } from '../../src/core/owner-rules';
import { InputProblems } from '../../src/private/input-error';

test.each<Owner>([
  { team: 'risk-ml', runbookUrl: 'https://runbooks.example.com/fraud' },
  { team: 'Risk_ML.2', runbookUrl: 'https://runbooks.example.com/fraud?tab=1#pages', contact: 'risk-ml@example.com' },
])('$team answers', (owner) => {
  const problems = new InputProblems();

  checkOwner(owner, problems);

  expect(() => problems.throwAll()).not.toThrow();
});
