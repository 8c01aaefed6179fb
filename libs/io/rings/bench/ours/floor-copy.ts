// The same bytes copied once, by `TypedArray.set`, from the records to memory of a ring's size. One
// JSON argument; prints a `WriterReport`.
import { TICK_BYTES } from '@tickwire/core';
import { RECORD_COUNT, readRecords } from '../harness/records.ts';
import { Section, printReport } from '../harness/section.ts';

export interface FloorOptions {
  readonly records: string;
  readonly slots: number;
  readonly batch: number;
  readonly warmupTicks: number;
  readonly ticks: number;
}

const { records, slots, batch, warmupTicks, ticks } = JSON.parse(
  String(process.argv[2]),
) as FloorOptions;
const source = new Uint8Array(readRecords(records).buffer);
const target = new Uint8Array(slots * TICK_BYTES);
const section = new Section();

function copyUntil(end: number, from: number): void {
  for (let at = from; at < end; at += batch) {
    const record = (at % RECORD_COUNT) * TICK_BYTES;
    const slot = (at % slots) * TICK_BYTES;
    target.set(source.subarray(record, record + batch * TICK_BYTES), slot);
  }
}

copyUntil(warmupTicks, 0);
section.start();
copyUntil(warmupTicks + ticks, warmupTicks);
section.end();
printReport({ ...section.report(), late: 0 });
