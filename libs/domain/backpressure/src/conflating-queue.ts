/**
 * The queue of `conflate`. It is a plain one until it is full; then, until half of it is free
 * again, each instrument has at most one waiting quote, extension and mark: the newest.
 *
 *   ┌───────┬──────┬───────┬──────┬─────┬───────┐    a replaced tick stays as a dead slot, so the
 *   │ trade │ dead │ quote │ dead │ ... │ quote │    order of the others is theirs in the ring;
 *   └───────┴──────┴───────┴──────┴─────┴───────┘    dead slots go when the slots run out
 *
 * There are twice as many slots as ticks may wait, so making room costs each tick a constant.
 */
import { LatestSlots, conflationKey, extensionKey, quoteKey } from './conflation.ts';
import { DropCode } from './drop-counts.ts';
import type { TickBuffer } from './tick-buffer.ts';
import { TickQueue } from './tick-queue.ts';
import type { TickQueueOptions } from './tick-queue.ts';
import { TickSlots } from './tick-slots.ts';
import type { TickRun } from './tick-slots.ts';

/** Position of a dead slot. */
const DEAD = -1;
/** Share of the queue that must be free before quotes may wait side by side again. */
const RELAXED_SHARE = 0.5;

export class ConflatingQueue extends TickQueue {
  readonly #latest = new LatestSlots();
  /** Slots from the front to the back, dead ones included. */
  #used = 0;
  #isConflating = false;
  /** No tick before this number is of a kind that is never conflated. */
  #plainFromNumber = 0;

  constructor(options: TickQueueOptions) {
    super(options, (capacity) => new TickSlots(capacity * 2));
  }

  /** Whether it keeps only the newest values now. */
  get isConflating(): boolean {
    return this.#isConflating;
  }

