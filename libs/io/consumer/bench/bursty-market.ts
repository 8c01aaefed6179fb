// A process that publishes on live rings at a rate that jumps: 50,000 ticks/s, and 1,000,000
// ticks/s in the middle fifth of a run, or as told. Each message {name, runMs} is one ring. The
// tsRecv of a tick is the monotonic clock when it was published.
import { setTimeout as delay } from 'node:timers/promises';
import { TICK_BYTES } from '@tickwire/core';
import { createRing } from '@tickwire/io-rings';
import { TickKind, TickView } from '@tickwire/wire-tick';

const [dir = ''] = process.argv.slice(2);
const INSTRUMENTS = 512;
const CALM_PER_MS = 50;
const BURST_PER_MS = 1_000;
const BATCH_MAX = 4_096;

const bytes = new Uint8Array(BATCH_MAX * TICK_BYTES);
const view = new DataView(bytes.buffer);
const tick = new TickView();

interface Order {
  readonly name: string;
  readonly runMs: number;
  readonly calmPerMs?: number;
  readonly burstPerMs?: number;
}

/** Ticks due so many ms after the start. */
function dueBy(elapsedMs: number, order: Order): number {
  const { calmPerMs = CALM_PER_MS, burstPerMs = BURST_PER_MS, runMs } = order;
  const burstMs = Math.min(Math.max(elapsedMs - runMs * 0.4, 0), runMs * 0.2);
  return Math.floor((elapsedMs - burstMs) * calmPerMs + burstMs * burstPerMs);
}

function fill(first: number, count: number, atNs: bigint): void {
  const hi = Number(atNs >> 32n);
  const lo = Number(atNs & 0xffff_ffffn);
  for (let index = 0; index < count; index++) {
    tick.wrap(view, index * TICK_BYTES).begin(TickKind.Trade);
    tick.instrument = 1 + ((first + index) % INSTRUMENTS);
    tick.sequence = first + index;
    tick.setTsRecv(hi, lo);
    tick.price = 679_933_000_000 + first + index;
    tick.size = 121_427 + index;
  }
}

async function publish(order: Order): Promise<void> {
  const { name, runMs } = order;
  const ring = createRing({ dir, name, vendor: 'bench', slotCount: 1 << 20 });
  const channel = ring.directory.get(0);
  if (channel === undefined) throw new Error('no entry 0');
  for (let n = 1; n <= INSTRUMENTS; n++) ring.append({ ...channel, symbol: `SYM-${n}` });
  process.send?.({ type: 'made' });
  const startNs = process.hrtime.bigint() + 50_000_000n;
  for (;;) {
    const elapsedMs = Number(process.hrtime.bigint() - startNs) / 1e6;
    if (elapsedMs >= runMs) break;
    const due = dueBy(Math.max(elapsedMs, 0), order);
    while (ring.position < due) {
      const count = Math.min(due - ring.position, BATCH_MAX);
      fill(ring.position, count, startNs + BigInt(Math.floor(elapsedMs * 1e6)));
      ring.publish(bytes, count);
    }
    await delay(1);
  }
  ring.close();
}

process.on('disconnect', () => process.exit(0));
process.on('message', (order: Order) => void publish(order));
process.send?.({ type: 'ready' });
