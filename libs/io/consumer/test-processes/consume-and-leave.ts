// A process that consumes some ticks and stops: it ends by itself only if nothing is left open.
// Arguments: folder, ring, ticks. Sends its stats; nothing in it ends the process.
import { createConsumer } from '../src/index.ts';

const [dir = '', ring = '', ticks = '1'] = process.argv.slice(2);
let seen = 0;
const consumer = createConsumer({
  dir,
  rings: [ring],
  label: 'leaves',
  handlers: {
    trade: async () => {
      await Promise.resolve();
      if (++seen === Number(ticks)) void consumer.stop();
    },
  },
});
process.send?.({ type: 'ready', info: {} });
await consumer.run();
process.send?.({ type: 'stats', stats: consumer.stats() });
process.disconnect();
