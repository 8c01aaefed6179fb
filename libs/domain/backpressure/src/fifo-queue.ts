import { DropCode } from './drop-counts.ts';
import type { TickBuffer } from './tick-buffer.ts';
import { TickQueue } from './tick-queue.ts';
import type { TickQueueOptions } from './tick-queue.ts';
import { TickSlots } from './tick-slots.ts';
import type { TickRun } from './tick-slots.ts';

/** The queue of `drop-oldest`, `drop-newest` and `block`: all that waits is whole and in order. */
export class FifoQueue extends TickQueue {
  constructor(options: TickQueueOptions) {
    super(options, (capacity) => new TickSlots(capacity));
  }

  override push(run: TickRun, from: number, count: number): number {
    const excess = count - this.room;
    if (excess <= 0) this.#append(run, from, count);
    else if (this.policy === 'drop-oldest') this.#pushOverOldest(run, from, count);
    else {
      const fitting = count - excess;
      this.#append(run, from, fitting);
      if (this.policy === 'block') return fitting;
      this.#refuseNewest(run, from + fitting, excess);
    }
    return count;
  }

  override take(into: TickBuffer, countMax: number): number {
    if (this.isGapDue) return 0;
    const count = Math.min(this.waitingTicks, countMax, into.capacity, this.slotsToMark);
    this.slots.read(this.front, count, into);
    this.takenTicks += count;
    this.#advance(count);
    return count;
  }

  override discard(): void {
    this.#dropFront(this.waitingTicks, DropCode.Stopped);
  }

  protected override get backNumber(): number {
    return this.frontNumber + this.waitingTicks;
  }

  #append(run: TickRun, from: number, count: number): void {
    this.slots.write((this.front + this.waitingTicks) & this.slots.mask, run, { from, count });
    this.waitingTicks += count;
    this.pushedTicks += count;
  }

  /** Of a run longer than the whole queue the first ticks are the oldest as well. */
  #pushOverOldest(run: TickRun, from: number, count: number): void {
    const passing = Math.max(0, count - this.capacity);
    this.#dropFront(count - passing - this.room, DropCode.Oldest);
    for (let index = from; index < from + passing; index++) {
      this.refuse(run, index, DropCode.Oldest);
      this.ownGaps.addDueTick(run.firstPosition + index);
    }
    this.pushedTicks += passing;
    this.#append(run, from + passing, count - passing);
  }

  #refuseNewest(run: TickRun, from: number, count: number): void {
    for (let index = from; index < from + count; index++) this.refuse(run, index, DropCode.Newest);
    this.pushedTicks += count;
    const first = run.firstPosition + from;
    this.ownGaps.add(this.backNumber, { first, last: first + count - 1, count });
    this.ownGaps.reach(this.frontNumber);
  }

  #dropFront(count: number, code: DropCode): void {
    const { slots } = this;
    for (let index = 0; index < count; index++) {
      const slot = (this.front + index) & slots.mask;
      this.drops.count(code, slots.instrument(slot));
      this.ownGaps.addDueTick(slots.positions[slot]!);
    }
    this.#advance(count);
  }

  #advance(count: number): void {
    this.front = (this.front + count) & this.slots.mask;
    this.frontNumber += count;
    this.waitingTicks -= count;
    this.reachMarks();
  }
}
