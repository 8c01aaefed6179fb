// Reads a ring as the consumers of a preset do and folds each tick into its instrument: last price,
// high, low, volume. One JSON argument, see `PresetSideOptions`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HISTOGRAM_CELLS, TICK_BYTES, recordLatency, summariseLatency } from '@tickwire/core';
import { waitForRing } from '@tickwire/io-rings';
import type { RingRun } from '@tickwire/io-rings';
import { createMonotonicClock } from '@tickwire/ipc-shm';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { INSTRUMENT_COUNT, PREPARED_TICKS, printFigures } from './preset-side.ts';
import type { PresetSideOptions } from './preset-side.ts';

const TWO_32 = 2 ** 32;
const FOLD_CELLS = 4;

const options = JSON.parse(String(process.argv[2])) as PresetSideOptions;
const nowNs = createMonotonicClock();
const subscription = await waitForRing({
  dir: options.dir,
  name: options.name,
  from: 'oldest',
  runTicksMax: options.runTicks,
  ...(options.mode === 'throughput' ? { register: { label: 'bench', required: true } } : {}),
  timeoutMs: 30_000,
});
const tick = new TickView();
const folds = new Float64Array((INSTRUMENT_COUNT + 1) * FOLD_CELLS);
const cells = new Float64Array(HISTOGRAM_CELLS);
let ticks = 0;
let lost = 0;
let disorder = 0;

function fold(at: number, price: number, size: number): void {
  const first = folds[at + 3] === 0;
  folds[at] = price;
  folds[at + 1] = first ? price : Math.max(folds[at + 1]!, price);
  folds[at + 2] = first ? price : Math.min(folds[at + 2]!, price);
  folds[at + 3] = folds[at + 3]! + size;
}

function handle(run: RingRun): void {
  const { count, view } = run;
  lost += run.gap?.count ?? 0;
  const arrivedNs = nowNs();
  for (let index = 0; index < count; index++) {
    tick.wrap(view, index * TICK_BYTES);
    if (tick.sequence !== (ticks + lost) % PREPARED_TICKS) disorder++;
    const at = tick.instrument * FOLD_CELLS;
    if (tick.kind === TickKind.Trade) fold(at, tick.price, tick.size);
    else fold(at, (tick.bidPrice + tick.askPrice) / 2, 0);
    if (options.mode === 'latency' && ticks >= options.warmupTicks) {
      recordLatency(cells, arrivedNs - (tick.tsRecvHi * TWO_32 + tick.tsRecvLo));
    }
    ticks++;
  }
}

writeFileSync(join(options.dir, 'ready'), '');
await subscription.run(handle, { waiting: options.waiting, untilClosed: true });
const endedNs = nowNs();
subscription.close();
const { p50Ns, p99Ns } = summariseLatency(cells) ?? { p50Ns: 0, p99Ns: 0 };
printFigures({ endedNs, ticks, lost, disorder, p50Ns, p99Ns });
