/** `npm run test:node`, `npm run bench:node`: runs a command where real nodes can be. */
import { buildNodeParts } from './build';
import { runInside } from './inside';

runInside({ report: 'node.xml', prepare: buildNodeParts });
