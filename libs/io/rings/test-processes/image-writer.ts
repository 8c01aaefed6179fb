// Publishes quotes of four instruments into a ring with an image, as fast as it can, until it is
// told to stop. Each word of a payload follows from the position. Arguments: folder and name.
import { setImmediate as turn } from 'node:timers/promises';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import { createRing } from '../src/index.ts';

const BATCH = 16;
const [dir = '', name = ''] = process.argv.slice(2);
const ring = createRing({
  ...{ dir, name, vendor: 'stress', slotCount: 1_024, directoryCapacity: 8 },
  image: true,
});
let stop = false;
process.on('message', () => (stop = true));
process.on('disconnect', () => process.exit(1));
process.send?.({ type: 'ready', info: {} });
const batch = new TickBatch(BATCH);
const words = new Uint32Array(batch.bytes.buffer);
while (!stop) {
  for (let round = 0; round < 500; round++) {
    batch.clear();
    for (let at = 0; at < BATCH; at++) {
      const position = ring.position + at;
      batch.add(TickKind.Quote).instrument = position % 4;
      for (let word = 8; word < 16; word++) words[at * 16 + word] = position * word;
    }
    ring.publish(batch.bytes, BATCH);
  }
  await turn();
}
ring.close();
process.exit(0);
