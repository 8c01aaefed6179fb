// Reads many paced rings in one process and checks every word of every tick. One JSON argument,
// see `FanOptions`; prints a `ReaderReport`.
import { readRecords } from '../harness/records.ts';
import { Section, printReport } from '../harness/section.ts';
import { openRings, waitForRing } from '../../src/index.ts';
import type { RingRun } from '../../src/index.ts';
import { countWrongTicks } from './check-ticks.ts';
import type { FanOptions } from './fan-writer.ts';

interface RingCheck {
  readonly words: Int32Array;
  readonly expected: { readonly records: Int32Array; first: number };
}

const {
  dir,
  rings,
  warmupTicks,
  records: path,
} = JSON.parse(String(process.argv[2])) as FanOptions;
const records = readRecords(path);
const names = Array.from({ length: rings }, (_, index) => `fan.${index}`);
// They are made in this order: the last one is there when all are.
const last = await waitForRing({ dir, name: String(names.at(-1)), timeoutMs: 30_000 });
last.close();
const set = openRings({
  dir,
  names,
  from: 'oldest',
  register: { label: 'bench', required: true },
});
const checks = new Map<string, RingCheck>();
for (const name of names) {
  const bytes = set.get(name)?.reader.bytes.buffer;
  if (bytes === undefined) throw new Error(`${name} is not in the set`);
  checks.set(name, { words: new Int32Array(bytes), expected: { records, first: 0 } });
}
const section = new Section();
let ticks = 0;
let lost = 0;
let wrong = 0;

function handle(run: RingRun): void {
  const { count, firstPosition } = run;
  const check = checks.get(run.ringName);
  if (check === undefined) throw new Error(`a run of ${run.ringName}`);
  lost += run.gap?.count ?? 0;
  if (!section.isRunning && firstPosition + count > warmupTicks) section.start();
  const { expected } = check;
  const follows = firstPosition === expected.first;
  wrong += follows ? countWrongTicks(check.words, expected, count) : count;
  expected.first = firstPosition + count;
  ticks += count;
}

await set.run(handle, { waiting: 'spin', untilClosed: true });
section.end();
set.close();
printReport({ ...section.report(), ticks, lost, wrong });
