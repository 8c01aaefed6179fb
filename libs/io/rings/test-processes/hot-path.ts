// Runs the whole hot path in one process: ticks are encoded into a batch, published one by one and
// in batches of several lengths, polled, decoded; across 2^31 and 2^32, and over laps. First round:
// the compiler makes up its mind. After the line `warm` it must not change it again.
import { RingReader, RingWriter } from '@tickwire/ipc-ring';
import { TickBatch, TickKind, TickView } from '@tickwire/wire-tick';
import { RingSubscription, createRing, openRing } from '../src/index.ts';

const BATCH = 256;
const WARM_MS_MIN = 1_000;
const LENGTHS = [1, 1, 1, 2, 16, 256];
const dir = String(process.argv[2]);
const warmRounds = 3_000;
const rounds = Number(process.argv[3]);

let sum = 0;

function fill(batch: TickBatch, first: number, count: number): void {
  batch.clear();
  for (let at = 0; at < count; at++) {
    const n = first + at;
    const tick = batch.add(at % 3 === 0 ? TickKind.Quote : TickKind.Trade);
    tick.setTsEvent(0x18a0_0000, n);
    tick.setTsRecv(0x18a0_0000, n + 1);
    tick.instrument = n % 512;
    tick.sequence = n;
    tick.flags = 1;
    if (at % 3 === 0) {
      tick.bidPrice = n * 7;
      tick.askPrice = n * 7 + 1;
    } else {
      tick.price = 679_933_000_000 + n;
      tick.size = n;
    }
  }
}

function take(ring: RingSubscription, tick: TickView): void {
  for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
    const { view, count } = run;
    for (let at = 0; at < count * 64; at += 64) {
      tick.wrap(view, at);
      sum += tick.kind + tick.sequence + tick.instrument + tick.tsEventLo;
      sum += tick.kind === TickKind.Quote ? tick.bidPrice : tick.price;
    }
  }
}

function ringFrom(name: string, firstPosition: number): () => void {
  const ring = createRing({ dir, name, vendor: 'test', slotCount: 1_024, firstPosition });
  const reader = openRing({ dir, name, from: 'oldest' });
  const batch = new TickBatch(BATCH);
  const tick = new TickView();
  let round = 0;
  return () => {
    const count = LENGTHS[round++ % LENGTHS.length] ?? 1;
    fill(batch, ring.position, count);
    for (let copies = 0; copies < 8; copies++) ring.publish(batch.bytes, count);
    take(reader, tick);
  };
}

const steps = [
  ringFrom('small', 0),
  ringFrom('below31', 2 ** 31 - 100_000),
  ringFrom('below32', 2 ** 32 - 100_000),
];
// Long enough, too, for what is done once in 50 ms to have been compiled with the rest.
const warmAtMs = performance.now() + WARM_MS_MIN;
for (let round = 0; round < warmRounds || performance.now() < warmAtMs; round++) {
  for (const step of steps) step();
}
process.stdout.write('warm\n');
for (let round = 0; round < rounds; round++) for (const step of steps) step();
if (!Number.isFinite(sum)) throw new Error('the sum is no number');

/** `MONOMORPHIC`, `POLYMORPHIC`, `MEGAMORPHIC` … of each place of a function, as V8 names them. */
const feedbackOf = new Function('f', 'return %GetFeedback(f)') as (
  f: unknown,
) => ([kind: string, state: string] | undefined)[] | undefined;
const seen: Record<string, string[]> = {};
for (const type of [RingWriter, RingReader, RingSubscription, TickView, TickBatch]) {
  for (let owner = type.prototype as object; owner !== Object.prototype;) {
    const members = Object.entries(Object.getOwnPropertyDescriptors(owner));
    for (const [name, { value, get, set }] of members) {
      for (const member of [value, get, set] as unknown[]) {
        if (typeof member !== 'function' || name === 'constructor') continue;
        const states = (feedbackOf(member) ?? []).map((slot) => slot?.[1].split('\n')[0] ?? '');
        (seen[`${type.name}.${name}`] ??= []).push(...states);
      }
    }
    owner = Object.getPrototypeOf(owner) as object;
  }
}
process.stdout.write(JSON.stringify(seen));
process.exit(0);
