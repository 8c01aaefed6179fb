/** Writers at full rate, killed at random times, each replaced by the next. */
import { availableParallelism, loadavg } from 'node:os';
import { waitFor } from '@tickwire/testing';
import type { DeathOptions } from './prove-deaths.ts';
import { RunWatch } from './run-watch.ts';
import { spread } from './spread.ts';
import type { Verdict } from './verdict.ts';
import { readerResult, startReader, startWriter, whereIs, writerInfo } from '../proof-processes.ts';
import type { ReaderWhereabouts } from '../proof-reader.ts';
import type { ProofWriterOptions } from '../proof-writer.ts';

const NAME = 'writers.0';
const KILL_AFTER_MS_MAX = 50;
/** Every so many deaths nobody takes over until readers have noticed. */
const KILLS_PER_NOTICE = 4;
const RESUME_MS_MAX = 1_000;
const NOTICE_MS_MAX = 250;

export async function proveWriterDeaths(options: DeathOptions, verdict: Verdict): Promise<void> {
  const { dir, kills, random } = options;
  const writing: ProofWriterOptions = {
    dir,
    name: NAME,
    mode: 'live',
    slotCount: 65_536,
    batches: [16_384, 1, 300, 16, 3],
  };
  let writer = startWriter(writing);
  const first = await writerInfo(writer);
  const reading = { dir, name: NAME, required: false, follow: true } as const;
  const readers = [
    startReader({ ...reading, waiting: 'yield' }),
    startReader({ ...reading, waiting: 'park' }),
  ];
  for (const reader of readers) await reader.ready();
  const watch = new RunWatch(dir, NAME);
  const noticedMs: number[] = [];
  const resumedMs: number[] = [];
  let wrongWriters = 0;
  let inside = 0;
  for (let kill = 1; kill <= kills; kill++) {
    await watch.pause(random() * KILL_AFTER_MS_MAX);
    const killedAtMs = performance.now();
    writer.child.kill('SIGKILL');
    if (kill % KILLS_PER_NOTICE === 0) noticedMs.push(await watch.noticed(killedAtMs));
    await writer.ended;
    const before = watch.published;
    const startedAtMs = performance.now();
    writer = startWriter(writing);
    resumedMs.push(await watch.firstTick(before, startedAtMs));
    const info = await writerInfo(writer);
    if (info.epoch !== first.epoch + kill || info.ringId !== first.ringId) wrongWriters += 1;
    if (info.padded > 0) inside += 1;
  }
  writer.child.send('stop');
  await writer.ended;
  verdict.note(`${kills} writers killed, ${inside} of them inside a publication`);
  verdict.check(wrongWriters === 0, `every writer went on: same ring id, next epoch`);
  for (const [index, reader] of readers.entries()) {
    const arrived = async (): Promise<boolean> =>
      (await whereIs<ReaderWhereabouts>(reader)).cursor === watch.published;
    await waitFor(arrived, { what: 'the last tick', deadlineMs: 20_000 });
    reader.child.send('stop');
    verdict.checkReader(`reader ${index}`, await readerResult(reader));
  }
  watch.close();
  const load = loadavg()[0] ?? 0;
  verdict.note(
    `load ${load.toFixed(1)} on ${availableParallelism()} processors: it is in the times`,
  );
  const worst = (times: readonly number[]): number => Math.max(0, ...times);
  const notice = `death noticed after the kill: ${spread(noticedMs)}`;
  verdict.check(worst(noticedMs) <= NOTICE_MS_MAX, `${notice}, at most ${NOTICE_MS_MAX} ms`);
  const resume = `first tick read after the start of the next writer: ${spread(resumedMs)}`;
  verdict.check(worst(resumedMs) <= RESUME_MS_MAX, `${resume}, at most ${RESUME_MS_MAX} ms`);
}