  override push(run: TickRun, from: number, count: number): number {
    this.pushedTicks += count;
    if (!this.#isConflating && count <= this.room && count <= this.slots.count - this.#used) {
      this.slots.write((this.front + this.#used) & this.slots.mask, run, { from, count });
      this.#used += count;
      this.waitingTicks += count;
      return count;
    }
    for (let index = from; index < from + count; index++) this.#pushOne(run, index);
    return count;
  }

  override take(into: TickBuffer, countMax: number): number {
    if (this.isGapDue) return 0;
    const isPlain = !this.#isConflating && this.#used === this.waitingTicks;
    const limit = Math.min(countMax, into.capacity);
    const count = isPlain ? this.#takeBlock(into, limit) : this.#takeLiving(into, limit);
    this.takenTicks += count;
    this.#skipDead();
    if (this.#isConflating && this.waitingTicks <= this.capacity * RELAXED_SHARE) this.#relax();
    return count;
  }

  override discard(): void {
    while (this.waitingTicks > 0) this.#drop(this.front, DropCode.Stopped);
  }

  protected override get backNumber(): number {
    return this.frontNumber + this.#used;
  }

  #pushOne(run: TickRun, index: number): void {
    const { slots } = this;
    const key = conflationKey(slots.kindOf(run, index), slots.instrumentOf(run, index));
    if (this.waitingTicks === this.capacity && !this.#isConflating) this.#startConflating();
    if (this.#isConflating && key >= 0) this.#replace(key);
    if (this.waitingTicks === this.capacity && !this.#makeRoom(key)) {
      this.refuse(run, index, DropCode.Newest);
      const position = run.firstPosition + index;
      this.ownGaps.add(this.backNumber, { first: position, last: position, count: 1 });
      return;
    }
    if (this.#used === slots.count) this.#compact();
    const slot = (this.front + this.#used) & slots.mask;
    slots.writeTick(slot, run, index);
    this.#used += 1;
    this.waitingTicks += 1;
    if (this.#isConflating && key >= 0) this.#latest.set(key, slot);
  }

  /** A newer tick of that key comes; with a quote goes the extension of the one before. */
  #replace(key: number): void {
    const older = this.#latest.get(key);
    if (older >= 0) this.#drop(older, DropCode.Conflated);
    const extension = extensionKey(key);
    const olderExtension = extension < 0 ? -1 : this.#latest.get(extension);
    if (olderExtension >= 0) this.#drop(olderExtension, DropCode.Conflated);
  }

  /** Nothing left to conflate; false when the tick that comes must go itself. */
  #makeRoom(arrivingKey: number): boolean {
    const { slots } = this;
    const back = this.backNumber;
    let number = Math.max(this.#plainFromNumber, this.frontNumber);
    for (; number < back; number++) {
      const slot = (this.front + number - this.frontNumber) & slots.mask;
      if (slots.positions[slot] === DEAD || this.#keyAt(slot) >= 0) continue;
      this.#plainFromNumber = number;
      this.#drop(slot, DropCode.Oldest);
      return true;
    }
    this.#plainFromNumber = back;
    if (arrivingKey < 0) return false;
    this.#drop(this.front, DropCode.LastValue);
    return true;
  }

  /** From the newest backwards: what has a newer one behind it goes. */
  #startConflating(): void {
    this.#isConflating = true;
    this.#plainFromNumber = this.frontNumber;
    const { front, slots } = this;
    for (let index = this.#used - 1; index >= 0; index--) {
      const slot = (front + index) & slots.mask;
      const key = slots.positions[slot] === DEAD ? -1 : this.#keyAt(slot);
      if (key < 0) continue;
      const quote = quoteKey(key);
      const isOlder = this.#latest.get(key) >= 0 || (quote >= 0 && this.#latest.get(quote) >= 0);
      if (!isOlder) this.#latest.set(key, slot);
      else this.#bury(slot, DropCode.Conflated);
    }
    this.#skipDead();
  }

  #relax(): void {
    this.#isConflating = false;
    this.#latest.clear();
  }

  #takeBlock(into: TickBuffer, limit: number): number {
    const count = Math.min(this.waitingTicks, limit, this.slotsToMark);
    this.slots.read(this.front, count, into);
    this.waitingTicks -= count;
    this.#advance(count);
    return count;
  }

  #takeLiving(into: TickBuffer, limit: number): number {
    const { slots } = this;
    let toMark = Math.min(this.slotsToMark, this.#used);
    let taken = 0;
    let passed = 0;
    for (; toMark > 0 && taken < limit; toMark--) {
      const slot = (this.front + passed++) & slots.mask;
      if (slots.positions[slot] === DEAD) continue;
      slots.readTick(slot, into, taken++);
      this.#forget(slot);
    }
    this.waitingTicks -= taken;
    this.#advance(passed);
    return taken;
  }

  #drop(slot: number, code: DropCode): void {
    this.#forget(slot);
    this.#bury(slot, code);
    this.#skipDead();
  }

  #bury(slot: number, code: DropCode): void {
    const { slots } = this;
    this.drops.count(code, slots.instrument(slot));
    if (code !== DropCode.Conflated) this.ownGaps.addDueTick(slots.positions[slot]!);
    slots.positions[slot] = DEAD;
    this.waitingTicks -= 1;
  }

  #forget(slot: number): void {
    if (!this.#isConflating) return;
    const key = this.#keyAt(slot);
    if (key >= 0 && this.#latest.get(key) === slot) this.#latest.remove(key);
  }

  #keyAt(slot: number): number {
    return conflationKey(this.slots.kind(slot), this.slots.instrument(slot));
  }

  /** The front is a living tick, or there is none: then every gap is due. */
  #skipDead(): void {
    const { slots } = this;
    let dead = 0;
    while (dead < this.#used && slots.positions[(this.front + dead) & slots.mask] === DEAD) dead++;
    this.#advance(dead);
  }

  #advance(count: number): void {
    this.front = (this.front + count) & this.slots.mask;
    this.frontNumber += count;
    this.#used -= count;
    this.reachMarks();
  }

  /** Moves the living together, in their order. */
  #compact(): void {
    this.#renumberMarks();
    const { front, slots } = this;
    let kept = 0;
    for (let index = 0; index < this.#used; index++) {
      const slot = (front + index) & slots.mask;
      if (slots.positions[slot] === DEAD) continue;
      const target = (front + kept++) & slots.mask;
      slots.move(slot, target);
      const key = this.#isConflating ? this.#keyAt(target) : -1;
      if (key >= 0) this.#latest.set(key, target);
    }
    this.#used = kept;
    this.#plainFromNumber = this.frontNumber;
  }

  #renumberMarks(): void {
    for (const marks of [this.sourceGaps, this.ownGaps]) {
      let index = 0;
      let living = 0;
      // Marks come in the order of their numbers, so one pass over the slots serves them all.
      marks.renumber((number) => {
        for (; index < number - this.frontNumber; index++) {
          const slot = (this.front + index) & this.slots.mask;
          if (this.slots.positions[slot] !== DEAD) living++;
        }
        return this.frontNumber + living;
      });
    }
  }
}
