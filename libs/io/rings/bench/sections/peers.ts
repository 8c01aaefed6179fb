/** What one would take instead of the ring, moving the same ticks. */
import { join } from 'node:path';
import type { Broker, Started } from '../harness/brokers.ts';
import { startNats, startRoudi } from '../harness/brokers.ts';
import type { Absent, LatencyRun, ThroughputRun } from '../harness/results.ts';
import type { ReaderReport, WriterReport } from '../harness/section.ts';
import { nodeSide, programSide, runPair, runSide } from '../harness/side.ts';
import type { Side } from '../harness/side.ts';
import { roundsOf, ticksOf } from '../ours/rounds.ts';
import { inFolder, untilOf } from './context.ts';
import type { BenchContext } from './context.ts';
import { toLatencyRun } from './latency.ts';
import { toRun } from './throughput.ts';

export const PEER_RATE = 10_000;
const LATENCY_TICKS = 10_000;
/** Of a program that was compiled before it ran. */
const COMPILED_WARMUP_TICKS = 2_000;

interface PeerRow {
  readonly name: string;
  /** A script of this folder, or a program of `peers/`. */
  readonly script?: string;
  readonly program?: string;
  /** How its reader waits. */
  readonly waiting: string;
  readonly broker?: 'nats' | 'roudi';
  /** Both sides are threads of one process. */
  readonly oneProcess?: boolean;
  readonly cases: readonly { readonly batch: number; readonly ticks: number }[];
}

const rows: readonly PeerRow[] = [
  {
    name: 'boost spsc_queue (C++)',
    program: 'boost-spsc',
    waiting: 'spin',
    cases: [
      { batch: 1, ticks: 8e6 },
      { batch: 16, ticks: 16e6 },
    ],
  },
  {
    name: 'atomic_queue (C++)',
    program: 'atomic-queue',
    waiting: 'spin',
    cases: [{ batch: 1, ticks: 8e6 }],
  },
  {
    name: 'iceoryx (C++)',
    program: 'iceoryx',
    waiting: 'spin',
    broker: 'roudi',
    cases: [
      { batch: 1, ticks: 1e6 },
      { batch: 16, ticks: 8e6 },
    ],
  },
  {
    name: 'ZeroMQ ipc (C++)',
    program: 'zeromq',
    waiting: 'blocking',
    cases: [
      { batch: 1, ticks: 1e6 },
      { batch: 256, ticks: 16e6 },
    ],
  },
  {
    name: 'Unix socket (Node)',
    script: 'peers/unix-socket.ts',
    waiting: 'event loop',
    cases: [
      { batch: 1, ticks: 2e5 },
      { batch: 256, ticks: 8e6 },
    ],
  },
  {
    name: 'MessagePort (Node)',
    script: 'peers/message-port.ts',
    waiting: 'event loop',
    oneProcess: true,
    cases: [
      { batch: 1, ticks: 2e5 },
      { batch: 256, ticks: 8e6 },
    ],
  },
  {
    name: 'NATS (Node)',
    script: 'peers/nats.ts',
    waiting: 'event loop',
    broker: 'nats',
    cases: [
      { batch: 1, ticks: 2e5 },
      { batch: 255, ticks: 4e6 },
    ],
  },
];

interface PeerRun {
  readonly mode: 'throughput' | 'latency';
  readonly batch: number;
  readonly rate: number;
  readonly warmupTicks: number;
  readonly ticks: number;
}

export interface PeerResults {
  readonly peerThroughput: ThroughputRun[];
  readonly peerLatency: LatencyRun[];
  readonly absent: Absent[];
}

/** Every peer that is there, as often as asked; those that are not, with the reason. */
export async function measurePeers(
  context: BenchContext,
  onRun: (run: ThroughputRun | LatencyRun) => void,
): Promise<PeerResults> {
  const found: PeerResults = { peerThroughput: [], peerLatency: [], absent: [] };
  const brokers: Record<string, Started> = {
    nats: await startNats(context.dir),
    roudi: await startRoudi(),
  };
  try {
    for (const [index, row] of rows.entries()) {
      const broker = row.broker === undefined ? undefined : brokers[row.broker];
      const reason = whyAbsent(context, row, broker);
      if (reason !== undefined) {
        found.absent.push({ side: row.name, reason });
        continue;
      }
      try {
        const share = 1 / (rows.length - index);
        const untilMs = untilOf(context, share);
        await measureRow(
          { context, row, broker: broker as Broker | undefined, untilMs },
          found,
          onRun,
        );
      } catch (error) {
        // A peer that fails is a row that says so, not the end of the others.
        found.absent.push({ side: row.name, reason: firstLine(error) });
      }
    }
  } finally {
    for (const broker of Object.values(brokers)) if ('stop' in broker) await broker.stop();
  }
  return found;
}

