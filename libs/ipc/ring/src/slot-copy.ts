/**
 * Copies ticks between the slots of a ring and a private buffer, around the ring's end.
 *
 * Up to 4 ticks go as 32-bit words, more as one block: a block copy costs 40–80 ns to start, a
 * word 0.5 ns (measured: 1 tick 11 against 80 ns, 16 ticks 109 against 50 ns). Never as doubles:
 * JavaScript may rewrite NaN patterns.
 */
import { TICK_BYTES } from '@tickwire/core';

const WORDS_PER_TICK = TICK_BYTES / 4;
const WORD_COPY_TICKS_MAX = 4;

/** Copies `byteCount` bytes; both buffers are fixed when it is made. */
export type BlockCopy = (sourceAt: number, targetAt: number, byteCount: number) => void;

/**
 * Makes a block copy from `source` to `target`. The default makes one short-lived view a block;
 * where the platform has a copy without (Node's Buffer), give that.
 */
export type BlockCopyFactory = (source: Uint8Array, target: Uint8Array) => BlockCopy;

export const viewBlockCopy: BlockCopyFactory = (source, target) => {
  return (sourceAt, targetAt, byteCount) => {
    target.set(source.subarray(sourceAt, sourceAt + byteCount), targetAt);
  };
};

/** One direction between two memories, in ticks. */
export class SlotCopy {
  readonly #sourceWords: Int32Array | undefined;
  readonly #targetWords: Int32Array | undefined;
  readonly #block: BlockCopy;

  constructor(source: Uint8Array, target: Uint8Array, makeBlockCopy: BlockCopyFactory) {
    this.#sourceWords = wordsOf(source);
    this.#targetWords = wordsOf(target);
    this.#block = makeBlockCopy(source, target);
  }

  /** Copies `count` ticks that lie in one piece on both sides; arguments in ticks. */
  copy(sourceTick: number, targetTick: number, count: number): void {
    const source = this.#sourceWords;
    const target = this.#targetWords;
    if (count > WORD_COPY_TICKS_MAX || source === undefined || target === undefined) {
      this.#block(sourceTick * TICK_BYTES, targetTick * TICK_BYTES, count * TICK_BYTES);
      return;
    }
    let from = sourceTick * WORDS_PER_TICK;
    let to = targetTick * WORDS_PER_TICK;
    const end = to + count * WORDS_PER_TICK;
    while (to < end) {
      target[to] = source[from] as number;
      target[to + 1] = source[from + 1] as number;
      target[to + 2] = source[from + 2] as number;
      target[to + 3] = source[from + 3] as number;
      to += 4;
      from += 4;
    }
  }
}

/** A view of whole words, or none where the bytes are not aligned for it. */
function wordsOf(bytes: Uint8Array): Int32Array | undefined {
  if (bytes.byteOffset % 4 !== 0) return undefined;
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2);
}
