// Takes ticks offered at a rate from a live ring and measures how long each was under way. One
// JSON argument, see `RateReaderOptions`; prints a `ReaderReport`.
import { readRecords } from '../harness/records.ts';
import { Section, printReport } from '../harness/section.ts';
import { waitForRing } from '../../src/index.ts';
import type { RingRun, WaitingStrategy } from '../../src/index.ts';
import { sayReady } from './ready-files.ts';
import { ticksOf } from './rounds.ts';
import type { Round } from './rounds.ts';
import { TickTimes } from './tick-times.ts';

export interface RateReaderOptions {
  readonly dir: string;
  readonly name: string;
  readonly records: string;
  /** A strategy of `run`, or `poll`: a loop of the consumer's own over `poll()`. */
  readonly waiting: WaitingStrategy | 'poll';
  readonly label: string;
  readonly rounds: readonly Round[];
}

const options = JSON.parse(String(process.argv[2])) as RateReaderOptions;
const section = new Section();
const ticks = ticksOf(options.rounds);
const records = readRecords(options.records, ticks);
const times = new TickTimes(records, options.rounds, () => section.start());
const subscription = await waitForRing({
  dir: options.dir,
  name: options.name,
  from: 'oldest',
  timeoutMs: 20_000,
});
const words = new Int32Array(subscription.reader.bytes.buffer);
let lost = 0;

function handle(run: RingRun): void {
  lost += run.gap?.count ?? 0;
  if (run.count > 0) times.take(words, run.count);
}

sayReady(options.dir, options.label);
if (options.waiting === 'poll') {
  while (times.ticks + lost < ticks) {
    const run = subscription.poll();
    if (run !== undefined) handle(run);
  }
} else {
  await subscription.run(handle, { waiting: options.waiting, untilClosed: true });
}
section.end();
subscription.close();
printReport({
  ...section.report(),
  ticks: times.ticks,
  lost,
  wrong: times.wrong,
  ...times.summary(),
});
