/**
 * What many instruments take: 5,000 symbols in one subscription, and all of a dataset of 50,000
 * instruments with their definitions, in memory of the gateway's process (PSS). The vendor is the
 * simulator in this process.
 *
 *   npm run prove -- databento-footprint    TICKWIRE_SECONDS of trading (default 20) is settable
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { collectHops } from '@tickwire/core';
import { readStats, statsPath } from '@tickwire/io-service';
import { sharedMemoryRoot } from '@tickwire/ipc-shm';
import { startDatabentoSimulator } from '@tickwire/sim-databento';
import type { DatabentoSimulator } from '@tickwire/sim-databento';
import { startProcess, testSeed, waitFor } from '@tickwire/testing';
import { SCRIPT, SERVICE, environmentOf } from '../test/gateway-environment.ts';

const INSTRUMENTS = 50_000;
const SYMBOLS = 5_000;
const PSS_MB_MAX = 600;
/** Events a second over all instruments. */
const RATE = 20_000;
const KB_PER_MB = 1_000;
const READY_MS_MAX = 120_000;
const seconds = Number(process.env.TICKWIRE_SECONDS ?? 20);

const simulator = await startDatabentoSimulator({
  ...{ seed: String(testSeed()), instruments: INSTRUMENTS, rate: RATE },
  schemas: ['definition', 'status', 'trades', 'mbp-1'],
});
try {
  const names = simulator.instruments.map(({ rawSymbol }) => rawSymbol);
  await footprint(simulator, { symbols: names.slice(0, SYMBOLS), count: SYMBOLS });
  await footprint(simulator, { symbols: [], count: INSTRUMENTS });
} finally {
  await simulator.close();
}

async function footprint(
  { port }: DatabentoSimulator,
  wanted: { symbols: readonly string[]; count: number },
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tickwire-databento-footprint-'));
  const ringDir = mkdtempSync(join(sharedMemoryRoot().path, 'tickwire-databento-footprint-'));
  const gateway = startProcess({
    script: SCRIPT,
    env: {
      ...environmentOf({ ringDir, dataDir: dir }, port),
      TICKWIRE_SYMBOLS: wanted.symbols.join(','),
      TICKWIRE_DIRECTORY_CAPACITY: '65535',
      TICKWIRE_RING_SLOTS: String(2 ** 18),
    },
  });
  try {
    await gateway.ready();
    const startMs = performance.now();
    await waitFor(() => partOf(ringDir, 'definition') >= wanted.count, {
      ...{ what: `${wanted.count} definitions`, everyMs: 50, deadlineMs: READY_MS_MAX },
    });
    const tookS = (performance.now() - startMs) / 1_000;
    const first = pssMbOf(gateway.pid);
    await delay(seconds * 1_000);
    const last = pssMbOf(gateway.pid);
    await gateway.stop();
    report({ ...wanted, tookS, first, last, taken: partOf(ringDir, 'accepted') });
  } finally {
    rmSync(dir, { recursive: true, force: true });
    rmSync(ringDir, { recursive: true, force: true });
  }
}

function report(of: {
  count: number;
  symbols: readonly string[];
  tookS: number;
  first: number;
  last: number;
  taken: number;
}): void {
  const { count, symbols, tookS, first, last, taken } = of;
  const what = symbols.length > 0 ? `${symbols.length} symbols asked for` : 'all of the dataset';
  const isHeld = Math.max(first, last) <= PSS_MB_MAX;
  console.log(
    `${isHeld ? 'held  ' : 'FAILED'} ${what}: ${count} definitions after ${tookS.toFixed(1)} s, ` +
      `${first.toFixed(0)} MB (PSS), ${last.toFixed(0)} after ${seconds} s and ${taken} records; ` +
      `at most ${PSS_MB_MAX}`,
  );
  if (!isHeld) process.exitCode = 1;
}

function partOf(ringDir: string, part: string): number {
  const { values } = readStats(statsPath(ringDir, SERVICE));
  return collectHops([values]).get('databento.parse')?.parts[part] ?? 0;
}

function pssMbOf(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) / KB_PER_MB;
}
