/** Many rings with one reader, and one ring with many readers. */
import type { FanRun, ReadersRun } from '../harness/results.ts';
import type { ReaderReport, WriterReport } from '../harness/section.ts';
import { nodeSide, runPair, runTogether } from '../harness/side.ts';
import { alternate } from '../harness/statistics.ts';
import { inFolder } from './context.ts';
import type { BenchContext } from './context.ts';

export const FAN_RINGS = 64;
const FAN_BATCH = 16;
/** All rings of a run together: one ring or many, the memory is the same. */
const FAN_SLOTS = 262_144;
const READERS_SLOTS = 65_536;
const FAN_TICKS = 16e6;

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
const READERS_SECONDS = 2;

/** One ring at a fixed rate, with no reader and with 8 parked ones, in turn. */
export async function measureReaders(
  context: BenchContext,
  onRun: (run: ReadersRun) => void,
): Promise<ReadersRun[]> {
  const turns = { a: 0, b: READERS, runs: context.runs, untilMs: context.untilMs };
  return alternate(turns, async (readers) => {
    const run = await runReaders(context, readers);
    onRun(run);
    return run;
  });
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
    const [writerCore, readerCore] = context.placement.cores ?? [];
    const writing = nodeSide('ours/steady-writer.ts', {
      ...shared,
      slots: READERS_SLOTS,
      readers,
    });
    const reading = Array.from({ length: readers }, (_, index) =>
      nodeSide('ours/rate-reader.ts', { ...shared, waiting: 'park', label: `r${index}` }),
    );
    const [first, ...others] = await runTogether<WriterReport | ReaderReport>([
      { side: writing, core: writerCore },
      ...reading.map((side) => ({ side, core: readerCore })),
    ]);
    const writer = first as WriterReport;
    const found = others as ReaderReport[];
    const elapsedNs = writer.endedNs - writer.startedNs;
    const expected = shared.warmupTicks + shared.ticks;
    return {
      readers,
      rateOffered: READERS_RATE,
      writerCore: (writer.cpuUs * 1e3) / elapsedNs,
      ticksPerSecond: (shared.ticks / elapsedNs) * 1e9,
      late: writer.late,
      lost: found.reduce((sum, reader) => sum + Math.max(reader.lost, expected - reader.ticks), 0),
      wrong: found.reduce((sum, reader) => sum + reader.wrong, 0),
      p50Ns: Math.max(0, ...found.map((reader) => reader.latency?.p50Ns ?? 0)),
      p99Ns: Math.max(0, ...found.map((reader) => reader.latency?.p99Ns ?? 0)),
    };
  });
}
