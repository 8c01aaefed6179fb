// Publishes batches into many paced rings in turn. One JSON argument, see `FanOptions`; prints a
// `WriterReport`.
import { setImmediate as turn } from 'node:timers/promises';
import { readRecords } from '../harness/records.ts';
import { Section, printReport } from '../harness/section.ts';
import { PublishResult, createRing } from '../../src/index.ts';
import { RecordBatch } from './record-batch.ts';

export interface FanOptions {
  readonly dir: string;
  readonly records: string;
  readonly rings: number;
  readonly slots: number;
  readonly batch: number;
  /** Of each ring. */
  readonly warmupTicks: number;
  readonly ticks: number;
}

/** Between two turns of the event loop. */
const ROUNDS_PER_TURN = 256;

const options = JSON.parse(String(process.argv[2])) as FanOptions;
const { dir, slots, warmupTicks } = options;
const batch = new RecordBatch(readRecords(options.records), options.batch);
const rings = Array.from({ length: options.rings }, (_, index) =>
  createRing({
    dir,
    name: `fan.${index}`,
    vendor: 'bench',
    mode: 'paced',
    slotCount: slots,
    directoryCapacity: 16,
  }),
);
for (const ring of rings) await ring.waitForReaders({ count: 1, timeoutMs: 30_000 });

/** One batch into each ring that is below `end` and not full; how many that were. */
function publishRound(end: number): number {
  const { bytes, count } = batch;
  let published = 0;
  for (const ring of rings) {
    const { position } = ring;
    if (position >= end) continue;
    batch.prepare(position);
    if (ring.publish(bytes, count) === PublishResult.Published) published++;
  }
  return published;
}

/** Some rounds at once; fewer when every ring is full or at its end. */
function publishSome(end: number): number {
  for (let round = 0; round < ROUNDS_PER_TURN; round++) {
    if (publishRound(end) === 0) return round;
  }
  return ROUNDS_PER_TURN;
}

/** Every ring is filled to `end`; a full one is passed over until its reader has caught up. */
async function publishUntil(end: number): Promise<void> {
  for (;;) {
    const rounds = publishSome(end);
    if (rounds === 0 && rings.every((ring) => ring.position >= end)) return;
    // Heartbeats, and room where there was none.
    await turn();
  }
}

await publishUntil(warmupTicks);
const section = new Section();
section.start();
await publishUntil(warmupTicks + options.ticks);
section.end();
for (const ring of rings) ring.close();
printReport({ ...section.report(), late: 0 });
