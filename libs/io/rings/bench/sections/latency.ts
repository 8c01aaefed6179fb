/** One-way time of a tick at a fixed rate, open loop: ours beside C++ and a bare futex. */
import { join } from 'node:path';
import { FUTEX } from '../harness/results.ts';
import type { LatencyRun } from '../harness/results.ts';
import type { ReaderReport, WriterReport } from '../harness/section.ts';
import { nodeSide, programSide, runPair } from '../harness/side.ts';
import { roundsOf, ticksOf } from '../ours/rounds.ts';
import { alternate } from '../harness/statistics.ts';
import { inFolder, untilOf } from './context.ts';
import type { BenchContext } from './context.ts';

const SLOTS = 65_536;
const READ_BY_TWIN = 'Tickwire, read in C++';
/** Where nothing is compared, fewer runs say enough. */
const UNRIVALLED_RUNS = 0.3;
/** A rival's run takes half as long: it has no long warm-up. */
const RIVALLED_SHARE = 1.5;
/** Of a program that was compiled before it ran. */
const COMPILED_WARMUP_SECONDS = 0.3;

export interface LatencyCase {
  /** What the reader does while it waits. */
  readonly waiting: string;
  readonly rate: number;
  readonly seconds: number;
  /** Program of the other side: the ring's twin, or the bare wake of a sleeper. */
  readonly rival: 'ring-twin' | 'futex-ping' | undefined;
  /** Our writer's ring is read by the C++ twin: both speak the same layout. */
  readonly readByTwin?: boolean;
}

export const LATENCY_CASES: readonly LatencyCase[] = [
  { waiting: 'spin', rate: 10_000, seconds: 1, rival: 'ring-twin' },
  { waiting: 'spin', rate: 100_000, seconds: 1, rival: 'ring-twin' },
  { waiting: 'park', rate: 1_000, seconds: 2, rival: 'futex-ping' },
  { waiting: 'park', rate: 10_000, seconds: 1, rival: 'futex-ping' },
  { waiting: 'spin', rate: 10_000, seconds: 1, rival: undefined, readByTwin: true },
  { waiting: 'poll', rate: 10_000, seconds: 1, rival: undefined },
  { waiting: 'adaptive', rate: 10_000, seconds: 1, rival: undefined },
  { waiting: 'yield', rate: 10_000, seconds: 1, rival: undefined },
];

const measuredTicks = (wanted: LatencyCase): number => Math.round(wanted.rate * wanted.seconds);

function runOurs(context: BenchContext, wanted: LatencyCase): Promise<LatencyRun> {
  return inFolder(context, async (dir) => {
    const { waiting, rate } = wanted;
    const ticks = measuredTicks(wanted);
    const rounds = roundsOf(rate, ticks);
    const counts = { warmupTicks: ticksOf(rounds) - ticks, ticks };
    const shared = { dir, name: 'bench', records: context.records, rounds };
    const twin = wanted.readByTwin === true ? programOf(context, 'ring-twin') : undefined;
    const pair = {
      writer: nodeSide('ours/rate-writer.ts', { ...shared, slots: SLOTS, readers: 1 }),
      reader:
        twin === undefined
          ? nodeSide('ours/rate-reader.ts', { ...shared, waiting, label: 'reader' })
          : programSide(twin, { ...twinReader(context, dir), ...counts }),
    };
    const reports = await runPair<WriterReport, ReaderReport>(pair, context.placement);
    const side = twin === undefined ? 'ours' : READ_BY_TWIN;
    return toLatencyRun(side, { ...wanted, ...counts }, reports);
  });
}

function twinReader(context: BenchContext, dir: string): Readonly<Record<string, string | number>> {
  return {
    ...{ role: 'read', mode: 'latency', path: join(dir, 'bench.ring'), slots: SLOTS },
    records: context.records,
  };
}

