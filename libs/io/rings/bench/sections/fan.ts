/** Many rings with one reader, and one ring with many readers. */
import { join } from 'node:path';
import { FUTEX } from '../harness/results.ts';
import type { FanRun, ReadersRun } from '../harness/results.ts';
import type { ReaderReport, WriterReport } from '../harness/section.ts';
import { nodeSide, programSide, runPair, runTogether } from '../harness/side.ts';
import type { Side } from '../harness/side.ts';
import { alternate } from '../harness/statistics.ts';
import type { Round } from '../ours/rounds.ts';
import { inFolder } from './context.ts';
import type { BenchContext } from './context.ts';

export const FAN_RINGS = 64;
const FAN_BATCH = 16;
/**
 * All rings of a run together: one ring or many, the memory is the same. Rings of 16,384 slots are
 * between what the presets make.
 */
const FAN_SLOTS = 1_048_576;
const READERS_SLOTS = 65_536;
const FAN_TICKS = 40e6;

/** One writer over one ring and over 64, with one reader, in turn. */
export async function measureFan(
  context: BenchContext,
  onRun: (run: FanRun) => void,
): Promise<FanRun[]> {
  const turns = { a: 1, b: FAN_RINGS, runs: context.runs, untilMs: context.untilMs };
  return alternate(turns, async (rings) => {
    const run = await runFan(context, rings);
    onRun(run);
    return run;
  });
}

function runFan(context: BenchContext, rings: number): Promise<FanRun> {
  return inFolder(context, async (dir) => {
    const perRing = Math.ceil((FAN_TICKS * context.scale) / rings / FAN_BATCH) * FAN_BATCH;
    const whole = {
      dir,
      records: context.records,
      rings,
      slots: FAN_SLOTS / rings,
      batch: FAN_BATCH,
      warmupTicks: Math.ceil(perRing / 4 / FAN_BATCH) * FAN_BATCH,
      ticks: perRing,
    };
    const { writer, reader } = await runPair<WriterReport, ReaderReport>(
      {
        writer: nodeSide('ours/fan-writer.ts', whole),
        reader: nodeSide('ours/fan-reader.ts', whole),
      },
      context.placement,
    );
    const expected = (whole.warmupTicks + perRing) * rings;
    return {
      rings,
      ticksPerSecond: ((perRing * rings) / (reader.endedNs - writer.startedNs)) * 1e9,
      lost: Math.max(reader.lost, expected - reader.ticks),
      wrong: reader.wrong,
    };
  });
}

export const READERS = 8;
export const READERS_RATE = 100_000;
const READERS_SECONDS = 1.5;
/** Wakes of the bare futex: as many as a writer of frames rings its bell. */
const FRAMES_PER_SECOND = 1_000;

/**
 * One ring at a fixed rate, with no reader and with 8 parked ones, in turn; after each what as many
 * sleepers cost a writer in C++ that does nothing but wake them.
 */
export async function measureReaders(
  context: BenchContext,
  onRun: (run: ReadersRun) => void,
): Promise<ReadersRun[]> {
  const turns = { a: 0, b: READERS, runs: context.runs, untilMs: context.untilMs };
  const built = context.peers.get('futex-ping');
  const program = built !== undefined && 'program' in built ? built.program : undefined;
  const made = await alternate(turns, async (readers) => {
    const runs = [await runReaders(context, readers)];
    if (program !== undefined) runs.push(await runSleepers(context, program, readers));
    for (const run of runs) onRun(run);
    return runs;
  });
  return made.flat();
}

function runReaders(context: BenchContext, readers: number): Promise<ReadersRun> {
  return inFolder(context, async (dir) => {
    const shared = {
      dir,
      name: 'bench',
      records: context.records,
      rate: READERS_RATE,
      warmupTicks: READERS_RATE / 2,
      ticks: Math.round(READERS_RATE * READERS_SECONDS * Math.max(context.scale, 1 / 2)),
    };
    const { rate, warmupTicks, ticks } = shared;
    const rounds: Round[] = [
      { ticks: warmupTicks, rate },
      { ticks, rate },
    ];
    const [writer, found] = await runWriterAndReaders(context, {
      writer: nodeSide('ours/steady-writer.ts', { ...shared, slots: READERS_SLOTS, readers }),
      readers: Array.from({ length: readers }, (_, index) =>
        nodeSide('ours/rate-reader.ts', {
          ...{ ...shared, rounds, waiting: 'park', label: `r${index}` },
        }),
      ),
    });
    const expected = warmupTicks + ticks;
    return {
      ...steadyRun('ours', { readers, rate, ticks }, writer),
      lost: found.reduce((sum, reader) => sum + Math.max(reader.lost, expected - reader.ticks), 0),
      wrong: found.reduce((sum, reader) => sum + reader.wrong, 0),
      p50Ns: Math.max(0, ...found.map((reader) => reader.latency?.p50Ns ?? 0)),
      p99Ns: Math.max(0, ...found.map((reader) => reader.latency?.p99Ns ?? 0)),
    };
  });
}

function runSleepers(context: BenchContext, program: string, readers: number): Promise<ReadersRun> {
  return inFolder(context, async (dir) => {
    const rate = FRAMES_PER_SECOND;
    const ticks = Math.round(rate * READERS_SECONDS * Math.max(context.scale, 1 / 2));
    const shared = { mode: 'frames', path: join(dir, 'frames'), rate, ticks, readers };
    const [writer] = await runWriterAndReaders(context, {
      writer: programSide(program, { role: 'write', ...shared }),
      readers: Array.from({ length: readers }, (_, index) =>
        programSide(program, { role: 'read', label: `${index}`, ...shared }),
      ),
    });
    const nothing = { lost: 0, wrong: 0, p50Ns: 0, p99Ns: 0 };
    return { ...steadyRun(FUTEX, { readers, rate, ticks }, writer), ...nothing };
  });
}

function steadyRun(
  side: string,
  {
    readers,
    rate,
    ticks,
  }: { readonly readers: number; readonly rate: number; readonly ticks: number },
  writer: WriterReport,
): Pick<ReadersRun, 'side' | 'readers' | 'rateOffered' | 'writerCore' | 'ticksPerSecond' | 'late'> {
  const elapsedNs = writer.endedNs - writer.startedNs;
  return {
    ...{ side, readers, rateOffered: rate, late: writer.late },
    writerCore: (writer.cpuUs * 1e3) / elapsedNs,
    ticksPerSecond: (ticks / elapsedNs) * 1e9,
  };
}

/** The readers share a core. */
async function runWriterAndReaders(
  context: BenchContext,
  sides: { readonly writer: Side; readonly readers: readonly Side[] },
): Promise<[WriterReport, ReaderReport[]]> {
  const [writerCore, readerCore] = context.placement.cores ?? [];
  const [first, ...others] = await runTogether<WriterReport | ReaderReport>([
    { side: sides.writer, core: writerCore },
    ...sides.readers.map((side) => ({ side, core: readerCore })),
  ]);
  return [first as WriterReport, others as ReaderReport[]];
}
