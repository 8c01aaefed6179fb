/**
 * What the gateway takes in memory with every book of 20 channels of 500 instruments: the exchange
 * runs in this process, the gateway in its own, with books by order as well. Measured once all
 * channels are live, and again after a while of trading.
 *
 *   npm run prove -- cme-footprint    TICKWIRE_SECONDS (default 30) is settable
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { planChannels, startCmeSimulator } from '@tickwire/sim-cme';
import { startProcess, testSeed, waitFor } from '@tickwire/testing';
import type { TestProcess } from '@tickwire/testing';
import { environmentOf } from '../test/gateway-environment.ts';

const CHANNELS = 20;
const INSTRUMENTS = 500;
const PSS_MB_MAX = 500;
/** Events a second over all channels. */
const RATE = 2_000;
/** Packets a second of each loop feed: more is more than the two cores can send and take. */
const ROUND_PACKETS = 40;
const LIVE_MS_MAX = 240_000;
const KB_PER_MB = 1_000;

const seconds = Number(process.env.TICKWIRE_SECONDS ?? 30);
const dir = mkdtempSync(join(tmpdir(), 'tickwire-cme-footprint-'));
const ringDir = mkdtempSync(join(sharedMemoryRoot().path, 'tickwire-cme-footprint-'));
try {
  await main();
} finally {
  rmSync(dir, { recursive: true, force: true });
  rmSync(ringDir, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const simulator = await startCmeSimulator({
    ...{ seed: String(testSeed()), instrumentsPerChannel: INSTRUMENTS, rate: RATE },
    channels: planChannels({
      ...{ channels: CHANNELS, baseGroup: `239.195.${process.pid % 200}.0` },
      basePort: 20_000 + (process.pid % 100) * 200,
    }),
    roundPacketRate: ROUND_PACKETS,
  });
  const configXml = join(dir, 'config.xml');
  writeFileSync(configXml, simulator.configXml);
  const gateway = startProcess({
    script: 'apps/gateway-cme/src/main.ts',
    env: {
      ...environmentOf({ ringDir, dataDir: join(dir, 'data'), configXml }),
      TICKWIRE_CME_ORDERS: '1',
      TICKWIRE_PARTITIONS: String(CHANNELS),
      TICKWIRE_RING_SLOTS: String(2 ** 16),
      TICKWIRE_DIRECTORY_CAPACITY: String(2 ** 11),
    },
  });
  await gateway.ready();
  const startMs = performance.now();
  await waitFor(() => isLive(gateway), {
    what: `${CHANNELS} live channels`,
    ...{ everyMs: 100, deadlineMs: LIVE_MS_MAX },
  });
  const liveSeconds = (performance.now() - startMs) / 1_000;
  console.log(
    `${CHANNELS} channels × ${INSTRUMENTS} instruments live after ${liveSeconds.toFixed(1)} s`,
  );
  const first = pssMbOf(gateway.pid);
  await delay(seconds * 1_000);
  const last = pssMbOf(gateway.pid);
  const { leftOutMs } = simulator.counts();
  await gateway.stop();
  await simulator.close();
  console.log(`the exchange left out ${leftOutMs.toFixed(0)} ms of its time`);
  const isHeld = Math.max(first, last) <= PSS_MB_MAX;
  console.log(
    `${isHeld ? 'held  ' : 'FAILED'} ${first.toFixed(0)} MB (PSS) when live, ${last.toFixed(0)} ` +
      `after ${seconds} s of trading, at most ${PSS_MB_MAX}`,
  );
  if (!isHeld) process.exitCode = 1;
}

function isLive(gateway: TestProcess): boolean {
  const health = gateway.messages.filter(
    (message): message is { type: 'health'; ok: boolean } =>
      typeof message === 'object' && message !== null && Reflect.get(message, 'type') === 'health',
  );
  return health.at(-1)?.ok === true;
}

function pssMbOf(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) / KB_PER_MB;
}
