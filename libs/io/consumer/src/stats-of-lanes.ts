import { DROP_REASONS } from '@tickwire/domain-backpressure';
import type { DropReason } from '@tickwire/domain-backpressure';
import type { ConsumerStats, RingStats } from './consumer-stats.ts';
import type { Delivery } from './delivery.ts';
import type { Lane } from './lane.ts';

/** Instruments that are named, of those that lost most. */
const WORST_MAX = 10;

export class StatsOfLanes {
  readonly #lanes: readonly Lane[];
  readonly #delivery: Delivery;
  #atMs = performance.now();
  #receivedThen = 0;

  constructor(lanes: readonly Lane[], delivery: Delivery) {
    this.#lanes = lanes;
    this.#delivery = delivery;
  }

  now(): ConsumerStats {
    const rings = this.#lanes.map((lane) => this.#ofLane(lane));
    const sum = (of: (ring: RingStats) => number): number =>
      rings.reduce((total, ring) => total + of(ring), 0);
    const received = sum((ring) => ring.received);
    return {
      received,
      delivered: sum((ring) => ring.delivered),
      failed: sum((ring) => ring.failed),
      filtered: sum((ring) => ring.filtered),
      dropped: sumOfDrops(rings),
      inFlight: sum((ring) => ring.inFlight),
      waiting: sum((ring) => ring.waiting),
      backlog: sum((ring) => ring.backlog),
      isHigh: rings.some((ring) => ring.isHigh),
      gaps: sum((ring) => ring.gaps),
      lost: sum((ring) => ring.lost),
      batchTicks: this.#delivery.batchTicks,
      ticksPerSec: this.#rate(received),
      errors: this.#delivery.errors.list(),
      rings,
    };
  }

  #ofLane(lane: Lane): RingStats {
    const { counters, directory, mark, queue, source } = lane;
    const account = source.account();
    const inFlight = this.#delivery.inFlight(lane);
    return {
      ring: lane.name,
      status: source.status(),
      received: counters.received,
      delivered: counters.delivered,
      failed: counters.failed,
      filtered: counters.filtered,
      dropped: queue.drops.byReason(),
      inFlight,
      waiting: queue.waiting,
      capacity: queue.capacity,
      isHigh: mark.isHigh,
      highs: mark.crossings,
      gaps: counters.gaps,
      lost: counters.lost,
      droppedMost: queue.drops.worst(WORST_MAX).map((drops) => ({
        ...drops,
        symbol: directory.get(drops.instrument)?.symbol,
      })),
      account,
      backlog: account.inFlight + inFlight,
    };
  }

  #rate(received: number): number {
    const nowMs = performance.now();
    const elapsedMs = Math.max(1, nowMs - this.#atMs);
    const rate = ((received - this.#receivedThen) * 1_000) / elapsedMs;
    this.#atMs = nowMs;
    this.#receivedThen = received;
    return rate;
  }
}

function sumOfDrops(rings: readonly RingStats[]): Record<DropReason, number> {
  const sums: Record<DropReason, number> = {
    oldest: 0,
    newest: 0,
    conflated: 0,
    'last-value': 0,
    stopped: 0,
  };
  for (const ring of rings) {
    for (const reason of DROP_REASONS) sums[reason] += ring.dropped[reason];
  }
  return sums;
}
