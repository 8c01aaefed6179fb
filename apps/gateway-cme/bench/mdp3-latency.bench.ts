/**
 * From the kernel's stamp of a packet until its ticks can be read in the ring, at 50,000 packets a
 * second: a program in C++ sends a recorded market, each packet at its time, through multicast on
 * loopback to the gateway as it runs, with `recvmmsg`, once sleeping between packets and once
 * looking without rest. The gateway measures every tick, from the stamp to its publication. Sender
 * and gateway share the cores of the machine: the sender is bound to the last one, the gateway's
 * packet thread to the first (`--cpu=none`: where the kernel puts it), its other threads are not.
 * Where it sleeps between packets it is real-time, if this user may make it so
 * (`--priority=normal`: it is not). Beside it the floor: a program in C++ in the place of
 * the gateway's thread, which receives the same packets in the same way and does nothing with them.
 *
 *   npm run bench -- mdp3-latency [--rate=50000] [--seconds=12] [--cpu=0]
 *     [--priority=realtime] [--json]
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { HISTOGRAM_CELLS, summariseLatency } from '@tickwire/core';
import type { LatencySummary } from '@tickwire/core';
import { readStats, statsPath } from '@tickwire/io-service';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { planChannels } from '@tickwire/sim-cme';
import { startProcess, testSeed, waitFor } from '@tickwire/testing';
import { SERVICE, environmentOf } from '../test/gateway-environment.ts';
import { configXmlOf } from '../test/test-channels.ts';
import { recordMarket } from './recorded-market.ts';
import type { RecordedMarket } from './recorded-market.ts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '12' },
    cpu: { type: 'string', default: '0' },
    priority: { type: 'string', default: mayBeRealtime() ? 'realtime' : 'normal' },
    json: { type: 'boolean', default: false },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);

const CHANNEL = 310;
const INSTRUMENTS = 500;
const LOOPBACK = '127.0.0.1';
/** Definitions and books are read in it, and the gateway's code is compiled. */
const WARM_UP_SECONDS = 4;
/** What the feed is built for: kernel stamp to readable tick on two shared cores. */
const LIMITS = { p50Ns: 30_000, p99Ns: 150_000 };

/** The floor: from the kernel's stamp of a packet until it is in the hands of a program in C++. */
interface Floor {
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly p999Ns: number;
}

interface Row {
  readonly receive: 'block' | 'spin';
  readonly floor: Floor;
  readonly latency: LatencySummary;
  readonly sent: number;
  readonly received: number;
  readonly kernelDropped: number;
  readonly gaps: number;
  /** What the sender was late, ns. */
  readonly late: { readonly median: number; readonly max: number };
  /** Of a core. */
  readonly gatewayCpu: number;
}

