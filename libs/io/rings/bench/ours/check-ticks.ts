import { RECORD_COUNT, STAMP_WORDS, TICK_WORDS, recordAt } from '../harness/records.ts';

const TICK_BYTES = TICK_WORDS * 4;

/**
 * From so many ticks on, one comparison of the whole run (`memcmp`, as the C++ sides do) is sooner
 * done than one of words; where it finds a difference, the words say in how many ticks.
 */
const BLOCK_TICKS_MIN = 4;

const known = new WeakMap<Int32Array, Buffer>();

function bytesOf(words: Int32Array): Buffer {
  let bytes = known.get(words);
  if (bytes === undefined) {
    bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
    known.set(words, bytes);
  }
  return bytes;
}

/**
 * How many of the `count` ticks at the start of `run`, said to begin at position `first`, differ
 * in any of their 16 words from the records of those positions.
 */
export function countWrongTicks(
  run: Int32Array,
  expected: { readonly records: Int32Array; readonly first: number },
  count: number,
): number {
  const { records } = expected;
  const first = recordAt(expected.first);
  if (count >= BLOCK_TICKS_MIN && first + count <= RECORD_COUNT) {
    const from = first * TICK_BYTES;
    const bytes = count * TICK_BYTES;
    if (bytesOf(run).compare(bytesOf(records), from, from + bytes, 0, bytes) === 0) return 0;
  }
  let wrong = 0;
  let at = 0;
  for (let index = 0; index < count; index++) {
    const from = ((first + index) & (RECORD_COUNT - 1)) * TICK_WORDS;
    const difference =
      (run[at]! ^ records[from]!) |
      (run[at + 1]! ^ records[from + 1]!) |
      (run[at + 2]! ^ records[from + 2]!) |
      (run[at + 3]! ^ records[from + 3]!) |
      (run[at + 4]! ^ records[from + 4]!) |
      (run[at + 5]! ^ records[from + 5]!) |
      (run[at + 6]! ^ records[from + 6]!) |
      (run[at + 7]! ^ records[from + 7]!) |
      (run[at + 8]! ^ records[from + 8]!) |
      (run[at + 9]! ^ records[from + 9]!) |
      (run[at + 10]! ^ records[from + 10]!) |
      (run[at + 11]! ^ records[from + 11]!) |
      (run[at + 12]! ^ records[from + 12]!) |
      (run[at + 13]! ^ records[from + 13]!) |
      (run[at + 14]! ^ records[from + 14]!) |
      (run[at + 15]! ^ records[from + 15]!);
    if (difference !== 0) wrong++;
    at += TICK_WORDS;
  }
  return wrong;
}

/** The same for ticks whose first words are the time they were meant to be sent. */
export function countWrongStamped(
  run: Int32Array,
  expected: { readonly records: Int32Array; readonly first: number },
  count: number,
): number {
  let wrong = 0;
  for (let index = 0; index < count; index++) {
    const from = recordAt(expected.first + index) * TICK_WORDS;
    let difference = 0;
    for (let word = STAMP_WORDS; word < TICK_WORDS; word++) {
      difference |= run[index * TICK_WORDS + word]! ^ expected.records[from + word]!;
    }
    if (difference !== 0) wrong++;
  }
  return wrong;
}
