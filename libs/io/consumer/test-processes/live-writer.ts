// A process that publishes ticks on a live ring without rest, until it is killed or told to stop.
// Arguments: folder, ring. Trades, quotes and levels of eight instruments; `sequence` is the low
// half of the position. A successor goes on where the killed one stopped.
import { setImmediate as turn } from 'node:timers/promises';
import { TICK_BYTES } from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import { TickKind, TickView } from '@tickwire/wire-tick';

const [dir = '', name = ''] = process.argv.slice(2);
const BATCH = 64;
const KINDS = [TickKind.Trade, TickKind.Quote, TickKind.Level] as const;
/** Publications between two turns of the event loop. */
const BURST = 16;

const ring = createRing({ dir, name, vendor: 'test', slotCount: 4_096, directoryCapacity: 16 });
const bytes = new Uint8Array(BATCH * TICK_BYTES);
const view = new DataView(bytes.buffer);
const tick = new TickView();
let stopped = false;
process.on('message', () => (stopped = true));
process.on('disconnect', () => process.exit(1));
process.send?.({ type: 'ready', info: {} });
while (!stopped) {
  for (let publication = 0; publication < BURST; publication++) {
    for (let index = 0; index < BATCH; index++) {
      const position = ring.position + index;
      tick.wrap(view, index * TICK_BYTES).begin(KINDS[position % KINDS.length] ?? TickKind.Trade);
      tick.instrument = position % 8;
      tick.sequence = position >>> 0;
    }
    ring.publish(bytes, BATCH);
  }
  await turn();
}
ring.close();
process.disconnect();
