/**
 * A bounded queue of ticks between a source that does not wait and a taker that is slow at times.
 *
 *   push ─▶ [ front … back ) ─▶ take
 *              └ full: the policy decides what goes; it is counted, and told as a gap
 *
 * Ticks are copied in and out, into memory made once; a push allocates nothing for a tick. At any
 * moment pushed = taken + dropped + waiting, each counted by itself. What is missing, because the
 * source lost it or because it was dropped here, is told by `takeGap` before the ticks behind it;
 * conflated ticks are not missing: their newer value is there.
 */
import { DropCounts } from './drop-counts.ts';
import type { DropCode } from './drop-counts.ts';
import type { DropPolicy } from './drop-policy.ts';
import { wholeNumber } from './errors.ts';
import { GapMarks } from './gap-marks.ts';
import type { MissingTicks } from './gap-marks.ts';
import type { TickBuffer } from './tick-buffer.ts';
import type { TickSlots, TickRun } from './tick-slots.ts';

export interface TickQueueOptions {
  /** Ticks that may wait, 1 … 16,777,216. */
  readonly capacity: number;
  readonly policy: DropPolicy;
  /** Where drops are counted; counts of its own by default. */
  readonly drops?: DropCounts;
}

/** Ticks missing before the front of the queue. */
export interface QueueGap {
  /** What the source said was missing. */
  readonly source: MissingTicks | undefined;
  /** What this queue dropped. */
  readonly dropped: MissingTicks | undefined;
}

export const QUEUE_TICKS_MAX = 2 ** 24;

export abstract class TickQueue {
  readonly capacity: number;
  readonly policy: DropPolicy;
  readonly drops: DropCounts;
  protected readonly sourceGaps = new GapMarks();
  protected readonly ownGaps = new GapMarks();
  protected readonly slots: TickSlots;
  protected front = 0;
  /** Slots are numbered as they were filled; this is the number of the one at the front. */
  protected frontNumber = 0;
  protected waitingTicks = 0;
  protected pushedTicks = 0;
  protected takenTicks = 0;

  /** @throws BackpressureError `BAD_OPTION` naming the option. */
  protected constructor(options: TickQueueOptions, makeSlots: (capacity: number) => TickSlots) {
    const range = { min: 1, max: QUEUE_TICKS_MAX };
    this.capacity = wholeNumber('capacity', options.capacity, range);
    this.policy = options.policy;
    this.drops = options.drops ?? new DropCounts();
    this.slots = makeSlots(this.capacity);
  }

  /** Ticks that wait. */
  get waiting(): number {
    return this.waitingTicks;
  }

  get pushed(): number {
    return this.pushedTicks;
  }

  get taken(): number {
    return this.takenTicks;
  }

  get room(): number {
    return this.capacity - this.waitingTicks;
  }

  /** Position of the tick that has waited longest; only while one waits. */
  get frontPosition(): number {
    return this.slots.positions[this.front]!;
  }

  /** Whether `takeGap` has something to tell now. */
  get isGapDue(): boolean {
    return this.sourceGaps.isDue || this.ownGaps.isDue;
  }

  /** Whether there is anything to take, ticks or a gap. */
  get hasMore(): boolean {
    return this.waitingTicks > 0 || this.isGapDue;
  }

  /**
   * Takes copies of `count` ticks of a run from its tick `from` on.
   * @returns How many it took charge of: all of them, queued or dropped and counted. With `block`
   *   only those that had room; push the others again later.
   */
  abstract push(run: TickRun, from: number, count: number): number;

  /**
   * Moves the oldest ticks into `into`, at most `countMax`, and returns how many. A gap ends the
   * run; while one is due nothing is taken.
   */
  abstract take(into: TickBuffer, countMax: number): number;

  /** The source says that ticks are missing behind those pushed so far. */
  noteGap(missing: MissingTicks): void {
    this.sourceGaps.add(this.backNumber, missing);
    this.sourceGaps.reach(this.frontNumber);
  }

  /** What is missing before the front, once. */
  takeGap(): QueueGap | undefined {
    if (!this.isGapDue) return undefined;
    return { source: this.sourceGaps.takeDue(), dropped: this.ownGaps.takeDue() };
  }

  /** Gives up all that waits, counted as `stopped`. */
  abstract discard(): void;

  /** Number that the next slot will have. */
  protected abstract get backNumber(): number;

  /** The front has moved. */
  protected reachMarks(): void {
    this.sourceGaps.reach(this.frontNumber);
    this.ownGaps.reach(this.frontNumber);
  }

  /** Slots to the next place where a gap must be told. */
  protected get slotsToMark(): number {
    const next = Math.min(this.sourceGaps.nextSequence, this.ownGaps.nextSequence);
    return next - this.frontNumber;
  }

  /** A tick of a run goes before it was queued. */
  protected refuse(run: TickRun, index: number, code: DropCode): void {
    this.drops.count(code, this.slots.instrumentOf(run, index));
  }
}
