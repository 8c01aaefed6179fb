/** The numbers of an embedded system: the services' own counters, and what its readers count. */
import { collectHops } from '@tickwire/core';
import type { LatencySummary } from '@tickwire/core';
import type { RingAccount } from '@tickwire/io-rings';
import { hopRows } from '../report/hop-rows.ts';
import type { HopRow } from '../report/hop-rows.ts';
import { counterTables, latencyByStage, readAccounting, sumCounter } from '../report/accounting.ts';
import type { BarDelivery } from './bar-delivery.ts';
import type { ServiceEvent } from './embed-events.ts';
import type { BatchAccount, TickDelivery } from './tick-delivery.ts';

/** What was read of a ring: published − start = delivered + padded + lost + inFlight. */
export type RingCounts = Pick<
  RingAccount,
  'start' | 'published' | 'delivered' | 'padded' | 'lost' | 'inFlight'
>;

export interface SystemStats {
  readonly uptimeMs: number;
  readonly feeds: number;
  readonly totals: {
    /** Messages that the gateways took from their sockets. */
    readonly messages: number;
    /** Ticks that the gateways published. */
    readonly published: number;
    /** Ticks that this program took from the rings. */
    readonly delivered: number;
    /** Ticks handed over in batches, to all who take batches. */
    readonly batched: number;
    readonly bars: number;
    /** Gaps that the gateways noticed at their vendors. */
    readonly gaps: number;
    /** Exceptions and rejections of handlers. */
    readonly handlerErrors: number;
  };
  /** Ticks taken a second: over the last second, and the largest such. */
  readonly rate: { readonly current: number; readonly peak: number };
  /** How far this program is behind in each ring, and what its batches hold: 0 … 1. */
  readonly buffers: Readonly<Record<string, number>>;
  /** Ticks of batches that wait now. */
  readonly waiting: number;
  /**
   * Ticks lost or dropped on the way to this program, by reason: `lapped` in a ring, `batch-full`
   * and `conflated` in a queue of batches, `unclaimed` in one that nobody came for at the end;
   * `bars-lapped` ticks of bars, `bars-full` bars that a loop was too slow for.
   */
  readonly dropped: Readonly<Record<string, number>>;
  /** The share of its ticks that did not reach this program or a taker of batches, 0 … 1. */
  readonly dropRate: number;
  /** Connections to vendors that carry data now. */
  readonly activeConnections: number;
  readonly latency: Readonly<Record<string, LatencySummary>>;
  readonly rings: Readonly<Record<string, RingCounts>>;
  /** The accounts of the services: at each hop in = out + dropped + inFlight. */
  readonly hops: readonly HopRow[];
  readonly services: readonly ServiceEvent[];
  readonly restarts: number;
}

export interface StatsParts {
  readonly ringDir: string;
  readonly deliveries: readonly TickDelivery[];
  readonly bars: BarDelivery | undefined;
  readonly uptimeMs: number;
  readonly handlerErrors: number;
  readonly rate: SystemStats['rate'];
  readonly services: readonly ServiceEvent[];
  readonly restarts: number;
}

export function collectStats(parts: StatsParts): SystemStats {
  const { deliveries, ringDir, bars } = parts;
  const accounting = readAccounting(ringDir);
  const tables = counterTables(accounting);
  const hops = [...collectHops(tables).values()];
  const outOf = (suffix: string): number =>
    hops.filter(({ name }) => name.endsWith(suffix)).reduce((sum, { out }) => sum + out, 0);
  const rings = deliveries.map((one) => [one.ring, ringCounts(one.account())] as const);
  const batches = deliveries.map((one) => one.batches());
  const dropped = droppedOf(rings, batches, bars);
  return {
    uptimeMs: Math.round(parts.uptimeMs),
    feeds: deliveries.length,
    totals: {
      messages: outOf('.wire'),
      published: outOf('.normalise'),
      delivered: sum(rings, ([, ring]) => ring.delivered),
      batched: sum(batches, (one) => one.taken),
      bars: bars?.bars ?? 0,
      gaps: sumCounter(accounting, 'count/gaps'),
      handlerErrors: parts.handlerErrors,
    },
    rate: parts.rate,
    buffers: Object.fromEntries(
      deliveries.flatMap(({ ring, ringFill, batchFill }) => [
        [`ring ${ring}`, ringFill] as const,
        ...(batchFill === undefined ? [] : [[`batch ${ring}`, batchFill] as const]),
      ]),
    ),
    waiting: sum(batches, (one) => one.waiting),
    dropped,
    dropRate: dropRateOf(rings, batches),
    activeConnections: sumCounter(accounting, 'gauge/connectionsActive'),
    latency: latencyByStage(accounting),
    rings: Object.fromEntries(rings),
    hops: hopRows(tables, []),
    services: parts.services,
    restarts: parts.restarts,
  };
}

type NamedRing = readonly [string, RingCounts];

const ringCounts = (account: RingAccount): RingCounts => {
  const { start, published, delivered, padded, lost, inFlight } = account;
  return { start, published, delivered, padded, lost, inFlight };
};

function droppedOf(
  rings: readonly NamedRing[],
  batches: readonly BatchAccount[],
  bars: BarDelivery | undefined,
): Record<string, number> {
  return {
    lapped: sum(rings, ([, ring]) => ring.lost),
    'batch-full': sum(batches, (one) => one.full),
    conflated: sum(batches, (one) => one.conflated),
    unclaimed: sum(batches, (one) => one.unclaimed),
    'bars-lapped': bars?.account().lost ?? 0,
    'bars-full': bars?.dropped ?? 0,
  };
}

/** Of every tick and every taker: what a tick is dropped for twice counts twice on both sides. */
function dropRateOf(rings: readonly NamedRing[], batches: readonly BatchAccount[]): number {
  const lost =
    sum(rings, ([, ring]) => ring.lost) +
    sum(batches, (one) => one.full + one.conflated + one.unclaimed);
  const all =
    sum(rings, ([, ring]) => ring.lost + ring.delivered) + sum(batches, (one) => one.pushed);
  return all === 0 ? 0 : lost / all;
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}
