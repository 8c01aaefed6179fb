/** Rings of a gateway in this process, without a session: made, filled, read. */
import {
  ABSENT,
  AssetClass,
  COUNTER_FILE_BYTES,
  CounterTable,
  HopCounters,
  SUPERSEDES_NONE,
  TextForm,
} from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import { openRing } from '@tickwire/io-rings';
import { silentTracer } from '@tickwire/io-service';
import { createHostClock } from '@tickwire/ipc-shm';
import { FakeClock, temporaryDirectory } from '@tickwire/testing';
import { TickView } from '@tickwire/wire-tick';
import { onTestFinished } from 'vitest';
import { GatewayRings } from '../src/gateway-rings.ts';
import { RingRouter } from '../src/ring-router.ts';

export const VENDOR = 'acme';
export const SLOTS = 1_024;

export function entryOf(symbol: string, priceExp = -2): NewDirectoryEntry {
  return {
    ...{ vendor: VENDOR, venue: 'ACME', symbol, canonicalSymbol: '', currency: 'USDT' },
    ...{ assetClass: AssetClass.Spot, textForm: TextForm.Stripped },
    ...{ priceExp, sizeExp: -8, markExp: priceExp, tickSize: 1, lotSize: 1 },
    ...{ multiplierE9: ABSENT, expirySec: ABSENT, supersedes: SUPERSEDES_NONE },
  };
}

export interface SeenTick {
  readonly symbol: string;
  readonly kind: number;
  readonly sequence: number;
  readonly reason: number;
  readonly publisher: number;
}

export function setUpRings(options: { directoryCapacity?: number } = {}) {
  const dir = temporaryDirectory({ name: 'gateway-rings', shared: true });
  const clock = createHostClock();
  const timers = new FakeClock();
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const normalise = new HopCounters(stats, 'acme.normalise', 'tick');
  const context = { stats, clock, timers, tracer: silentTracer };
  const lives: GatewayRings[] = [];
  onTestFinished(() => {
    for (const rings of lives) rings.close();
  });
  return {
    ...{ dir, clock, timers, stats, normalise },
    /** A life of a gateway with so many rings. */
    live(count: number, ringName = 'acme.0'): { rings: GatewayRings; router: RingRouter } {
      const router = new RingRouter(normalise.in);
      const rings = new GatewayRings({
        ...{ dir, ringName, count, router, context, vendor: VENDOR },
        ...{ slotCount: SLOTS, directoryCapacity: options.directoryCapacity ?? 64, flags: 0 },
      });
      lives.push(rings);
      return { rings, router };
    },
    /** Everything that a ring holds, by symbol; `''` = of the whole ring. */
    read(name: string): SeenTick[] {
      const ring = openRing({ dir, name, from: 'oldest' });
      const tick = new TickView();
      const seen: SeenTick[] = [];
      for (let run = ring.poll(); run !== undefined; run = ring.poll()) {
        for (let at = 0; at < run.count; at++) {
          const { instrument, kind, sequence, reason, publisher } = tick.wrap(run.view, at * 64);
          const symbol = run.directory.get(instrument)?.symbol ?? '';
          seen.push({ symbol, kind, sequence, reason, publisher });
        }
      }
      ring.close();
      return seen;
    },
  };
}
