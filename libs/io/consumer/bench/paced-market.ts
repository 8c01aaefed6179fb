// A process that publishes a market on paced rings: 1,048,576 distinct ticks of 512 interleaved
// instruments, trades, quotes and levels, again and again. Each message {name, ticks} is one ring:
// made, waited for one reader, published, closed.
import { TICK_BYTES } from '@tickwire/core';
import { PublishResult, createRing } from '@tickwire/io-rings';
import { Side, TickKind, TickView } from '@tickwire/wire-tick';

const [dir = ''] = process.argv.slice(2);
const DISTINCT = 1 << 20;
const INSTRUMENTS = 512;
const BATCH = 256;
const KINDS = [TickKind.Trade, TickKind.Quote, TickKind.Level] as const;

const market = new Uint8Array(DISTINCT * TICK_BYTES);
const view = new DataView(market.buffer);
const tick = new TickView();
for (let n = 0; n < DISTINCT; n++) {
  // A third each, in an order that no branch predictor can know.
  const kind = KINDS[(Math.imul(n, 0x9e37_79b1) >>> 16) % KINDS.length] ?? TickKind.Trade;
  tick.wrap(view, n * TICK_BYTES).begin(kind);
  tick.instrument = 1 + (n % INSTRUMENTS);
  tick.sequence = n;
  tick.setTsRecv(0x18a0_0000, n);
  if (kind === TickKind.Quote) {
    tick.bidPrice = 679_933_000_000 + n;
    tick.askPrice = 679_934_000_000 + n;
    tick.bidSize = 121_427 + n;
    tick.askSize = 121_428 + n;
  } else {
    tick.setSideAction(n % 2 === 0 ? Side.Bid : Side.Ask, 0);
    tick.price = 679_933_000_000 + n;
    tick.size = 121_427 + n;
  }
}
const batches = Array.from({ length: DISTINCT / BATCH }, (_, index) =>
  market.subarray(index * BATCH * TICK_BYTES, (index + 1) * BATCH * TICK_BYTES),
);

async function publish({ name, ticks }: { name: string; ticks: number }): Promise<void> {
  const ring = createRing({
    dir,
    name,
    vendor: 'bench',
    mode: 'paced',
    slotCount: 65_536,
    directoryCapacity: INSTRUMENTS + 1,
  });
  const channel = ring.directory.get(0);
  if (channel === undefined) throw new Error('no entry 0');
  for (let n = 1; n <= INSTRUMENTS; n++) ring.append({ ...channel, symbol: `SYM-${n}` });
  process.send?.({ type: 'made' });
  await ring.waitForReaders({ count: 1, timeoutMs: 60_000 });
  for (let at = 0; ring.position < ticks; at = (at + 1) % batches.length) {
    const batch = batches[at] as Uint8Array;
    while (ring.publish(batch, BATCH) === PublishResult.Full) await ring.waitForRoom();
  }
  ring.close();
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: { name: string; ticks: number }) => void publish(message));
process.send?.({ type: 'ready' });
