/** Ticks a second through a paced ring, nothing lost, every word checked: ours beside C++. */
import { join } from 'node:path';
import type { ThroughputRun } from '../harness/results.ts';
import type { ReaderReport, WriterReport } from '../harness/section.ts';
import { nodeSide, programSide, runPair, runSide } from '../harness/side.ts';
import { alternate } from '../harness/statistics.ts';
import { inFolder, untilOf } from './context.ts';
import type { BenchContext } from './context.ts';

export const RING_SLOTS = 65_536;
const MILLION = 1e6;
export const FLOOR_CPP = 'memcpy (C++)';
export const FLOOR_JS = 'TypedArray.set (JavaScript)';

export interface ThroughputCase {
  readonly batch: number;
  readonly warmupTicks: number;
  readonly ticks: number;
}

export const THROUGHPUT_CASES: readonly ThroughputCase[] = [
  { batch: 16, warmupTicks: 8 * MILLION, ticks: 40 * MILLION },
  { batch: 256, warmupTicks: 8 * MILLION, ticks: 40 * MILLION },
  { batch: 1, warmupTicks: 4 * MILLION, ticks: 12 * MILLION },
];

/** One run through our ring. */
export function runOurs(context: BenchContext, wanted: ThroughputCase): Promise<ThroughputRun> {
  return inFolder(context, async (dir) => {
    const shared = {
      dir,
      name: 'bench',
      records: context.records,
      ...wholeBatches(context, wanted),
    };
    const pair = {
      writer: nodeSide('ours/paced-writer.ts', { ...shared, slots: RING_SLOTS }),
      reader: nodeSide('ours/paced-reader.ts', shared),
    };
    const reports = await runPair<WriterReport, ReaderReport>(pair, context.placement);
    return toRun('ours', shared, reports);
  });
}

/** One run through the same protocol in C++. */
export function runTwin(
  context: BenchContext,
  program: string,
  wanted: ThroughputCase,
): Promise<ThroughputRun> {
  return inFolder(context, async (dir) => {
    const shared = {
      mode: 'throughput',
      path: join(dir, 'bench.ring'),
      records: context.records,
      slots: RING_SLOTS,
      ...wholeBatches(context, wanted),
    };
    const pair = {
      writer: programSide(program, { role: 'write', ...shared }),
      reader: programSide(program, { role: 'read', ...shared }),
    };
    const reports = await runPair<WriterReport, ReaderReport>(pair, context.placement);
    return toRun('cpp', shared, reports);
  });
}

/** Runs of ours and C++, in turn. */
export async function measureThroughput(
  context: BenchContext,
  onRun: (run: ThroughputRun) => void,
): Promise<ThroughputRun[]> {
  const found: ThroughputRun[] = [];
  const program = twinOf(context);
  for (const [index, wanted] of THROUGHPUT_CASES.entries()) {
    const untilMs = untilOf(context, 1 / (THROUGHPUT_CASES.length - index));
    const turns = { a: 'ours', b: 'cpp', runs: context.runs, untilMs };
    const runs = await alternate(turns, async (side) => {
      if (side === 'cpp' && program === undefined) return undefined;
      const run =
        side === 'cpp' && program !== undefined
          ? await runTwin(context, program, wanted)
          : await runOurs(context, wanted);
      onRun(run);
      return run;
    });
    found.push(...runs);
  }
  return found;
}

/** The same bytes copied once, in one process: JavaScript and C++. */
export async function measureFloors(context: BenchContext): Promise<ThroughputRun[]> {
  const found: ThroughputRun[] = [];
  const program = twinOf(context);
  for (const [index, whole] of THROUGHPUT_CASES.entries()) {
    const wanted = wholeBatches(context, whole);
    const shared = { records: context.records, slots: RING_SLOTS, ...wanted };
    const untilMs = untilOf(context, 1 / (THROUGHPUT_CASES.length - index));
    const turns = { a: 'js', b: 'cpp', runs: context.runs, untilMs };
    const runs = await alternate(turns, async (side) => {
      if (side === 'cpp' && program === undefined) return undefined;
      const floor =
        side === 'cpp' && program !== undefined
          ? programSide(program, { role: 'floor', ...shared })
          : nodeSide('ours/floor-copy.ts', shared);
      const report = await runSide<WriterReport>({
        side: floor,
        core: context.placement.cores?.[0],
      });
      return toFloor(side === 'cpp' ? FLOOR_CPP : FLOOR_JS, wanted, report);
    });
    found.push(...runs);
  }
  return found;
}

function toFloor(side: string, wanted: ThroughputCase, report: WriterReport): ThroughputRun {
  return {
    side,
    batch: wanted.batch,
    ticksPerSecond: (wanted.ticks / (report.endedNs - report.startedNs)) * 1e9,
    writerCpu: report.cpuUs / wanted.ticks,
    readerCpu: 0,
    lost: 0,
    wrong: 0,
  };
}

/** The C++ twin, where it could be built. */
function twinOf(context: BenchContext): string | undefined {
  const twin = context.peers.get('ring-twin');
  return twin !== undefined && 'program' in twin ? twin.program : undefined;
}

/** Whole batches, so that each side moves exactly the same. */
function wholeBatches(context: BenchContext, wanted: ThroughputCase): ThroughputCase {
  const { batch } = wanted;
  const whole = (ticks: number): number => Math.ceil((ticks * context.scale) / batch) * batch;
  return { batch, warmupTicks: whole(wanted.warmupTicks), ticks: whole(wanted.ticks) };
}

/** Rate from the first measured publication to the last tick checked. */
export function toRun(
  side: string,
  wanted: ThroughputCase,
  reports: { writer: WriterReport; reader: ReaderReport },
): ThroughputRun {
  const { writer, reader } = reports;
  const missing = wanted.warmupTicks + wanted.ticks - reader.ticks;
  return {
    side,
    batch: wanted.batch,
    ticksPerSecond: (wanted.ticks / (reader.endedNs - writer.startedNs)) * 1e9,
    writerCpu: writer.cpuUs / wanted.ticks,
    readerCpu: reader.cpuUs / wanted.ticks,
    lost: Math.max(reader.lost, missing),
    wrong: reader.wrong,
  };
}
