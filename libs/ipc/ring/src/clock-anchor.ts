/**
 * The clock anchor: what to add to a CLOCK_MONOTONIC reading to have wall time, written once a
 * second by the writer. Two places used in turn and a count: a reader that sees the same count
 * before and after has a whole anchor.
 */
import { ANCHOR_BYTES, HeaderOffset, PAGE_BYTES } from './layout.ts';

const COUNT_WORD = HeaderOffset.anchorCount / 4;
const FIRST_WORD = HeaderOffset.anchors / 4;
const ANCHOR_WORDS = ANCHOR_BYTES / 4;
const ATTEMPTS_MAX = 8;

export interface ClockAnchor {
  /** CLOCK_REALTIME − CLOCK_MONOTONIC, ns, as u64 (high, low). */
  readonly hi: number;
  readonly lo: number;
  /** CLOCK_MONOTONIC ns when it was taken. */
  readonly monotonicNs: number;
}

const cast = new ArrayBuffer(8);
const castNumber = new Float64Array(cast);
const castWords = new Int32Array(cast);

/** The writer's side. Every word is stored atomically, so the count is never ahead of them. */
export function writeClockAnchor(buffer: ArrayBuffer, anchor: ClockAnchor): void {
  const words = new Int32Array(buffer, 0, PAGE_BYTES / 4);
  const count = (Atomics.load(words, COUNT_WORD) + 1) | 0;
  const at = FIRST_WORD + (count & 1) * ANCHOR_WORDS;
  castNumber[0] = anchor.monotonicNs;
  Atomics.store(words, at, anchor.hi | 0);
  Atomics.store(words, at + 1, anchor.lo | 0);
  Atomics.store(words, at + 2, castWords[0] ?? 0);
  Atomics.store(words, at + 3, castWords[1] ?? 0);
  Atomics.store(words, COUNT_WORD, count);
}

/** The newest anchor, `undefined` when none was written (or the file changes beyond reason). */
export function readClockAnchor(buffer: ArrayBuffer): ClockAnchor | undefined {
  const words = new Int32Array(buffer, 0, PAGE_BYTES / 4);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const count = Atomics.load(words, COUNT_WORD);
    if (count === 0) return undefined;
    const at = FIRST_WORD + (count & 1) * ANCHOR_WORDS;
    const hi = Atomics.load(words, at) >>> 0;
    const lo = Atomics.load(words, at + 1) >>> 0;
    castWords[0] = Atomics.load(words, at + 2);
    castWords[1] = Atomics.load(words, at + 3);
    if (Atomics.load(words, COUNT_WORD) === count) {
      return { hi, lo, monotonicNs: castNumber[0] ?? 0 };
    }
  }
  return undefined;
}
