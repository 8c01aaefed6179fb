/**
 * 20 connections that end at random, in real time, at 50,000 records a second: resets, ends within
 * a record, silences. Every record of the market is in the ring once, in order of its instrument,
 * and each time the stream is whole and of the present again soon enough. The vendor is the
 * simulator in this process, the gateway a process of its own; what the market did is read
 * afterwards by another client.
 *
 *   npm run prove -- databento-disconnects    TICKWIRE_SEED repeats a run
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { createRandom } from '@tickwire/sim-kit';
import type { Random } from '@tickwire/sim-kit';
import { SIMULATED_KEY, startDatabentoSimulator } from '@tickwire/sim-databento';
import type { DatabentoSimulator } from '@tickwire/sim-databento';
import { seedFromEnvironment, startProcess, testSeed, waitFor } from '@tickwire/testing';
import { SCRIPT, environmentOf } from '../test/gateway-environment.ts';
import { RecordStreams, ringFollower } from './record-streams.ts';
import type { RingFollower } from './record-streams.ts';

const DISCONNECTS = 20;
/** Of them: nothing more is heard, and no end is told. */
const SILENT_EVERY = 7;
const RECORDS_PER_SECOND = 50_000;
/** An event of a book is so many records of mbo and trades, about. */
const RECORDS_PER_EVENT = 1.75;
const HEARTBEAT_S = 5;
const INSTRUMENTS = 24;
const LIMITS_MS = { reset: 2_000, silence: HEARTBEAT_S * 1_000 + 5_000 };
/** Between a recovery and the next fault. */
const PAUSE_MS = { least: 1_000, most: 4_000 };

const seed = seedFromEnvironment() ?? testSeed();
const dir = mkdtempSync(join(tmpdir(), 'tickwire-databento-disconnects-'));
const ringDir = mkdtempSync(join(sharedMemoryRoot().path, 'tickwire-databento-disconnects-'));
try {
  await main();
} finally {
  rmSync(dir, { recursive: true, force: true });
  rmSync(ringDir, { recursive: true, force: true });
}

async function main(): Promise<void> {
  console.log(`seed ${seed}`);
  const simulator = await startDatabentoSimulator({
    ...{ seed: String(seed), instruments: INSTRUMENTS, rate: 0, logBytesMax: 2 ** 31 },
    schemas: ['definition', 'mbo', 'trades'],
  });
  const gateway = startProcess({
    script: SCRIPT,
    env: {
      ...environmentOf({ ringDir, dataDir: dir }, simulator.port),
      TICKWIRE_DATABENTO_SCHEMAS: 'definition,trades,mbo',
      TICKWIRE_DATABENTO_SNAPSHOT: '0',
      TICKWIRE_DATABENTO_HEARTBEAT_S: String(HEARTBEAT_S),
      TICKWIRE_RING_SLOTS: String(2 ** 20),
    },
  });
  await gateway.ready();
  const follower = ringFollower({ dir: ringDir, name: 'databento.0' });
  await waitFor(() => follower.liveAtMs() > 0, { what: 'the first connection' });
  simulator.setRate(Math.ceil(RECORDS_PER_SECOND / RECORDS_PER_EVENT));
  const startMs = performance.now();
  const problems = await disconnects(simulator, follower);
  const seconds = (performance.now() - startMs) / 1_000;
  simulator.setRate(0);
  const sent = await sentStreams(simulator);
  await waitFor(() => follower.streams.records >= sent.records, {
    ...{ what: 'all records', deadlineMs: 30_000 },
  }).catch(() => undefined);
  await gateway.stop();
  await follower.ended;
  await simulator.close();
  const rate = sent.records / seconds;
  console.log(
    `${sent.records} records in ${seconds.toFixed(0)} s, ${rate.toFixed(0)} a second; ` +
      `${follower.streams.records} delivered, ${follower.lost()} lapped; the simulator left out ` +
      `${simulator.leftOutMs.toFixed(0)} ms`,
  );
  problems.push(...follower.streams.differences(sent));
  if (rate < RECORDS_PER_SECOND) problems.push(`only ${rate.toFixed(0)} records a second`);
  for (const problem of problems) console.log(`FAILED ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('held   delivered = sent, once, in order of each instrument and schema');
}

/** @returns what took too long. */
async function disconnects(
  simulator: DatabentoSimulator,
  follower: RingFollower,
): Promise<string[]> {
  const random = createRandom(`${seed}/disconnects`);
  const problems: string[] = [];
  const took: Record<keyof typeof LIMITS_MS, number[]> = { reset: [], silence: [] };
  for (let count = 1; count <= DISCONNECTS; count += 1) {
    await delay(PAUSE_MS.least + random.unit() * (PAUSE_MS.most - PAUSE_MS.least));
    const { fault, kind } = faultOf(count, random);
    const before = simulator.faultLog.total;
    simulator.setFaults(`${fault}=after:1ms`);
    await waitFor(() => simulator.faultLog.total > before, { what: fault });
    simulator.setFaults('');
    const atMs = Date.now();
    await waitFor(() => follower.liveAtMs() > atMs, {
      ...{ what: `to be live after ${fault} ${count}`, deadlineMs: 60_000 },
    });
    const ms = follower.liveAtMs() - atMs;
    took[kind].push(ms);
    if (ms > LIMITS_MS[kind]) problems.push(`${fault} ${count}: live again after ${ms} ms`);
  }
  for (const [kind, times] of Object.entries(took)) {
    const sorted = times.toSorted((a, b) => a - b).map((ms) => Math.round(ms));
    const median = sorted[Math.floor(sorted.length / 2)];
    console.log(
      `${times.length} × ${kind}: whole again after ${median} ms in the middle, ` +
        `${sorted.at(-1)} at most; at most ${LIMITS_MS[kind as keyof typeof LIMITS_MS]}`,
    );
  }
  return problems;
}

function faultOf(count: number, random: Random): { fault: string; kind: keyof typeof LIMITS_MS } {
  if (count % SILENT_EVERY === 0) return { fault: 'halfopen', kind: 'silence' };
  return { fault: random.chance(0.5) ? 'reset' : 'cut', kind: 'reset' };
}

async function sentStreams(simulator: DatabentoSimulator): Promise<RecordStreams> {
  const names = new Map(simulator.instruments.map(({ id, rawSymbol }) => [id, rawSymbol]));
  return RecordStreams.ofReplay(
    { port: simulator.port, key: SIMULATED_KEY },
    (id) => names.get(id) ?? `${id}`,
  );
}
