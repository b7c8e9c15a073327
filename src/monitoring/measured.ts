import { MetricQuery } from '../core/metric-query';
import { InputError } from '../private/input-error';

/** A question to a server, answered by a query or by the reason why there is none. */
export interface Measured {
  readonly query?: MetricQuery;
  readonly gap?: string;
}

/** Off-the-shelf servers do not export everything: a missing metric leaves a gap that is reported; any other mistake is thrown. */
export function measured(ask: () => MetricQuery): Measured {
  try {
    return { query: ask() };
  } catch (error) {
    if (!(error instanceof InputError) || error.errorId !== 'metric/not-exported') {throw error;}
    return { gap: error.message.replace(/ \([^()]*\)$/, '') };
  }
}
