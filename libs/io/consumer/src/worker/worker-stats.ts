/** What a WorkerConsumer says of itself. */
import type { DropReason } from '@tickwire/domain-backpressure';
import type { TickCounts } from '../consumer-stats.ts';
import type { ResultCounts } from './result-port.ts';
import type { SharedBatchesCounts } from './shared-batches.ts';
import type { WorkerRingCounts, WorkerUnit } from './worker-unit.ts';

/** Counts of one ring in one life of its worker; they balance while a handler runs or it rests. */
export interface WorkerRingStats extends TickCounts {
  readonly ring: string;
  readonly gaps: number;
  /** Ticks in them. */
  readonly lost: number;
}

export interface WorkerStats {
  readonly rings: readonly WorkerRingStats[];
  /** Of the lives before; what was in flight at a death was read again, or was a gap. */
  readonly closed: readonly (readonly WorkerRingStats[])[];
  readonly restarts: number;
  readonly isOver: boolean;
  readonly results: ResultCounts | undefined;
  /** In ticks. */
  readonly batches: SharedBatchesCounts | undefined;
}

export interface WorkerConsumerStats extends TickCounts {
  readonly gaps: number;
  readonly lost: number;
  readonly restarts: number;
  readonly workers: readonly WorkerStats[];
}

export function statsOfWorkers(units: readonly WorkerUnit[]): WorkerConsumerStats {
  const workers = units.map(statsOf);
  const rings = workers.flatMap((worker) => [...worker.rings, ...worker.closed.flat()]);
  const sum = (of: (ring: WorkerRingStats) => number): number =>
    rings.reduce((total, ring) => total + of(ring), 0);
  const dropped = (reason: DropReason): number => sum((ring) => ring.dropped[reason]);
  return {
    received: sum((ring) => ring.received),
    delivered: sum((ring) => ring.delivered),
    failed: sum((ring) => ring.failed),
    filtered: sum((ring) => ring.filtered),
    dropped: {
      oldest: dropped('oldest'),
      newest: dropped('newest'),
      conflated: dropped('conflated'),
      'last-value': dropped('last-value'),
      stopped: dropped('stopped'),
    },
    inFlight: sum((ring) => ring.inFlight),
    gaps: sum((ring) => ring.gaps),
    lost: sum((ring) => ring.lost),
    restarts: workers.reduce((total, worker) => total + worker.restarts, 0),
    workers,
  };
}

function statsOf(unit: WorkerUnit): WorkerStats {
  return {
    rings: unit.counts.map(ringStats),
    closed: unit.closedCounts.map((life) => life.map(ringStats)),
    restarts: unit.restarts,
    isOver: unit.isOver,
    results: unit.resultCounts,
    batches: unit.batchCounts,
  };
}

function ringStats({ ring, counters }: WorkerRingCounts): WorkerRingStats {
  const { delivered, failed, filtered, gaps, inFlight, lost, received } = counters;
  const dropped = counters.droppedBy();
  return { ring, received, delivered, failed, filtered, dropped, inFlight, gaps, lost };
}