interface RowRun {
  readonly context: BenchContext;
  readonly row: PeerRow;
  readonly broker: Broker | undefined;
  /** `performance.now()` after which it is not run again. */
  readonly untilMs: number;
}

async function measureRow(
  measured: RowRun,
  found: PeerResults,
  onRun: (run: ThroughputRun | LatencyRun) => void,
): Promise<void> {
  const { row, context, untilMs } = measured;
  for (let run = 0; run < context.runs; run++) {
    if (run > 0 && performance.now() > untilMs) break;
    for (const { batch, ticks } of row.cases) {
      const wholeTicks = Math.ceil((ticks * context.scale) / batch) * batch;
      const warmupTicks = Math.ceil(wholeTicks / 8 / batch) * batch;
      const wanted = {
        mode: 'throughput',
        batch,
        rate: 1,
        warmupTicks,
        ticks: wholeTicks,
      } as const;
      const { reports, brokerCpu } = await runPeer(measured, wanted);
      const throughput = toRun(row.name, wanted, reports);
      const brokerPerTick = (brokerCpu * 1e6) / (warmupTicks + wholeTicks);
      found.peerThroughput.push({ ...throughput, brokerCpu: brokerPerTick });
      onRun(throughput);
    }
    const allTicks = ticksOf(roundsOf(PEER_RATE, LATENCY_TICKS));
    const wanted = {
      ...({ mode: 'latency', batch: 1, rate: PEER_RATE } as const),
      warmupTicks: row.script === undefined ? COMPILED_WARMUP_TICKS : allTicks - LATENCY_TICKS,
      ticks: LATENCY_TICKS,
    };
    const { reports } = await runPeer(measured, wanted);
    const latency = toLatencyRun(row.name, { ...wanted, waiting: row.waiting }, reports);
    found.peerLatency.push(latency);
    onRun(latency);
  }
}

interface PeerReports {
  readonly reports: { readonly writer: WriterReport; readonly reader: ReaderReport };
  readonly brokerCpu: number;
}

function runPeer(measured: RowRun, wanted: PeerRun): Promise<PeerReports> {
  const { context, row, broker } = measured;
  return inFolder(context, async (dir) => {
    const before = broker?.cpuSeconds() ?? 0;
    const side = (role: 'write' | 'read'): Side => sideOf(measured, { ...wanted, role, dir });
    const reports =
      row.oneProcess === true
        ? await runSide<PeerReports['reports']>({ side: side('write'), core: undefined })
        : await runPair<WriterReport, ReaderReport>(
            { writer: side('write'), reader: side('read') },
            context.placement,
          );
    return { reports, brokerCpu: (broker?.cpuSeconds() ?? 0) - before };
  });
}

function sideOf(
  { context, row, broker }: RowRun,
  wanted: PeerRun & { readonly role: 'write' | 'read'; readonly dir: string },
): Side {
  const { records } = context;
  if (row.script !== undefined) {
    return nodeSide(row.script, { ...wanted, records, address: broker?.address });
  }
  const built = context.peers.get(String(row.program));
  if (built === undefined || 'missing' in built) throw new Error(`${row.name} was not built`);
  const { dir, ...values } = wanted;
  return programSide(built.program, { ...values, records, path: join(dir, 'bench') });
}

function whyAbsent(
  context: BenchContext,
  row: PeerRow,
  broker: Started | undefined,
): string | undefined {
  if (broker !== undefined && 'missing' in broker) return broker.missing;
  if (row.program === undefined) return undefined;
  const built = context.peers.get(row.program);
  if (built === undefined) return 'not built';
  return 'missing' in built ? built.missing : undefined;
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error)
    .split('\n', 2)
    .join(': ');
}
