/**
 * The aggregator, killed with SIGKILL at random moments under load, again and again: each bar is
 * in the bar ring once, holds every trade of its interval, and every hop balances.
 *
 *   npm run prove -- aggregator-kill    TICKWIRE_SEED and TICKWIRE_KILLS (default 40) are settable
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ABSENT,
  AssetClass,
  SUPERSEDES_NONE,
  TextForm,
  collectHops,
  hopImbalance,
} from '@tickwire/core';
import { createRing, openRing } from '@tickwire/io-rings';
import { readStats, statsPath } from '@tickwire/io-service';
import { seededRandom, testSeed } from '@tickwire/testing';
import { Action, Side, TickBatch, TickFlag, TickKind, TickView } from '@tickwire/wire-tick';

const INTERVAL_MS = 100;
const EPOCH_MS = 1_767_225_600_000;
const BATCH = 20;
const BATCH_EVERY_MS = 2;
const SLOTS = 262_144;

const seed = testSeed();
const kills = Number(process.env.TICKWIRE_KILLS ?? 40);
const random = seededRandom(seed);
const dataDir = mkdtempSync(join(tmpdir(), 'tickwire-prove-'));
const shm = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const ringDir = mkdtempSync(join(shm, 'tickwire-prove-'));
const main = resolve(import.meta.dirname, '../src/main.ts');
console.log(`aggregator-kill: TICKWIRE_SEED=${seed}, ${kills} kills`);

const ring = createRing({ dir: ringDir, name: 'load.0', vendor: 'load', slotCount: SLOTS });
ring.append({
  ...{ vendor: 'load', venue: 'LOAD', symbol: 'A', canonicalSymbol: '', currency: 'B' },
  ...{ assetClass: AssetClass.Spot, textForm: TextForm.Stripped, supersedes: SUPERSEDES_NONE },
  ...{ priceExp: 0, sizeExp: 0, markExp: 0 },
  ...{ tickSize: ABSENT, lotSize: ABSENT, multiplierE9: ABSENT, expirySec: ABSENT },
});
const batch = new TickBatch(BATCH);
let trades = 0;

/** Each trade is 1 ms of ring time, so that a bar of 100 ms holds exactly 100. */
function publish(): void {
  batch.clear();
  for (let at = 0; at < BATCH; at++, trades++) {
    const tick = batch.add(TickKind.Trade);
    const ns = BigInt(EPOCH_MS + trades) * 1_000_000n;
    tick.setTsRecv(Number(ns >> 32n), Number(ns & 0xffff_ffffn));
    tick.setTsEvent(Number(ns >> 32n), Number(ns & 0xffff_ffffn));
    tick.instrument = 1;
    tick.setSideAction(Side.Bid, Action.Trade);
    tick.flags = TickFlag.Last;
    tick.price = trades;
    tick.size = 1;
  }
  ring.publish(batch.bytes, batch.count);
}

async function start(): Promise<ChildProcess> {
  const child = fork(main, {
    env: {
      ...process.env,
      TICKWIRE_SERVICE: 'aggregator',
      TICKWIRE_RUN_DIR: join(dataDir, 'run'),
      TICKWIRE_RING_DIR: ringDir,
      TICKWIRE_DATA_DIR: dataDir,
      TICKWIRE_TIMEFRAMES: String(INTERVAL_MS / 1000),
      TICKWIRE_BAR_RING_SLOTS: '65536',
      TICKWIRE_LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return child;
}

/** Bars of the bar ring by start: how often, and with how many trades. */
function readBars(): Map<number, { times: number; trades: number; open: number }> {
  const bars = new Map<number, { times: number; trades: number; open: number }>();
  const reader = openRing({ dir: ringDir, name: 'bars.0', from: 'oldest' });
  const tick = new TickView();
  let open = 0;
  for (let run = reader.poll(); run !== undefined; run = reader.poll()) {
    for (let at = 0; at < run.count; at++) {
      tick.wrap(run.view, at * 64);
      if (tick.kind === TickKind.BarPrice) open = tick.open;
      if (tick.kind !== TickKind.BarVolume || tick.revision > 0) continue;
      const startNs = (BigInt(tick.tsEventHi) << 32n) | BigInt(tick.tsEventLo);
      const start = Number(startNs / 1_000_000n) - EPOCH_MS;
      const known = bars.get(start);
      bars.set(start, { times: (known?.times ?? 0) + 1, trades: tick.trades, open });
    }
  }
  reader.close();
  return bars;
}

async function prove(): Promise<boolean> {
  const feeding = setInterval(publish, BATCH_EVERY_MS);
  for (let kill = 0; kill < kills; kill++) {
    const child = await start();
    await delay(random() * 300);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  clearInterval(feeding);
  const last = await start();
  ring.close();
  last.kill('SIGTERM');
  const [code] = (await once(last, 'exit')) as [number | null];

  const bars = readBars();
  const twice = [...bars.values()].filter((bar) => bar.times !== 1).length;
  let wrong = 0;
  for (let startMs = 0; startMs < trades; startMs += INTERVAL_MS) {
    const bar = bars.get(startMs);
    const whole = Math.min(INTERVAL_MS, trades - startMs);
    if (bar?.trades !== whole || bar.open !== startMs) wrong += 1;
  }
  const { values } = readStats(statsPath(ringDir, 'aggregator'));
  const hops = [...collectHops([values]).values()];
  const unbalanced = hops.filter((hop) => hopImbalance(hop) !== 0).map((hop) => hop.name);
  const reader = hops.find((hop) => hop.name === 'ring.load.0.aggregator');
  console.log(`${trades} trades, ${bars.size} bars, last exit code ${code}`);
  console.log(`bars not there exactly once: ${twice}; wrong or missing: ${wrong}`);
  console.log(
    `ring: in ${reader?.in}, out ${reader?.out}, dropped ${JSON.stringify(reader?.dropped)}`,
  );
  console.log(`hops that do not balance: ${unbalanced.join(', ') || 'none'}`);
  const all = reader?.in === trades && reader.out === trades && reader.inFlight === 0;
  return code === 0 && twice === 0 && wrong === 0 && unbalanced.length === 0 && all;
}

let ok = false;
try {
  ok = await prove();
} finally {
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(ringDir, { recursive: true, force: true });
}
console.log(ok ? 'held' : 'FAILED');
process.exit(ok ? 0 : 1);
