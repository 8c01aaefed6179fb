/**
 * The counts of one ring, in memory that another thread may read: a worker's death does not take
 * them along. received = delivered + filtered + dropped + inFlight, each counted by itself, in
 * ticks.
 */
import { DROP_REASONS, DropCounts } from '@tickwire/domain-backpressure';
import type { DropReason } from '@tickwire/domain-backpressure';
import type { RingId } from '@tickwire/io-rings';

const Cell = {
  received: 0,
  delivered: 1,
  filtered: 2,
  failed: 3,
  inFlight: 4,
  gaps: 5,
  lost: 6,
  position: 7,
  ringIdHi: 8,
  ringIdLo: 9,
  drops: 10,
} as const;

export const LANE_CELLS = Cell.drops + DROP_REASONS.length;

export class LaneCounters {
  readonly drops: Float64Array;
  readonly #cells: Float64Array;

  constructor(cells: Float64Array = new Float64Array(LANE_CELLS)) {
    this.#cells = cells;
    this.drops = cells.subarray(Cell.drops, LANE_CELLS);
  }

  /** Ticks taken from the ring. */
  get received(): number {
    return this.#cells[Cell.received]!;
  }
  /** Handed to a handler; counted before it is called. */
  get delivered(): number {
    return this.#cells[Cell.delivered]!;
  }
  /** Of a kind or symbol that nobody asked for. */
  get filtered(): number {
    return this.#cells[Cell.filtered]!;
  }
  /** Of the delivered, those whose handler threw. */
  get failed(): number {
    return this.#cells[Cell.failed]!;
  }
  /** As it was last measured, for who looks from outside; exact whenever a handler runs. */
  get inFlight(): number {
    return this.#cells[Cell.inFlight]!;
  }
  /** Gaps that the ring reported. */
  get gaps(): number {
    return this.#cells[Cell.gaps]!;
  }
  /** Ticks in them. */
  get lost(): number {
    return this.#cells[Cell.lost]!;
  }
  /** Every tick of that ring below it was handed over, filtered or dropped. */
  get position(): number {
    return this.#cells[Cell.position]!;
  }
  get ringId(): RingId {
    return { hi: this.#cells[Cell.ringIdHi]!, lo: this.#cells[Cell.ringIdLo]! };
  }
  droppedBy(): Record<DropReason, number> {
    return new DropCounts(this.drops).byReason();
  }

  addReceived(count: number): void {
    this.#cells[Cell.received]! += count;
  }
  addDelivered(count: number): void {
    this.#cells[Cell.delivered]! += count;
  }
  addFiltered(count: number): void {
    this.#cells[Cell.filtered]! += count;
  }
  addFailed(count: number): void {
    this.#cells[Cell.failed]! += count;
  }
  addGap(count: number): void {
    this.#cells[Cell.gaps]! += 1;
    this.#cells[Cell.lost]! += count;
  }
  setInFlight(count: number): void {
    this.#cells[Cell.inFlight] = count;
  }
  setRing(ringId: RingId, position: number): void {
    this.#cells[Cell.ringIdHi] = ringId.hi;
    this.#cells[Cell.ringIdLo] = ringId.lo;
    this.#cells[Cell.position] = position;
  }
  setPosition(position: number): void {
    this.#cells[Cell.position] = position;
  }
}
