import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { TICK_WORDS } from '../harness/records.ts';
import { TickAssembler } from './node-side.ts';

describe('whole ticks out of a stream', () => {
  test('come in order and complete, wherever it is cut', () => {
    const random = seededRandom(testSeed());
    const sent = new Int32Array(1_000 * TICK_WORDS).map((_, index) => index);
    const stream = new Uint8Array(sent.buffer);
    const got: number[] = [];
    const take = (words: Int32Array, count: number): void => {
      got.push(...words.subarray(0, count * TICK_WORDS));
    };
    const assembler = new TickAssembler(take, 8);
    for (let at = 0; at < stream.length;) {
      const length = 1 + Math.floor(random() * 900);
      assembler.add(stream.subarray(at, at + length));
      at += length;
    }
    expect(got).toEqual([...sent]);
  });
});
