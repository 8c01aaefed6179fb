/** Registered readers, killed in the middle of a run, under a writer that must not care. */
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { listReaders, readersDir } from '../../src/index.ts';
import { readerResult, startReader, startWriter, whereIs, writerDone } from '../proof-processes.ts';
import type { ReaderWhereabouts } from '../proof-reader.ts';
import type { WriterWhereabouts } from '../proof-writer.ts';
import type { DeathOptions } from './prove-deaths.ts';
import type { Verdict } from './verdict.ts';

const NAME = 'readers.0';
const PACED = 'required.0';
const KILL_AFTER_MS_MAX = 50;
const AT_ONCE = 2;
const BASELINE_MS = 3_000;

/** What the writer gets done; `perCpu` does not depend on who else uses the processors. */
interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

export async function proveReaderDeaths(options: DeathOptions, verdict: Verdict): Promise<void> {
  const { dir, kills, random } = options;
  const batches = [16, 300, 1, 64];
  const writer = startWriter({ dir, name: NAME, mode: 'live', slotCount: 65_536, batches });
  await writer.ready();
  const reading = { dir, name: NAME, required: false, waiting: 'yield' } as const;
  const survivor = startReader({ ...reading, follow: true });
  await survivor.ready();
  const alone = await rateDuring(writer, () => delay(BASELINE_MS));
  const during = await rateDuring(writer, async () => {
    const killOne = async (): Promise<void> => {
      const victim = startReader(reading);
      await victim.ready();
      await delay(random() * KILL_AFTER_MS_MAX);
      await victim.stop('SIGKILL');
    };
    for (let kill = 0; kill < kills; kill += AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, kills - kill) }, killOne));
    }
  });
  const after = await rateDuring(writer, () => delay(BASELINE_MS));
  verdict.note(`${kills} registered readers killed in the middle of a run`);
  verdict.note(
    `the writer's rate, million ticks a second of its processor time (of the clock): ` +
      `before ${inMillions(alone)}, during ${inMillions(during)}, after ${inMillions(after)}`,
  );
  const listed = listReaders(dir, NAME).map(({ pid }) => pid);
  verdict.check(
    listed.length === 1 && listed[0] === survivor.pid,
    `of all readers the one that lives is listed: ${listed.length}`,
  );
  // The files of the last dead go with the next reader that comes.
  const late = startReader(reading);
  await late.ready();
  const files = readdirSync(readersDir(dir, NAME)).length;
  verdict.check(files === 2, `reader files, of two living readers: ${files}`);
  writer.child.send('stop');
  const done = await writerDone(writer);
  verdict.check(done.counters.full === 0, `the writer waited for nobody: ${done.counters.full}`);
  await readerResult(late);
  const arrived = async (): Promise<boolean> =>
    (await whereIs<ReaderWhereabouts>(survivor)).cursor === done.published;
  await waitFor(arrived, { what: 'the last tick', deadlineMs: 20_000 });
  survivor.child.send('stop');
  verdict.checkReader('the reader that lived', await readerResult(survivor));
}

/** A paced writer gives up required readers that were killed, and counts them. */
export async function proveRequiredDeaths(dir: string, verdict: Verdict): Promise<void> {
  const paced = { dir, name: PACED, mode: 'paced', slotCount: 4_096, batches: [16] } as const;
  const writer = startWriter({ ...paced, readers: 3 });
  const reading = { dir, name: PACED, required: true, waiting: 'yield' } as const;
  const readers = [1, 2, 3].map(() => startReader(reading));
  const [kept, ...victims] = readers as [TestProcess, TestProcess, TestProcess];
  for (const reader of readers) await reader.ready();
  await waitFor(async () => (await whereIs<WriterWhereabouts>(writer)).position > 10_000, {
    what: 'the paced writer to run',
    deadlineMs: 20_000,
  });
  for (const victim of victims) await victim.stop('SIGKILL');
  const stopped = await whereIs<WriterWhereabouts>(writer);
  await waitFor(
    async () =>
      (await whereIs<WriterWhereabouts>(writer)).position > stopped.position + paced.slotCount,
    { what: 'the paced writer to go on', deadlineMs: 40_000 },
  );
  const files = readdirSync(readersDir(dir, PACED)).length;
  verdict.check(files === 1, `the files of two killed required readers are gone: ${files} left`);
  writer.child.send('stop');
  const done = await writerDone(writer);
  verdict.check(done.counters.expelled === 2, `readers given up: ${done.counters.expelled} of 2`);
  const result = await readerResult(kept);
  verdict.check(result.account.lost === 0, `the required reader that lived lost nothing`);
  verdict.checkReader('it', result);
}

async function rateDuring(writer: TestProcess, work: () => Promise<unknown>): Promise<Rate> {
  const from = await whereIs<WriterWhereabouts>(writer);
  const fromMs = performance.now();
  await work();
  const to = await whereIs<WriterWhereabouts>(writer);
  const ticks = to.position - from.position;
  return {
    perSecond: ticks / ((performance.now() - fromMs) / 1_000),
    perCpuSecond: ticks / ((to.cpuMs - from.cpuMs) / 1_000),
  };
}

function inMillions({ perCpuSecond, perSecond }: Rate): string {
  return `${(perCpuSecond / 1e6).toFixed(1)} (${(perSecond / 1e6).toFixed(1)})`;
}
