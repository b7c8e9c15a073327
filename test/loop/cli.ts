/** `npm run test:loop`, `demo:loop`, `test:soak`: runs a command where real nodes can be, with the images of the loop. */
import { runBeside } from './existing';
import { buildLoopParts } from './parts';
import { runInside } from '../cluster/node/inside';

runInside({ report: process.env.LOOP_REPORT ?? 'loop.xml', prepare: buildLoopParts, beside: runBeside });
