// Reads a paced ring to its end and checks every word of every tick. One JSON argument, see
// `PacedReaderOptions`; prints a `ReaderReport`.
import { readRecords } from '../harness/records.ts';
import { Section, printReport } from '../harness/section.ts';
import { waitForRing } from '../../src/index.ts';
import type { RingRun } from '../../src/index.ts';
import { countWrongTicks } from './check-ticks.ts';

export interface PacedReaderOptions {
  readonly dir: string;
  readonly name: string;
  readonly records: string;
  readonly warmupTicks: number;
}

const options = JSON.parse(String(process.argv[2])) as PacedReaderOptions;
const { warmupTicks } = options;
const records = readRecords(options.records);
const subscription = await waitForRing({
  dir: options.dir,
  name: options.name,
  from: 'oldest',
  register: { label: 'bench', required: true },
  timeoutMs: 20_000,
});
const words = new Int32Array(subscription.reader.bytes.buffer);
const expected = { records, first: 0 };
const section = new Section();
let wrong = 0;
let ticks = 0;

function handle(run: RingRun): void {
  const { count, firstPosition } = run;
  // The ring's first position is 0: where the ticks do not follow each other, all are wrong.
  expected.first = ticks;
  if (!section.isRunning && firstPosition + count > warmupTicks) section.start();
  wrong += firstPosition === ticks ? countWrongTicks(words, expected, count) : count;
  ticks += count;
}

await subscription.run(handle, { waiting: 'spin', untilClosed: true });
section.end();
const { lost } = subscription.account();
subscription.close();
printReport({ ...section.report(), ticks, lost, wrong });
