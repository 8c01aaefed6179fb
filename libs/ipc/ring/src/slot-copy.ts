/**
 * Copies ticks between the slots of a ring and a private buffer, around the ring's end.
 *
 * A few ticks go as 64-bit words, more as one block, which is dear to start and cheap to go on,
 * and three times as dear to start where views must be made for it (`bench -- ring-steps`). Never
 * as doubles: JavaScript may rewrite NaN patterns.
 */
import { TICK_BYTES } from '@tickwire/core';

const WORD_BYTES = 8;
const WORDS_PER_TICK = TICK_BYTES / WORD_BYTES;

/** Copies `byteCount` bytes; both buffers are fixed when it is made. */
export type BlockCopy = (sourceAt: number, targetAt: number, byteCount: number) => void;

/** Makes a block copy from `source` to `target`. */
export type BlockCopyFactory = (source: Uint8Array, target: Uint8Array) => BlockCopy;

/** One short-lived view a block: right everywhere; see `prefixBlockCopy` for what is faster. */
export const viewBlockCopy: BlockCopyFactory = (source, target) => {
  return (sourceAt, targetAt, byteCount) => {
    target.set(source.subarray(sourceAt, sourceAt + byteCount), targetAt);
  };
};

/**
 * For a source that is always read from its start, as a writer's batch is: keeps the view of each
 * length that came, which makes a block start in a third of the time.
 */
export const prefixBlockCopy: BlockCopyFactory = (source, target) => {
  const prefixes = new Map<number, Uint8Array>();
  let length = 0;
  let prefix = source.subarray(0, 0);
  const choose = (byteCount: number): void => {
    let found = prefixes.get(byteCount);
    if (found === undefined) {
      found = source.subarray(0, byteCount);
      prefixes.set(byteCount, found);
    }
    prefix = found;
    length = byteCount;
  };
  return (sourceAt, targetAt, byteCount) => {
    if (sourceAt !== 0) {
      target.set(source.subarray(sourceAt, sourceAt + byteCount), targetAt);
      return;
    }
    if (byteCount !== length) choose(byteCount);
    target.set(prefix, targetAt);
  };
};

/** One direction between two memories, in ticks. */
export class SlotCopy {
  readonly #sourceWords: BigInt64Array | undefined;
  readonly #targetWords: BigInt64Array | undefined;
  readonly #block: BlockCopy;
  readonly #wordTicksMax: number;

  /** @param how - `wordTicksMax`: more ticks than this go as a block. */
  constructor(
    source: Uint8Array,
    target: Uint8Array,
    how: { readonly makeBlockCopy: BlockCopyFactory; readonly wordTicksMax: number },
  ) {
    this.#sourceWords = wordsOf(source);
    this.#targetWords = wordsOf(target);
    this.#block = how.makeBlockCopy(source, target);
    this.#wordTicksMax = how.wordTicksMax;
  }

  /** Copies `count` ticks that lie in one piece on both sides; arguments in ticks. */
  copy(sourceTick: number, targetTick: number, count: number): void {
    if (count > this.#wordTicksMax) {
      this.#block(sourceTick * TICK_BYTES, targetTick * TICK_BYTES, count * TICK_BYTES);
      return;
    }
    for (let at = 0; at < count; at++) this.copyOne(sourceTick + at, targetTick + at);
  }

  /**
   * Written out: a loop took a quarter longer. In V8's compiled code each line is one load and one
   * store, and no bigint comes to be.
   */
  copyOne(sourceTick: number, targetTick: number): void {
    const source = this.#sourceWords;
    const target = this.#targetWords;
    if (source === undefined || target === undefined) {
      this.#block(sourceTick * TICK_BYTES, targetTick * TICK_BYTES, TICK_BYTES);
      return;
    }
    const from = sourceTick * WORDS_PER_TICK;
    const to = targetTick * WORDS_PER_TICK;
    target[to] = source[from] as bigint;
    target[to + 1] = source[from + 1] as bigint;
    target[to + 2] = source[from + 2] as bigint;
    target[to + 3] = source[from + 3] as bigint;
    target[to + 4] = source[from + 4] as bigint;
    target[to + 5] = source[from + 5] as bigint;
    target[to + 6] = source[from + 6] as bigint;
    target[to + 7] = source[from + 7] as bigint;
  }
}

/** A view of whole words, or none where the bytes are not aligned for it. */
function wordsOf(bytes: Uint8Array): BigInt64Array | undefined {
  if (bytes.byteOffset % WORD_BYTES !== 0) return undefined;
  return new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 3);
}
