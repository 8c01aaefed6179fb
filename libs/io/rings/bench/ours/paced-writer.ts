// Publishes the prepared records into a paced ring, as fast as its reader lets it. One JSON
// argument, see `PacedWriterOptions`; prints a `WriterReport`.
import { setImmediate as turn } from 'node:timers/promises';
import { readRecords } from '../harness/records.ts';
import { Section, printReport } from '../harness/section.ts';
import { PublishResult, createRing } from '../../src/index.ts';
import { RecordBatch } from './record-batch.ts';

export interface PacedWriterOptions {
  readonly dir: string;
  readonly name: string;
  readonly records: string;
  readonly slots: number;
  readonly batch: number;
  readonly warmupTicks: number;
  readonly ticks: number;
}

const options = JSON.parse(String(process.argv[2])) as PacedWriterOptions;
const { slots } = options;
const batch = new RecordBatch(readRecords(options.records), options.batch);

const ring = createRing({
  dir: options.dir,
  name: options.name,
  vendor: 'bench',
  mode: 'paced',
  slotCount: slots,
  directoryCapacity: 16,
});
await ring.waitForReaders({ count: 1, timeoutMs: 20_000 });
const section = new Section();

/** Whether the ring was full before `end`. A function of its own, without a wait in its loop. */
function publishSome(end: number): boolean {
  const { bytes, count } = batch;
  for (let position = ring.position; position < end; position += count) {
    batch.prepare(position);
    if (ring.publish(bytes, count) === PublishResult.Full) return true;
  }
  return false;
}

/** A turn of the event loop for each ring's length of ticks, so that heartbeats go out. */
async function publishUntil(end: number): Promise<void> {
  while (ring.position < end) {
    const full = publishSome(Math.min(end, ring.position + slots));
    await (full ? ring.waitForRoom() : turn());
  }
}

await publishUntil(options.warmupTicks);
section.start();
await publishUntil(options.warmupTicks + options.ticks);
section.end();
ring.close();
printReport({ ...section.report(), late: 0 });
