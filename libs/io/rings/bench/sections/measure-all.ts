/** Prepares what is needed, runs the chosen sections within their time, gathers the results. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { buildPeer } from '../harness/build-peers.ts';
import type { Built, Peer } from '../harness/build-peers.ts';
import { choosePlacement } from '../harness/placement.ts';
import type { Placement } from '../harness/placement.ts';
import { writeRecords } from '../harness/records.ts';
import type { LatencyRun, Machine, Results, ThroughputRun } from '../harness/results.ts';
import { durationText } from '../harness/duration-text.ts';
import type { BenchContext } from './context.ts';
import { measureFan, measureReaders } from './fan.ts';
import { measureLatency } from './latency.ts';
import { measurePeers } from './peers.ts';
import { measureFloors, measureThroughput } from './throughput.ts';

export const SECTIONS = ['throughput', 'floors', 'latency', 'peers', 'fan', 'readers'] as const;
export type SectionName = (typeof SECTIONS)[number];

/** Together below the 15 minutes that a benchmark may take, with room for a slow machine. */
const SECONDS: Readonly<Record<SectionName, number>> = {
  throughput: 140,
  floors: 30,
  latency: 350,
  peers: 150,
  fan: 75,
  readers: 130,
};
const QUICK_SHARE = 0.08;
const QUICK_SCALE = 0.25;
const BYTES_PER_GIB = 2 ** 30;
const ICEORYX = '/usr/include/iceoryx/v2.0.3';

const PEERS: readonly Peer[] = [
  { source: 'ring-twin' },
  { source: 'futex-ping' },
  {
    source: 'boost-spsc',
    needs: { header: 'boost/lockfree/spsc_queue.hpp', packages: 'libboost-dev' },
  },
  {
    source: 'atomic-queue',
    needs: { header: 'atomic_queue/atomic_queue.h', packages: 'libatomic-queue-dev' },
  },
  {
    source: 'zeromq',
    libraries: ['zmq'],
    needs: { header: 'zmq.hpp', packages: 'libzmq3-dev cppzmq-dev' },
  },
  {
    source: 'iceoryx',
    includes: [ICEORYX],
    libraries: ['iceoryx_posh', 'iceoryx_hoofs', 'iceoryx_platform'],
    needs: {
      header: 'iceoryx_posh/runtime/posh_runtime.hpp',
      packages: 'libiceoryx-posh-dev iceoryx',
    },
  },
];

/** What ours is compared with. */
const ALWAYS_BUILT: ReadonlySet<string> = new Set(['ring-twin', 'futex-ping']);

export interface BenchOptions {
  readonly sections: readonly SectionName[];
  readonly runs: number;
  readonly quick: boolean;
}

/** @throws Error when there is no shared memory, or a side of ours or of the C++ twin fails. */
export async function measureAll(options: BenchOptions): Promise<Results> {
  const root = sharedMemoryRoot();
  if (!root.usable) throw new Error(root.reason);
  const dir = mkdtempSync(join(root.path, 'tickwire-bench-'));
  // Also when a signal ends the run: these folders are memory.
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  try {
    return await measureIn(dir, options);
  } finally {
    remove();
    process.off('exit', remove);
  }
}

async function measureIn(dir: string, options: BenchOptions): Promise<Results> {
  const startedMs = performance.now();
  const [loadAverage = 0] = loadavg();
  const records = join(dir, 'records.bin');
  const facts = writeRecords(records);
  const placement = choosePlacement();
  const peers = await buildPeers(dir, options.sections.includes('peers'));
  const context: Omit<BenchContext, 'untilMs'> = {
    dir,
    records,
    placement,
    peers,
    runs: options.runs,
    scale: options.quick ? QUICK_SCALE : 1,
  };
  const found = await runSections(context, options);
  const absent = [...peers].flatMap(([side, built]) =>
    'missing' in built && ALWAYS_BUILT.has(side) ? [{ side, reason: built.missing }] : [],
  );
  return {
    machine: machineOf(placement, loadAverage),
    records: facts,
    quick: options.quick,
    seconds: Math.round((performance.now() - startedMs) / 1e3),
    ...found,
    absent: [...absent, ...found.absent],
  };
}

