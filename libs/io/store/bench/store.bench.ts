/**
 * How fast ticks get from memory to durable and to Parquet, on this machine, beside the least that
 * any such store must do (a copy of the same bytes to the same disk, synced).
 *
 *   node libs/io/store/bench/store.bench.ts [--ticks 2000000] [--dir DIR]
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TICK_BYTES } from '@tickwire/core';
import { appendAll, openTestRing, openTestStore, sampleRun } from '../test/sample-ring.ts';

const RUN_TICKS = 256;
const SAMPLES = 256;
const FLUSH_ROWS = 122_880;

const { values } = parseArgs({
  options: { ticks: { type: 'string', default: '2000000' }, dir: { type: 'string' } },
});
const ticks = Number(values.ticks);
const root = mkdtempSync(join(values.dir ?? tmpdir(), 'tickwire-bench-'));

const megaRate = (count: number, ms: number): string => `${(count / ms / 1_000).toFixed(2)} M/s`;

try {
  const [cpu] = cpus();
  console.log(
    `${cpu?.model ?? 'unknown'} × ${cpus().length}, Node ${process.version}, ${ticks} ticks`,
  );
  console.log(`floor: write + fdatasync of ${ticks * TICK_BYTES} bytes: ${floor()}`);
  await journalThenStore();
  await both();
} finally {
  rmSync(root, { recursive: true, force: true });
}

function floor(): string {
  const block = new Uint8Array(1024 * 1024);
  const fd = openSync(join(root, 'floor'), 'w');
  const startMs = performance.now();
  for (let left = ticks * TICK_BYTES; left > 0; left -= block.length) {
    writeSync(fd, block, 0, Math.min(left, block.length));
    fdatasyncSync(fd);
  }
  const ms = performance.now() - startMs;
  closeSync(fd);
  rmSync(join(root, 'floor'));
  return megaRate(ticks, ms);
}

/** 65,536 distinct ticks, given out as runs whose positions go on. */
function runs(): (position: number) => ReturnType<typeof sampleRun> {
  const made = Array.from({ length: SAMPLES }, (_, at) => sampleRun(at * RUN_TICKS, RUN_TICKS));
  return (position) => {
    const run = made[(position / RUN_TICKS) % SAMPLES];
    if (run === undefined) throw new Error(`no run for ${position}`);
    return { ...run, firstPosition: position };
  };
}

async function journalThenStore(): Promise<void> {
  const store = await openTestStore(join(root, 'apart'));
  const kept = await openTestRing(store);
  const next = runs();
  let startMs = performance.now();
  for (let position = 0; position < ticks; position += RUN_TICKS) {
    await appendAll(kept, next(position));
  }
  await kept.commit();
  console.log(`journal, durable:          ${megaRate(ticks, performance.now() - startMs)}`);
  startMs = performance.now();
  let rows = 0;
  for (;;) {
    if ((await kept.take(FLUSH_ROWS)) === 0) break;
    rows += await kept.flush();
  }
  console.log(`journal → Parquet, durable: ${megaRate(rows, performance.now() - startMs)}`);
  const bytes = store.inventory.bytes;
  const ratio = (rows * TICK_BYTES) / bytes;
  console.log(`${rows} rows, ${(bytes / rows).toFixed(1)} bytes each, ${ratio.toFixed(1)} : 1`);
  await store.close();
}

/** As persistence does it: the next flush's ticks are journalled while one is stored. */
async function both(): Promise<void> {
  const store = await openTestStore(join(root, 'both'));
  const kept = await openTestRing(store);
  const next = runs();
  const startMs = performance.now();
  let appended = false;
  const write = async (): Promise<void> => {
    for (let position = 0; position < ticks; position += RUN_TICKS) {
      await appendAll(kept, next(position));
    }
    await kept.commit();
    appended = true;
  };
  const toParquet = async (): Promise<number> => {
    let rows = 0;
    for (;;) {
      const last = appended;
      const staged = await kept.take(FLUSH_ROWS);
      if (staged >= FLUSH_ROWS || last) rows += await kept.flush();
      if (last && kept.counts().stored === kept.counts().delivered) return rows;
      await new Promise(setImmediate);
    }
  };
  const [, rows] = await Promise.all([write(), toParquet()]);
  const ms = performance.now() - startMs;
  const rssMiB = Math.round(process.memoryUsage.rss() / 2 ** 20);
  console.log(`both at once, one process:  ${megaRate(rows, ms)}, RSS ${rssMiB} MiB`);
  await store.close();
}
