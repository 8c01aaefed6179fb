/**
 * When to wake sleeping readers: once per I/O turn that published, at most every 50 µs, and
 * always a trailing time. Only the writer writes the bell, and readers leave no flag behind, so
 * nothing is lost with a reader or a writer that dies.
 */
import { BELL_BYTE_OFFSET } from './layout.ts';

/**
 * A wake takes a writer 1 to 40 µs. No longer than this: ticks that come as often as the bell may
 * be rung all wait for it, since what one wake is late the next is late too.
 */
export const BELL_INTERVAL_NS = 50_000;

/**
 * `Idle`: nothing was published since the last wake. `Rung`: readers were woken. `Later`: too soon;
 * the caller must ring again, or the trailing wake is missing.
 */
export const BellOutcome = { Idle: 0, Rung: 1, Later: 2 } as const;
export type BellOutcome = (typeof BellOutcome)[keyof typeof BellOutcome];

/** FUTEX_WAKE(all) on the 4-byte word at this offset of the ring. */
export type Wake = (byteOffset: number) => void;

export class Bell {
  readonly #word: Int32Array;
  readonly #wake: Wake;
  #rungAtNs = Number.NEGATIVE_INFINITY;
  #rungForPosition: number;

  constructor(buffer: ArrayBuffer, options: { wake: Wake; position: number }) {
    this.#word = new Int32Array(buffer, BELL_BYTE_OFFSET, 1);
    this.#wake = options.wake;
    this.#rungForPosition = options.position;
  }

  /** Rings if `position` has moved since the last time and the last time is long enough ago. */
  ring(position: number, nowNs: number): BellOutcome {
    if (position === this.#rungForPosition) return BellOutcome.Idle;
    if (nowNs - this.#rungAtNs < BELL_INTERVAL_NS) return BellOutcome.Later;
    this.#rungAtNs = nowNs;
    this.#rungForPosition = position;
    this.force();
    return BellOutcome.Rung;
  }

  /** When `ring` would ring for `position`, monotonic ns; `Infinity` when it has rung for it. */
  dueNs(position: number): number {
    return position === this.#rungForPosition ? Infinity : this.#rungAtNs + BELL_INTERVAL_NS;
  }

  /** Rings whatever happened: for the end, which moves no position. */
  force(): void {
    Atomics.add(this.#word, 0, 1);
    this.#wake(BELL_BYTE_OFFSET);
  }
}