function programOf(context: BenchContext, name: string): string | undefined {
  const built = context.peers.get(name);
  return built !== undefined && 'program' in built ? built.program : undefined;
}

function runRival(
  context: BenchContext,
  program: string,
  wanted: LatencyCase,
): Promise<LatencyRun> {
  return inFolder(context, async (dir) => {
    const counts = {
      warmupTicks: Math.round(wanted.rate * COMPILED_WARMUP_SECONDS),
      ticks: measuredTicks(wanted),
    };
    const shared = {
      mode: 'latency',
      path: join(dir, 'bench.ring'),
      records: context.records,
      slots: SLOTS,
      rate: wanted.rate,
      ...counts,
    };
    const pair = {
      writer: programSide(program, { role: 'write', ...shared }),
      reader: programSide(program, { role: 'read', ...shared }),
    };
    const reports = await runPair<WriterReport, ReaderReport>(pair, context.placement);
    const side = wanted.rival === 'futex-ping' ? FUTEX : 'cpp';
    return toLatencyRun(side, { ...wanted, ...counts }, reports);
  });
}

/** What a case takes of the time: it is measured twice where there is a rival. */
function shareOf({ rival }: LatencyCase): number {
  return rival === undefined ? UNRIVALLED_RUNS : RIVALLED_SHARE;
}

function sumOfShares(cases: readonly LatencyCase[]): number {
  return cases.reduce((sum, wanted) => sum + shareOf(wanted), 0);
}

/** Runs of both sides of each case, in turn. */
export async function measureLatency(
  context: BenchContext,
  onRun: (run: LatencyRun) => void,
): Promise<LatencyRun[]> {
  const found: LatencyRun[] = [];
  for (const [index, wanted] of LATENCY_CASES.entries()) {
    const program = wanted.rival === undefined ? undefined : programOf(context, wanted.rival);
    // Without the twin there would be one more row of ours.
    if (wanted.readByTwin === true && programOf(context, 'ring-twin') === undefined) continue;
    const untilMs = untilOf(context, shareOf(wanted) / sumOfShares(LATENCY_CASES.slice(index)));
    const runs = Math.ceil(context.runs * (wanted.rival === undefined ? UNRIVALLED_RUNS : 1));
    const turns = { a: 'ours', b: 'rival', runs, untilMs };
    const made = await alternate(turns, async (side) => {
      if (side === 'rival' && program === undefined) return undefined;
      const run =
        side === 'rival' && program !== undefined
          ? await runRival(context, program, wanted)
          : await runOurs(context, wanted);
      onRun(run);
      return run;
    });
    found.push(...made);
  }
  return found;
}

export function toLatencyRun(
  side: string,
  wanted: {
    readonly waiting: string;
    readonly rate: number;
    readonly warmupTicks: number;
    readonly ticks: number;
  },
  reports: { readonly writer: WriterReport; readonly reader: ReaderReport },
): LatencyRun {
  const { writer, reader } = reports;
  if (reader.latency === undefined) throw new Error(`${side} reported no latency`);
  const share = (report: { startedNs: number; endedNs: number; cpuUs: number }): number =>
    (report.cpuUs * 1e3) / (report.endedNs - report.startedNs);
  const waited = (report: { startedNs: number; endedNs: number; waitedNs: number }): number =>
    report.waitedNs / (report.endedNs - report.startedNs);
  return {
    side,
    waiting: wanted.waiting,
    rate: wanted.rate,
    clockCostNs: reader.clockCostNs ?? 0,
    ...(reader.clockErrorNs === undefined ? {} : { clockErrorNs: reader.clockErrorNs }),
    latency: reader.latency,
    late: writer.late,
    lost: Math.max(reader.lost, wanted.warmupTicks + wanted.ticks - reader.ticks),
    wrong: reader.wrong,
    writerCore: share(writer),
    readerCore: share(reader),
    writerWaited: waited(writer),
    readerWaited: waited(reader),
  };
}
