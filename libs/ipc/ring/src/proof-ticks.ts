/**
 * Self-checking ticks for proofs and benchmarks: each of the 16 words of a tick follows from its
 * position, so a reader can prove order, loss, duplication and tearing without trusting the ring.
 * The kind byte is 0, which is no kind of a real tick and not PAD.
 */
import { TICK_BYTES, TICK_KIND_OFFSET } from '@tickwire/core';

const WORDS = TICK_BYTES / 4;
const KIND_WORD = TICK_KIND_OFFSET / 4;
const KIND_MASK = ~0xff;
const WORD_STEP = 0x0100_0193;
const TWO_32 = 4_294_967_296;

/** Writes the ticks of `count` positions from `first` into `words`, from its start. */
export function fillProofTicks(words: Int32Array, first: number, count: number): void {
  let at = 0;
  for (let index = 0; index < count; index++) {
    let word = seedOf(first + index);
    for (const end = at + WORDS; at < end; at++) {
      words[at] = word;
      word = (word + WORD_STEP) | 0;
    }
    const kindAt = at - WORDS + KIND_WORD;
    words[kindAt] = (words[kindAt] as number) & KIND_MASK;
  }
}

/** How many of `count` ticks, said to start at position `first`, are not whole: 0 is right. */
export function countBrokenTicks(words: Int32Array, first: number, count: number): number {
  let broken = 0;
  let at = 0;
  for (let index = 0; index < count; index++) {
    let word = seedOf(first + index);
    const kindAt = at + KIND_WORD;
    let difference = 0;
    for (; at < kindAt; at++) {
      difference |= (words[at] as number) ^ word;
      word = (word + WORD_STEP) | 0;
    }
    difference |= (words[at++] as number) ^ (word & KIND_MASK);
    word = (word + WORD_STEP) | 0;
    for (const end = kindAt + WORDS - KIND_WORD; at < end; at++) {
      difference |= (words[at] as number) ^ word;
      word = (word + WORD_STEP) | 0;
    }
    if (difference !== 0) broken++;
  }
  return broken;
}

/** Multiplication by an odd number is one-to-one: no two positions within 2^32 share a seed. */
function seedOf(position: number): number {
  const high = Math.floor(position / TWO_32);
  return Math.imul((position | 0) ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1);
}
