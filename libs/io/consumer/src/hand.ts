/**
 * The ticks being handed to the program: in place, in the private copy of the ring's reader, as
 * long as handlers are synchronous; in memory of its own from when one returns a promise, because
 * the reader goes on meanwhile.
 */
import { TICK_BYTES } from '@tickwire/core';
import { TickBuffer } from '@tickwire/domain-backpressure';
import type { RingRun } from '@tickwire/io-rings';
import type { Lane } from './lane.ts';

const INSTRUMENT_AT = 16;

export class Hand {
  readonly buffer: TickBuffer;
  lane: Lane;
  view: DataView<ArrayBuffer>;
  bytes: Uint8Array<ArrayBuffer>;
  count = 0;
  /** Index of the tick that is next; those before it were handed over. */
  next = 0;
  #isOwn = true;
  #firstPosition = 0;

  constructor(lane: Lane, capacity: number) {
    this.lane = lane;
    this.buffer = new TickBuffer(capacity);
    this.view = this.buffer.view;
    this.bytes = this.buffer.bytes;
  }

  /** Ticks that were taken and not handed over. */
  get left(): number {
    return this.count - this.next;
  }

  /** Index of the tick being handled. */
  get at(): number {
    return this.next - 1;
  }

  get position(): number {
    return this.#isOwn ? this.buffer.positions[this.at]! : this.#firstPosition + this.at;
  }

  get instrument(): number {
    return this.view.getUint32(this.at * TICK_BYTES + INSTRUMENT_AT, true);
  }

  /** Whether the ticks are in memory that the reader will use again. */
  get isBorrowed(): boolean {
    return !this.#isOwn && this.count > 0;
  }

  borrow(lane: Lane, run: RingRun): void {
    this.lane = lane;
    this.view = run.view;
    this.bytes = run.bytes;
    this.#firstPosition = run.firstPosition;
    this.#isOwn = false;
    this.next = 0;
    this.count = run.count;
  }

  /** Takes up to `countMax` ticks of the lane's queue. */
  takeFrom(lane: Lane, countMax: number): void {
    this.lane = lane;
    this.view = this.buffer.view;
    this.bytes = this.buffer.bytes;
    this.#isOwn = true;
    this.next = 0;
    this.count = lane.queue.take(this.buffer, countMax);
  }

  /** Moves the tick being handled, alone, into memory of its own; the rest is the caller's. */
  keepCurrent(): void {
    const at = this.at * TICK_BYTES;
    for (let byte = 0; byte < TICK_BYTES; byte++) this.buffer.bytes[byte] = this.bytes[at + byte]!;
    this.buffer.positions[0] = this.position;
    this.view = this.buffer.view;
    this.bytes = this.buffer.bytes;
    this.#isOwn = true;
    this.next = 1;
    this.count = 1;
  }

  empty(): void {
    this.next = 0;
    this.count = 0;
  }
}
