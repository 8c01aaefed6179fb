// `npm run prove -- ring`: the ring between real processes for minutes instead of seconds.
//
//   lapped  writers that do not wait lap readers, in the ways of `lap-patterns.ts`: every word of
//           every tick is compared, and every loss is reported once; 1e9 ticks in all
//   last    the last position there is, 2^53 − 1: refused beyond it, all before it accounted for
//   paced   a required reader holds the writer back: nothing lost
//   kills   the writer is killed at random times and replaced: same ring id, next epoch, none torn
//
// Exit code 0 when all of it held. `--kills N` and `--ticks N` (verified) change the length.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { seededRandom, testSeed } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { isBalanced } from './checked-ticks.ts';
import { LAP_PATTERNS } from './lap-patterns.ts';
import type { LapPattern } from './lap-patterns.ts';
import {
  readerResult,
  startReader,
  startWriter,
  writerDone,
  writerInfo,
} from './proof-processes.ts';
import type { ProofReaderOptions, ProofReaderResult } from './proof-reader.ts';
import type { ProofWriterOptions } from './proof-writer.ts';

/** A pattern of this proof may take minutes where many share the processors. */
const RESULT_MS_MAX = 10 * 60_000;
const PACED_SHARE = 1 / 10;
const LAST_POSITIONS = 5_000_000;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    ticks: { type: 'string', default: '1000000000' },
  },
});
const kills = Number(values.kills);
const ticks = Number(values.ticks);
const seed = testSeed();
const random = seededRandom(seed);

interface Both {
  readonly reader: TestProcess;
  readonly writer: TestProcess;
}

function holds(what: string, result: ProofReaderResult, more: boolean): boolean {
  const { account, broken, disorder, gaps, gapTicks, verified, elapsedMs } = result;
  const { published, start: from, delivered, padded, lost } = account;
  const exact = isBalanced(account) && gapTicks === lost && verified === delivered;
  const ok = more && broken === 0 && disorder === 0 && exact;
  console.log(
    `${ok ? 'held  ' : 'FAILED'} ${what}: published ${published - from}, verified ${verified}, ` +
      `padded ${padded}, lost ${lost} in ${gaps} gaps, torn ${broken}, out of order ${disorder}, ` +
      `${(elapsedMs / 1_000).toFixed(1)} s`,
  );
  return ok;
}

/** A writer that publishes nothing before the reader is there. */
async function startBoth(reading: ProofReaderOptions, writing: ProofWriterOptions): Promise<Both> {
  const writer = startWriter({ ...writing, hold: true });
  const reader = startReader(reading);
  await writer.ready();
  await reader.ready();
  writer.child.send('go');
  return { reader, writer };
}

/** Until the reader has verified its share, however often it was lapped. */
async function proveLapped(dir: string, pattern: LapPattern, index: number): Promise<number> {
  const { slotCount, batches, firstPosition, lagLapsMax, runTicksMax } = pattern;
  const ring = { dir, name: `lapped.${index}` };
  const { reader, writer } = await startBoth(
    {
      ...ring,
      required: false,
      waiting: 'spin',
      ticksMax: Math.ceil(pattern.share * ticks),
      ...(lagLapsMax === undefined ? {} : { lagLapsMax }),
      ...(runTicksMax === undefined ? {} : { runTicksMax }),
    },
    {
      ...ring,
      mode: 'live',
      slotCount,
      batches,
      ...(firstPosition === undefined ? {} : { firstPosition }),
    },
  );
  const result = await readerResult(reader, RESULT_MS_MAX);
  writer.child.send('stop');
  await writerDone(writer);
  const lapped = result.gaps > 0 && result.account.start === (firstPosition ?? 0);
  return holds(`lapped: ${pattern.what}`, result, lapped) ? result.verified : Number.NaN;
}

async function proveLast(dir: string): Promise<boolean> {
  const ring = { dir, name: 'last.0' };
  const { reader, writer } = await startBoth(
    { ...ring, required: false, waiting: 'spin' },
    {
      ...ring,
      mode: 'live',
      slotCount: 4_096,
      batches: [1, 16, 700],
      firstPosition: Number.MAX_SAFE_INTEGER - LAST_POSITIONS,
    },
  );
  const done = await writerDone(writer);
  const result = await readerResult(reader, RESULT_MS_MAX);
  const { published, start, inFlight } = result.account;
  const all = published === Number.MAX_SAFE_INTEGER && published - start === LAST_POSITIONS;
  return holds('the last position', result, done.exhausted && all && inFlight === 0);
}

async function provePaced(dir: string): Promise<boolean> {
  const name = 'paced.0';
  const reader = startReader({ dir, name, required: true, waiting: 'spin' });
  const writer = startWriter({
    dir,
    name,
    mode: 'paced',
    slotCount: 4_096,
    batches: [1, 16, 3, 700, 64],
    ticks: ticks * PACED_SHARE,
    readers: 1,
  });
  const result = await readerResult(reader, RESULT_MS_MAX);
  const done = await writerDone(writer);
  const { lost, delivered, inFlight } = result.account;
  return holds('paced', result, lost === 0 && inFlight === 0 && delivered === done.published);
}

async function proveKills(dir: string): Promise<boolean> {
  const name = 'kills.0';
  const batches = [16_384, 1, 300, 16_384];
  const writing: ProofWriterOptions = { dir, name, mode: 'live', slotCount: 65_536, batches };
  let writer = startWriter(writing);
  const first = await writerInfo(writer);
  const reader = startReader({ dir, name, required: false, waiting: 'yield' });
  await reader.ready();
  let epochs = true;
  let inside = 0;
  for (let kill = 1; kill <= kills; kill++) {
    await delay(random() * 50);
    await writer.stop('SIGKILL');
    writer = startWriter(writing);
    const info = await writerInfo(writer);
    epochs &&= info.epoch === first.epoch + kill && info.ringId === first.ringId;
    if (info.padded > 0) inside++;
  }
  writer.child.send('stop');
  const result = await readerResult(reader);
  console.log(`       ${kills} kills, ${inside} of them inside a publication`);
  const same = epochs && result.ringId === first.ringId && result.account.inFlight === 0;
  return holds('kills', result, same);
}

const root = sharedMemoryRoot();
if (!root.usable) throw new Error(root.reason);
const dir = mkdtempSync(join(root.path, 'tickwire-prove-'));
console.log(`TICKWIRE_SEED=${seed}`);
try {
  let verified = 0;
  for (const [index, pattern] of LAP_PATTERNS.entries()) {
    verified += await proveLapped(dir, pattern, index);
  }
  const enough = verified >= ticks;
  console.log(`${enough ? 'held  ' : 'FAILED'} ${verified} ticks verified under laps`);
  const last = await proveLast(dir);
  const paced = await provePaced(dir);
  const killed = await proveKills(dir);
  process.exitCode = enough && last && paced && killed ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
