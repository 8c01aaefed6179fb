// Writes odd ticks into a ring, when told to. One JSON argument, see `OddRingOptions`; messages are
// `OddRingOrder`; each is answered with `{type: 'done', position}`.
import { setImmediate as turn } from 'node:timers/promises';
import { StreamReason, TICK_BYTES } from '@tickwire/core';
import { createRing, formatRingId } from '@tickwire/io-rings';
import { seededRandom } from '@tickwire/testing';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { fillOddTick, oddInstruments } from '../test/odd-ticks.ts';

export interface OddRingOptions {
  readonly dir: string;
  readonly name: string;
  readonly slotCount: number;
  readonly directoryCapacity?: number;
}

export type OddRingOrder =
  | { readonly type: 'publish'; readonly count: number; readonly seed: number }
  /** A trade whose price is no number, in the middle of two good ones. */
  | { readonly type: 'impossible' }
  | { readonly type: 'close' };

const BATCH_MAX = 300;

const options = JSON.parse(String(process.argv[2])) as OddRingOptions;
const ring = createRing({
  directoryCapacity: 128,
  ...options,
  vendor: 'odd',
  takeoverTick: (epoch) => {
    const bytes = new Uint8Array(TICK_BYTES);
    const tick = new TickView().wrap(new DataView(bytes.buffer), 0).begin(TickKind.Stream);
    tick.setStream({ state: 1, previousState: 0, reason: StreamReason.WriterRestarted, scope: 2 });
    tick.ledgerId = epoch;
    return bytes;
  },
});
const instruments = oddInstruments();
if (ring.directory.count <= 1) for (const entry of instruments) ring.append(entry);
const batch = new Uint8Array(BATCH_MAX * TICK_BYTES);
const view = new DataView(batch.buffer);
const tick = new TickView();

process.on('message', (order: OddRingOrder) => void obey(order));
process.on('disconnect', () => process.exit(1));
process.send?.({
  type: 'ready',
  info: { epoch: ring.epoch, ringId: formatRingId(ring.ringId), padded: ring.paddedAtTakeover },
});

async function obey(order: OddRingOrder): Promise<void> {
  if (order.type === 'publish') await publish(order.count, seededRandom(order.seed));
  else if (order.type === 'impossible') publishImpossible();
  else ring.close();
  process.send?.({ type: 'done', position: ring.position });
}

async function publish(count: number, random: () => number): Promise<void> {
  for (let left = count; left > 0;) {
    const some = Math.min(left, 1 + Math.floor(random() * BATCH_MAX));
    for (let at = 0; at < some; at++) {
      fillOddTick(tick.wrap(view, at * TICK_BYTES), random, instruments.length + 1);
    }
    ring.publish(batch, some);
    left -= some;
    await turn();
  }
}

function publishImpossible(): void {
  for (let at = 0; at < 3; at++) {
    tick.wrap(view, at * TICK_BYTES).begin(TickKind.Trade);
    tick.instrument = 1;
    tick.price = 5;
    tick.size = 7;
  }
  view.setBigInt64(TICK_BYTES + 32, 2n ** 53n, true);
  ring.publish(batch, 3);
}