const dir = mkdtempSync(join(tmpdir(), 'tickwire-mdp3-latency-'));
const ringDir = mkdtempSync(join(sharedMemoryRoot().path, 'tickwire-mdp3-latency-'));
try {
  await main();
} finally {
  rmSync(dir, { recursive: true, force: true });
  rmSync(ringDir, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const sender = buildProgram('send-packets');
  const receiver = buildProgram('receive-packets');
  const plan = planChannels({
    ...{ channels: 1, firstChannelId: CHANNEL, baseGroup: `239.194.${process.pid % 200}.0` },
    basePort: 20_000 + (process.pid % 4_000) * 8,
  })[0]!;
  const file = join(dir, 'market');
  const all = { seconds: seconds + WARM_UP_SECONDS, instruments: INSTRUMENTS, rate };
  const market = recordMarket({ ...all, seed: String(testSeed()), plan, file });
  writeFileSync(join(dir, 'config.xml'), configXmlOf([plan]));
  const rows: Row[] = [];
  for (const receive of ['block', 'spin'] as const) {
    const sendAll = (): Promise<Sent> => send(sender, file, market);
    const floor = await measureFloor(receiver, { receive, market }, sendAll);
    rows.push({ floor, ...(await measure(receive, market, sendAll)) });
  }
  if (values.json) console.log(JSON.stringify({ market, rows }));
  report(market, rows);
}

/** @throws Error where there is no compiler. */
function buildProgram(name: string): string {
  const program = join(dir, name);
  const source = join(import.meta.dirname, `${name}.cpp`);
  const built = spawnSync('g++', ['-std=c++17', '-O2', '-o', program, source]);
  if (built.error !== undefined) throw new Error('g++ is not installed: apt install g++');
  if (built.status !== 0) throw new Error(`${name} did not build: ${String(built.stderr)}`);
  return program;
}

interface Sent {
  readonly max: number;
  readonly median: number;
}

async function send(program: string, file: string, market: RecordedMarket): Promise<Sent> {
  const last = String(availableParallelism() - 1);
  const child = spawn('taskset', ['-c', last, program, file, LOOPBACK, ...market.targets], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the sender ended with ${code}`);
  const [, max = NaN, median = NaN] = text.trim().split(' ').map(Number);
  return { max, median };
}

async function measureFloor(
  program: string,
  { receive, market }: { receive: Row['receive']; market: RecordedMarket },
  sendAll: () => Promise<Sent>,
): Promise<Floor> {
  const skip = String(WARM_UP_SECONDS * rate);
  const to = [LOOPBACK, market.incremental, receive, skip, String(market.packets)];
  const [command = '', ...rest] = [...placementOf(receive), program, ...to];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  await waitFor(() => text.startsWith('ready'), { what: 'the floor', deadlineMs: 5_000 });
  await sendAll();
  const [code] = await closed;
  if (code !== 0) throw new Error(`receive-packets ended with ${code}`);
  const [, p50Ns = NaN, p99Ns = NaN, p999Ns = NaN] = text.split('\n')[1]!.split(' ').map(Number);
  return { p50Ns, p99Ns, p999Ns };
}

/** Programs that start another one as the gateway's packet thread is placed. */
function placementOf(receive: Row['receive']): string[] {
  const isRealtime = receive === 'block' && values.priority === 'realtime';
  return [
    ...(values.cpu === 'none' ? [] : ['taskset', '-c', values.cpu]),
    ...(isRealtime ? ['chrt', '--fifo', '1'] : []),
  ];
}

async function measure(
  receive: Row['receive'],
  market: RecordedMarket,
  sendAll: () => Promise<Sent>,
): Promise<Omit<Row, 'floor'>> {
  const gateway = startProcess({
    script: 'apps/gateway-cme/src/main.ts',
    env: environment(receive),
  });
  await gateway.ready();
  const before = countsOf();
  const cpuBefore = cpuSecondsOf(gateway.pid);
  const startMs = Date.now();
  const sending = sendAll();
  await delay(WARM_UP_SECONDS * 1_000);
  const warm = decodeLatency();
  const late = await sending;
  const cpu = (cpuSecondsOf(gateway.pid) - cpuBefore) / ((Date.now() - startMs) / 1_000);
  const received = (): number => countsOf().received - before.received;
  const isTaken = (): boolean => received() + countsOf().kernelDropped >= market.packets;
  await waitFor(isTaken, { what: 'the last packet', deadlineMs: 5_000 });
  const latency = summariseLatency(between(warm, decodeLatency()));
  await gateway.stop();
  if (latency === undefined) throw new Error('no tick of a packet came');
  const after = countsOf();
  return {
    ...{ receive, latency, sent: market.packets, received: after.received - before.received },
    kernelDropped: after.kernelDropped - before.kernelDropped,
    ...{ gaps: after.gaps - before.gaps, late, gatewayCpu: cpu },
  };
}

/** What the gateway has measured of each tick so far: from the receive stamp to its publication. */
function decodeLatency(): Float64Array {
  const { histograms } = readStats(statsPath(ringDir, SERVICE));
  return Float64Array.from(histograms.get('latency/decode') ?? []);
}

function environment(receive: string): Record<string, string> {
  return {
    ...environmentOf({
      ringDir,
      dataDir: join(dir, `data-${receive}`),
      configXml: join(dir, 'config.xml'),
    }),
    TICKWIRE_CME_RECEIVE: receive,
    ...(values.cpu === 'none' ? {} : { TICKWIRE_CME_CPU: values.cpu }),
    ...(receive === 'block' ? { TICKWIRE_CME_PRIORITY: values.priority } : {}),
    TICKWIRE_RING_SLOTS: String(2 ** 20),
  };
}

/** Asked of the kernel by a program that has nothing else to do with it. */
function mayBeRealtime(): boolean {
  return spawnSync('chrt', ['--fifo', '1', 'true']).status === 0;
}

/** What was counted in between; the largest value is that since the start. */
function between(before: Float64Array, after: Float64Array): Float64Array {
  const cells = after.map((count, cell) => count - before[cell]!);
  const maximum = HISTOGRAM_CELLS - 2;
  cells[maximum] = after[maximum]!;
  return cells;
}

/** Of all writers of the counters so far: they go on from one gateway to the next. */
function countsOf(): { received: number; kernelDropped: number; gaps: number } {
  const { values: cells } = readStats(statsPath(ringDir, SERVICE));
  const count = (name: string): number => cells.get(name) ?? 0;
  return {
    received: count(`count/cme.${CHANNEL}.A.received`),
    kernelDropped: count('hop/cme.wire/message/dropped:kernel'),
    gaps: count('count/gaps'),
  };
}

function cpuSecondsOf(pid: number): number {
  const { stdout } = spawnSync('ps', ['-o', 'cputimes=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(stdout.trim());
}

function report(market: RecordedMarket, rows: readonly Row[]): void {
  const us = (ns: number): string => `${(ns / 1_000).toFixed(1)} µs`;
  console.log(
    `${cpus()[0]?.model.trim()} × ${availableParallelism()}, Node ${process.version}; ` +
      `${market.packets} packets, ${market.messages} messages of ${market.instruments} ` +
      `instruments, ${rate} packets a second; packet thread on CPU ${values.cpu}, ` +
      `${values.priority} where it sleeps`,
  );
  for (const row of rows) {
    const { p50Ns, p99Ns, p999Ns, count } = row.latency;
    const { floor } = row;
    console.log(
      `floor  in C++, ${row.receive}: p50 ${us(floor.p50Ns)}, p99 ${us(floor.p99Ns)}, ` +
        `p99.9 ${us(floor.p999Ns)}`,
    );
    console.log(
      `${row.receive.padEnd(6)} kernel stamp to tick p50 ${us(p50Ns)}, p99 ${us(p99Ns)}, p99.9 ` +
        `${us(p999Ns)} of ${count} ticks; gateway ${row.gatewayCpu.toFixed(2)} of a core; sender ` +
        `late ${us(row.late.median)} in the median, ${us(row.late.max)} at most`,
    );
    console.log(
      `       sent ${row.sent} = received ${row.received} + kernel ${row.kernelDropped}; ` +
        `gaps ${row.gaps}`,
    );
  }
  const best = rows.find(({ latency: { p50Ns, p99Ns } }) => {
    return p50Ns <= LIMITS.p50Ns && p99Ns <= LIMITS.p99Ns;
  });
  const isWhole = rows.every(({ sent, received, gaps }) => received === sent && gaps === 0);
  const verdict = (isHeld: boolean, text: string): void => {
    console.log(`${isHeld ? 'held  ' : 'FAILED'} ${text}`);
    if (!isHeld) process.exitCode = 1;
  };
  const limits = `p50 ${us(LIMITS.p50Ns)}, p99 ${us(LIMITS.p99Ns)}`;
  verdict(best !== undefined, `at most ${limits}: ${best?.receive ?? 'neither way of receiving'}`);
  verdict(isWhole, 'every packet received, no gap');
}
