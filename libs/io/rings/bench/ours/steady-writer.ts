// Offers a rate as a gateway does that sleeps between its frames: each millisecond the ticks that
// are due by then. One JSON argument, see `SteadyWriterOptions`; prints a `WriterReport`.
import { setTimeout as delay } from 'node:timers/promises';
import { RECORD_COUNT, TICK_WORDS, readRecords } from '../harness/records.ts';
import { Section, printReport } from '../harness/section.ts';
import { createRing } from '../../src/index.ts';
import { createBracketedClock } from './bracketed-clock.ts';
import type { RateWriterOptions } from './rate-writer.ts';
import { waitForReady } from './ready-files.ts';

export type SteadyWriterOptions = Omit<RateWriterOptions, 'rounds'> & {
  readonly rate: number;
  readonly warmupTicks: number;
  readonly ticks: number;
};

const FRAME_TICKS = 16;
const TWO_32 = 2 ** 32;
/** A tick published later than this after it was due was not at its pace. */
const LATE_NS = 50e6;

const options = JSON.parse(String(process.argv[2])) as SteadyWriterOptions;
const ticks = options.warmupTicks + options.ticks;
const records = readRecords(options.records, ticks);
const words = new Int32Array(FRAME_TICKS * TICK_WORDS);
const bytes = new Uint8Array(words.buffer);
const ring = createRing({
  dir: options.dir,
  name: options.name,
  vendor: 'bench',
  slotCount: options.slots,
  directoryCapacity: 16,
});
await waitForReady(options.dir, options.readers);
const { nowNs } = createBracketedClock();
const intervalNs = 1e9 / options.rate;
const startNs = Math.round(nowNs());

function dueNsOf(index: number): number {
  return startNs + Math.round(index * intervalNs);
}

function publishFrame(first: number, count: number): void {
  for (let index = 0; index < count; index++) {
    const from = ((first + index) % RECORD_COUNT) * TICK_WORDS;
    const at = index * TICK_WORDS;
    for (let word = 0; word < TICK_WORDS; word++) words[at + word] = records[from + word]!;
    const dueNs = dueNsOf(first + index);
    words[at] = dueNs;
    words[at + 1] = Math.floor(dueNs / TWO_32);
  }
  ring.publish(bytes, count);
}

const section = new Section();
let late = 0;
for (let sent = 0; sent < ticks;) {
  if (!section.isRunning && sent >= options.warmupTicks) section.start();
  const now = nowNs();
  const due = Math.min(ticks, Math.floor((now - startNs) / intervalNs));
  for (; sent < due; sent += FRAME_TICKS) {
    const count = Math.min(FRAME_TICKS, due - sent);
    if (now - dueNsOf(sent) > LATE_NS) late += count;
    publishFrame(sent, count);
    if (count < FRAME_TICKS) {
      sent += count;
      break;
    }
  }
  await delay(1);
}
section.end();
ring.close();
printReport({ ...section.report(), late });
