/** `npm run test:loop`: runs a command where real nodes can be, with the images of the loop. */
import { buildLoopParts } from './parts';
import { runInside } from '../cluster/node/inside';

runInside({ report: 'loop.xml', prepare: buildLoopParts });
