/**
 * Counters of a channel and its legs, over memory that may outlive the process. At any moment
 *
 *   received = delivered + duplicate + late + discarded{reason} + held
 *
 * and, for each leg, received = first + duplicate + late + outOfWindow + badSequence. None is
 * computed from the others. Each is stored before what it counts is handed on.
 */
import { GAP_CAUSES } from './gap.ts';
import type { GapCause } from './gap.ts';
import { LEGS } from './leg-packet.ts';
import type { Leg, LegPacket } from './leg-packet.ts';

/** One packet of a leg adds 1 to one of the first five. */
export interface LegCounts {
  /** Brought the sequence before the other leg did: delivered or held. */
  readonly first: number;
  /** Of a sequence that is delivered, held or came late already. */
  readonly duplicate: number;
  /** Of a declared gap. */
  readonly late: number;
  /** Farther than `reach` from the next sequence, or from before the first one. */
  readonly outOfWindow: number;
  /** 0, where sequences begin at 1. */
  readonly badSequence: number;
  readonly received: number;
  /** Of all packets received. */
  readonly bytes: number;
  readonly heartbeats: number;
  /** As received last, not the highest. NaN before the first packet. */
  readonly lastSequence: number;
  /** Packet or heartbeat, monotonic ns. NaN before the first. */
  readonly lastNs: number;
}

/**
 * | reason | what it says |
 * |---|---|
 * | `outOfWindow` | too far from the next sequence to tell what it is |
 * | `badSequence` | no sequence |
 * | `reset` | was held when a reset gave it up |
 * | `killed` | was held by an earlier life of the process |
 */
export interface DiscardedPackets {
  readonly outOfWindow: number;
  readonly badSequence: number;
  readonly reset: number;
  readonly killed: number;
}

export interface ChannelCounts {
  readonly delivered: number;
  readonly duplicates: number;
  readonly late: number;
  readonly discarded: DiscardedPackets;
  readonly gaps: number;
  /** Sequences in those gaps. */
  readonly missing: number;
  readonly gapsByCause: Readonly<Record<GapCause, number>>;
  /** Packets that wait now, and the most that ever did. */
  readonly held: number;
  readonly heldMax: number;
  readonly heldBytes: number;
  readonly legs: readonly [LegCounts, LegCounts];
}

export const LegCell = {
  First: 0,
  Duplicate: 1,
  Late: 2,
  OutOfWindow: 3,
  BadSequence: 4,
  Received: 5,
  Bytes: 6,
  Heartbeats: 7,
  LastSequence: 8,
  LastNs: 9,
} as const;
export type LegCell = (typeof LegCell)[keyof typeof LegCell];

const LEG_CELLS = 10;
const DELIVERED = LEGS * LEG_CELLS;
const DISCARDED_RESET = DELIVERED + 1;
const DISCARDED_KILLED = DELIVERED + 2;
const GAPS = DELIVERED + 3;
const MISSING = DELIVERED + 4;
const HELD = DELIVERED + 5;
const HELD_MAX = DELIVERED + 6;
const HELD_BYTES = DELIVERED + 7;
const CAUSES = DELIVERED + 8;

/** Cells that the counters of one channel take. */
export const ARBITER_CELLS = CAUSES + GAP_CAUSES.length;

export class ArbiterCounts {
  readonly #cells: Float64Array;

  /** @param cells - `ARBITER_CELLS` of them; what an earlier life counted goes on. */
  constructor(cells: Float64Array) {
    this.#cells = cells;
    cells[DISCARDED_KILLED]! += cells[HELD]!;
    cells[HELD] = 0;
    cells[HELD_BYTES] = 0;
    for (let leg = 0; leg < LEGS; leg++) {
      cells[leg * LEG_CELLS + LegCell.LastSequence] = NaN;
      cells[leg * LEG_CELLS + LegCell.LastNs] = NaN;
    }
  }

  received({ leg, sequence, start, end, recvNs }: Readonly<LegPacket>): void {
    const cells = this.#cells;
    const at = leg * LEG_CELLS;
    cells[at + LegCell.Received]! += 1;
    cells[at + LegCell.Bytes]! += end - start;
    cells[at + LegCell.LastSequence] = sequence;
    cells[at + LegCell.LastNs] = recvNs;
  }

  heartbeat(leg: Leg, recvNs: number): void {
    this.#cells[leg * LEG_CELLS + LegCell.Heartbeats]! += 1;
    this.#cells[leg * LEG_CELLS + LegCell.LastNs] = recvNs;
  }

  add(leg: Leg, cell: LegCell): void {
    this.#cells[leg * LEG_CELLS + cell]! += 1;
  }

  delivered(): void {
    this.#cells[DELIVERED]! += 1;
  }

  discardedByReset(packets: number): void {
    this.#cells[DISCARDED_RESET]! += packets;
  }

  gap(cause: GapCause, missing: number): void {
    this.#cells[GAPS]! += 1;
    this.#cells[MISSING]! += missing;
    this.#cells[CAUSES + GAP_CAUSES.indexOf(cause)]! += 1;
  }

  held(packets: number, bytes: number): void {
    this.#cells[HELD] = packets;
    this.#cells[HELD_BYTES] = bytes;
    if (packets > this.#cells[HELD_MAX]!) this.#cells[HELD_MAX] = packets;
  }

  /** A copy of all of them, for reports. */
  read(): ChannelCounts {
    const cell = (at: number): number => this.#cells[at]!;
    const a = this.#readLeg(0);
    const b = this.#readLeg(1);
    return {
      delivered: cell(DELIVERED),
      duplicates: a.duplicate + b.duplicate,
      late: a.late + b.late,
      discarded: {
        outOfWindow: a.outOfWindow + b.outOfWindow,
        badSequence: a.badSequence + b.badSequence,
        reset: cell(DISCARDED_RESET),
        killed: cell(DISCARDED_KILLED),
      },
      gaps: cell(GAPS),
      missing: cell(MISSING),
      gapsByCause: {
        'window-full': cell(CAUSES),
        'packet-too-large': cell(CAUSES + 1),
        'both-passed': cell(CAUSES + 2),
        timer: cell(CAUSES + 3),
        skipped: cell(CAUSES + 4),
        reset: cell(CAUSES + 5),
      },
      held: cell(HELD),
      heldMax: cell(HELD_MAX),
      heldBytes: cell(HELD_BYTES),
      legs: [a, b],
    };
  }

  #readLeg(leg: Leg): LegCounts {
    const cell = (at: LegCell): number => this.#cells[leg * LEG_CELLS + at]!;
    return {
      first: cell(LegCell.First),
      duplicate: cell(LegCell.Duplicate),
      late: cell(LegCell.Late),
      outOfWindow: cell(LegCell.OutOfWindow),
      badSequence: cell(LegCell.BadSequence),
      received: cell(LegCell.Received),
      bytes: cell(LegCell.Bytes),
      heartbeats: cell(LegCell.Heartbeats),
      lastSequence: cell(LegCell.LastSequence),
      lastNs: cell(LegCell.LastNs),
    };
  }
}
