// Goal: the benchmark's reader notices any tick that is not the one that was sent.
// Method: each word of each tick of a run broken in turn, and runs in the wrong place.
import { join } from 'node:path';
import { TICK_BYTES } from '@tickwire/core';
import { temporaryDirectory } from '@tickwire/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  RECORD_COUNT,
  STAMP_WORDS,
  TICK_WORDS,
  readRecords,
  writeRecords,
} from '../harness/records.ts';
import type { RecordFacts } from '../harness/records.ts';
import { countWrongStamped, countWrongTicks } from './check-ticks.ts';
import { dueOf } from './offered-rate.ts';
import { RecordBatch } from './record-batch.ts';

let facts: RecordFacts;
let records: Int32Array<ArrayBuffer>;

beforeAll(() => {
  const path = join(temporaryDirectory({ name: 'records' }), 'records.bin');
  facts = writeRecords(path);
  records = readRecords(path);
});

/** The ticks of the positions from `first`, as a reader has them. */
function runFrom(first: number, count: number): Int32Array {
  const batch = new RecordBatch(records, count);
  batch.prepare(first);
  return batch.words;
}

describe('the prepared records', () => {
  test('are a million different ticks of mixed kinds and hundreds of instruments', () => {
    expect(facts.distinct).toBeGreaterThanOrEqual(1_000_000);
    expect(facts.instruments).toBeGreaterThanOrEqual(500);
    expect(facts.kinds).toEqual(['LEVEL', 'MARK', 'ORDER', 'QUOTE', 'TRADE']);
    expect(records.length * 4).toBe(RECORD_COUNT * TICK_BYTES);
  });
});

describe('checking ticks', () => {
  const positions = [0, 17, RECORD_COUNT - 3, 5 * RECORD_COUNT + 9, 2 ** 31 + 4, 2 ** 40 + 1];

  test.each(positions)('finds nothing wrong with what was sent from position %i', (first) => {
    for (const count of [1, 3, 16]) {
      expect(countWrongTicks(runFrom(first, count), { records, first }, count)).toBe(0);
    }
  });

  test('finds any word of any tick that differs', () => {
    const first = RECORD_COUNT - 2;
    for (let word = 0; word < 4 * TICK_WORDS; word++) {
      const run = runFrom(first, 4);
      run[word] = run[word]! ^ (1 << (word % 32));
      expect(countWrongTicks(run, { records, first }, 4), `word ${word}`).toBe(1);
    }
  });

  test('finds every tick wrong in a run that is not where it should be', () => {
    for (const offBy of [1, 16, 65_536]) {
      const run = runFrom(1_000 + offBy, 16);
      expect(countWrongTicks(run, { records, first: 1_000 }, 16)).toBe(16);
    }
  });

  test('leaves out the time of a stamped tick, and no other word', () => {
    const run = runFrom(7, 1);
    for (let word = 0; word < TICK_WORDS; word++) {
      const changed = Int32Array.from(run);
      changed[word] = ~changed[word]!;
      const wrong = word < STAMP_WORDS ? 0 : 1;
      expect(countWrongStamped(changed, { records, first: 7 }, 1), `word ${word}`).toBe(wrong);
    }
  });

  test('reads back a time in ns as it was stamped', () => {
    const dueNs = 1_234_567_890_123_456;
    const words = new Int32Array(2 * TICK_WORDS);
    words[TICK_WORDS] = dueNs;
    words[TICK_WORDS + 1] = Math.floor(dueNs / 2 ** 32);
    expect(dueOf(words, TICK_WORDS)).toBe(dueNs);
  });
});
