/**
 * Whether a proxy can write a value into a header. Between two `%` stands a variable, whose arguments are text, or texts in brackets.
 *
 * @see https://github.com/istio/istio/blob/master/pkg/config/validation/header_value_validator.go
 */
export function isHeaderValue(value: string): boolean {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) {return false;}
  let state: State | undefined = 'literal';
  for (let i = 0; i < value.length && state !== undefined; i++) {
    if (state === 'literal' && value.startsWith('%%', i)) {
      i++;
    } else if (state === 'text' && value[i] === '\\') {
      i++;
      // nothing stands behind it that it could escape
      state = i < value.length ? state : undefined;
    } else {
      state = NEXT[state](value[i]);
    }
  }
  return state === 'literal';
}

type State = 'literal' | 'variable' | 'arguments' | 'text expected' | 'text' | 'text ended' | 'list ended' | 'arguments ended';

/** What follows a character; undefined where it must not stand. */
const NEXT: { [state in State]: (character: string) => State | undefined } = {
  'literal': (character) => character === '%' ? 'variable' : 'literal',
  'variable': (character) => character === '%' ? 'literal' : character === '(' ? 'arguments' : 'variable',
  'arguments': (character) => character === '[' ? 'text expected' : character === ' ' ? 'arguments' : 'text',
  'text expected': (character) => character === '"' ? 'text' : character === ' ' ? 'text expected' : undefined,
  'text': (character) => character === ')' ? 'arguments ended' : character === '"' ? 'text ended' : 'text',
  'text ended': (character) => character === ',' ? 'text expected' : character === ']' ? 'list ended' : character === ' ' ? 'text ended' : undefined,
  'list ended': (character) => character === ')' ? 'arguments ended' : character === ' ' ? 'list ended' : undefined,
  'arguments ended': (character) => character === '%' ? 'literal' : character === ' ' ? 'arguments ended' : undefined,
};
