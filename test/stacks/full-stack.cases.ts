import { StackPromotion } from '../../src';
import { ErrorCase } from '../support/error-case';

export const cases: ErrorCase[] = [
  {
    id: 'stacks/unknown-promotion',
    when: 'people who promote in a way that nobody knows',
    provoke: () => StackPromotion.byPeople(' '),
    message: "'how' must say how people promote what passed its gate, got ''; or use StackPromotion.automatic() (stacks/unknown-promotion)",
  },
];
