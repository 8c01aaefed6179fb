/** Where in a queue ticks are missing, so that a gap is told before the ticks behind it. */

/** What is missing before a tick, on either count. Positions of the ring. */
export interface MissingTicks {
  readonly first: number;
  readonly last: number;
  /** Missing of the positions from `first` to `last`. */
  readonly count: number;
}

/** Marks that may wait; a further one joins the newest, so it is told early, never late. */
export const MARKS_MAX = 256;

const FIELDS = 4;
const SEQUENCE = 0;
const FIRST = 1;
const LAST = 2;
const COUNT = 3;

/**
 * Marks of one cause, by the sequence number of the tick they precede. `due` is what is missing
 * before the front of the queue.
 */
export class GapMarks {
  readonly #cells = new Float64Array(MARKS_MAX * FIELDS);
  #front = 0;
  #waiting = 0;
  #dueFirst = 0;
  #dueLast = 0;
  #dueCount = 0;

  /** Sequence number of the next tick with a mark; `Infinity` when there is none. */
  get nextSequence(): number {
    return this.#waiting === 0 ? Number.POSITIVE_INFINITY : this.#cells[this.#at(0) + SEQUENCE]!;
  }

  get isDue(): boolean {
    return this.#dueCount > 0;
  }

  /** Missing right before the front of the queue. */
  addDue(missing: MissingTicks): void {
    const isFirst = this.#dueCount === 0;
    this.#dueFirst = isFirst ? missing.first : Math.min(this.#dueFirst, missing.first);
    this.#dueLast = isFirst ? missing.last : Math.max(this.#dueLast, missing.last);
    this.#dueCount += missing.count;
  }

  /** The same for one tick; nothing is allocated. */
  addDueTick(position: number): void {
    if (this.#dueCount === 0 || position < this.#dueFirst) this.#dueFirst = position;
    if (this.#dueCount === 0 || position > this.#dueLast) this.#dueLast = position;
    this.#dueCount += 1;
  }

  /** Missing right before the tick of that number, which is not yet there. */
  add(sequence: number, missing: MissingTicks): void {
    const newest = this.#at(this.#waiting - 1);
    const isSame = this.#waiting > 0 && this.#cells[newest + SEQUENCE] === sequence;
    if (isSame || this.#waiting === MARKS_MAX) {
      this.#cells[newest + LAST] = missing.last;
      this.#cells[newest + COUNT]! += missing.count;
      return;
    }
    const at = this.#at(this.#waiting);
    this.#cells[at + SEQUENCE] = sequence;
    this.#cells[at + FIRST] = missing.first;
    this.#cells[at + LAST] = missing.last;
    this.#cells[at + COUNT] = missing.count;
    this.#waiting += 1;
  }

  /** The front of the queue is at that number now: marks up to it are due. */
  reach(sequence: number): void {
    while (this.nextSequence <= sequence) {
      const at = this.#at(0);
      this.addDue({
        first: this.#cells[at + FIRST]!,
        last: this.#cells[at + LAST]!,
        count: this.#cells[at + COUNT]!,
      });
      this.#front = (this.#front + 1) % MARKS_MAX;
      this.#waiting -= 1;
    }
  }

  /** The ticks were numbered anew. */
  renumber(numberOf: (sequence: number) => number): void {
    for (let index = 0; index < this.#waiting; index++) {
      const at = this.#at(index) + SEQUENCE;
      this.#cells[at] = numberOf(this.#cells[at]!);
    }
  }

  /** What is due, once. */
  takeDue(): MissingTicks | undefined {
    if (this.#dueCount === 0) return undefined;
    const due = { first: this.#dueFirst, last: this.#dueLast, count: this.#dueCount };
    this.#dueCount = 0;
    return due;
  }

  #at(index: number): number {
    return ((this.#front + index + MARKS_MAX) % MARKS_MAX) * FIELDS;
  }
}
