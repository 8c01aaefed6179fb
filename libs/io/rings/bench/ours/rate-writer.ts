// Offers ticks at a fixed rate through a live ring. One JSON argument, see `RateWriterOptions`;
// prints a `WriterReport`.
import { setImmediate as turn } from 'node:timers/promises';
import { TICK_WORDS, readRecords } from '../harness/records.ts';
import { Section, printReport } from '../harness/section.ts';
import { createRing } from '../../src/index.ts';
import { offerTicks } from './offered-rate.ts';
import { waitForReady } from './ready-files.ts';
import { ticksOf } from './rounds.ts';
import type { Round } from './rounds.ts';

export interface RateWriterOptions {
  readonly dir: string;
  readonly name: string;
  readonly records: string;
  readonly slots: number;
  readonly readers: number;
  readonly rounds: readonly Round[];
}

const options = JSON.parse(String(process.argv[2])) as RateWriterOptions;
const words = new Int32Array(TICK_WORDS);
const bytes = new Uint8Array(words.buffer);
const ring = createRing({
  dir: options.dir,
  name: options.name,
  vendor: 'bench',
  slotCount: options.slots,
  directoryCapacity: 16,
});
const records = readRecords(options.records, ticksOf(options.rounds));
await waitForReady(options.dir, options.readers);
const section = new Section();
const late = await offerTicks({
  records,
  rounds: options.rounds,
  onRound: () => section.start(),
  words,
  send: () => {
    ring.publish(bytes, 1);
    // As a gateway: what an I/O turn published wakes its readers at the end of that turn.
    return turn();
  },
});
section.end();
ring.close();
printReport({ ...section.report(), late });
