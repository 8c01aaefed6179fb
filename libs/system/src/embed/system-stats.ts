/** The numbers of an embedded system: the services' own counters, and what its readers count. */
import { collectHops } from '@tickwire/core';
import { counterTables, latencyByStage, readAccounting, sumCounter } from '../report/accounting.ts';
import type { SystemStats } from './embed-options.ts';
import type { TickDelivery } from './tick-delivery.ts';

export interface StatsParts {
  readonly ringDir: string;
  readonly deliveries: readonly TickDelivery[];
  readonly uptimeMs: number;
  readonly bars: number;
  readonly handlerErrors: number;
  readonly rate: SystemStats['rate'];
  readonly restarts: number;
}

export function collectStats(parts: StatsParts): SystemStats {
  const { deliveries, ringDir } = parts;
  const accounting = readAccounting(ringDir);
  const hops = collectHops(counterTables(accounting));
  const outOf = (suffix: string): number =>
    [...hops.values()]
      .filter(({ name }) => name.endsWith(suffix))
      .reduce((n, { out }) => n + out, 0);
  const published = outOf('.normalise');
  const dropped = droppedOf(deliveries);
  const lostTicks = Object.values(dropped).reduce((sum, n) => sum + n, 0);
  return {
    uptimeMs: Math.round(parts.uptimeMs),
    feeds: deliveries.length,
    totals: {
      messages: outOf('.wire'),
      published,
      delivered: sum(deliveries, (one) => one.delivered),
      batched: sum(deliveries, (one) => one.queue?.taken ?? 0),
      bars: parts.bars,
      gaps: sumCounter(accounting, 'count/gaps'),
      handlerErrors: parts.handlerErrors,
    },
    rate: parts.rate,
    buffers: Object.fromEntries(
      deliveries.flatMap(({ ring, fill, queue }) => [
        [`ring ${ring}`, fill] as const,
        ...(queue === undefined
          ? []
          : [[`batch ${ring}`, queue.waiting / queue.capacity] as const]),
      ]),
    ),
    dropped,
    dropRate: published === 0 ? 0 : lostTicks / published,
    activeConnections: sumCounter(accounting, 'gauge/connectionsActive'),
    latency: latencyByStage(accounting),
    restarts: parts.restarts,
  };
}

function droppedOf(deliveries: readonly TickDelivery[]): Record<string, number> {
  return {
    lapped: sum(deliveries, (one) => one.lost),
    'batch-full': sum(deliveries, (one) => one.queue?.dropped.full ?? 0),
    conflated: sum(deliveries, (one) => one.queue?.dropped.conflated ?? 0),
  };
}

const sum = (deliveries: readonly TickDelivery[], of: (delivery: TickDelivery) => number): number =>
  deliveries.reduce((total, delivery) => total + of(delivery), 0);