type Found = Omit<Results, 'machine' | 'records' | 'quick' | 'seconds'>;

async function runSections(
  base: Omit<BenchContext, 'untilMs'>,
  { sections, quick }: BenchOptions,
): Promise<Found> {
  let untilMs = performance.now();
  const section = async <T>(
    name: SectionName,
    nothing: T,
    measure: (context: BenchContext) => Promise<T>,
  ): Promise<T> => {
    if (!sections.includes(name)) return nothing;
    console.log(`\n${name}`);
    // A section that took longer than its time takes it from the next ones.
    untilMs += SECONDS[name] * (quick ? QUICK_SHARE : 1) * 1e3;
    return measure({ ...base, untilMs });
  };
  const throughput = await section('throughput', [], (c) => measureThroughput(c, sayThroughput));
  const floors = await section('floors', [], measureFloors);
  const latency = await section('latency', [], (c) => measureLatency(c, sayLatency));
  const none = { peerThroughput: [], peerLatency: [], absent: [] };
  const peers = await section('peers', none, (c) => measurePeers(c, sayRun));
  const fan = await section('fan', [], (c) =>
    measureFan(c, (run) => say([`${run.rings} rings`, `${millions(run.ticksPerSecond)} M/s`], run)),
  );
  const readers = await section('readers', [], (c) =>
    measureReaders(c, (run) =>
      say(
        [
          run.side,
          `${run.readers} readers`,
          `writer ${(run.writerCore * 100).toFixed(2)} % of a core`,
        ],
        run,
      ),
    ),
  );
  return { throughput, floors, latency, ...peers, fan, readers };
}

async function buildPeers(dir: string, all: boolean): Promise<Map<string, Built>> {
  const wanted = PEERS.filter((peer) => all || ALWAYS_BUILT.has(peer.source));
  const built = await Promise.all(
    wanted.map(async (peer) => [peer.source, await buildPeer(peer, dir)] as const),
  );
  return new Map(built);
}

function machineOf(placement: Placement, loadAverage: number): Machine {
  return {
    cpu: modelOf(readFileSync('/proc/cpuinfo', 'utf8')) ?? cpus()[0]?.model ?? 'unknown processor',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / BYTES_PER_GIB),
    kernel: release(),
    node: process.version,
    arch: process.arch,
    date: new Date().toISOString(),
    placement: placement.note,
    loadAverage,
  };
}

/** With the numbers, where the name alone says little. */
function modelOf(text: string): string | undefined {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}\\s*: (.+)$`, 'm').exec(text)?.[1];
  const name = field('model name');
  if (name === undefined) return undefined;
  return `${name} (family ${field('cpu family')}, model ${field('model')})`;
}

function sayRun(run: ThroughputRun | LatencyRun): void {
  if ('latency' in run) sayLatency(run);
  else sayThroughput(run);
}

function sayThroughput(run: ThroughputRun): void {
  const cpu = `${run.writerCpu.toFixed(4)} + ${run.readerCpu.toFixed(4)} CPU s per M`;
  say([run.side, `batch ${run.batch}`, `${millions(run.ticksPerSecond)} M/s`, cpu], run);
}

function sayLatency(run: LatencyRun): void {
  const { p50Ns, p99Ns } = run.latency;
  const times = `p50 ${durationText(p50Ns)}, p99 ${durationText(p99Ns)}`;
  say([run.side, run.waiting, `${run.rate}/s`, times], run);
}

function say(cells: readonly string[], run: { lost: number; wrong: number }): void {
  const broken = run.lost > 0 || run.wrong > 0 ? `  LOST ${run.lost}, WRONG ${run.wrong}` : '';
  console.log(`  ${cells.join('  ')}${broken}`);
}

function millions(rate: number): string {
  return (rate / 1e6).toFixed(2);
}
