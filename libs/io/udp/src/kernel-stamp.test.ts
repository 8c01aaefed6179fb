import { stampFromBigInt, stampToBigInt } from '@tickwire/core';
import { FakeClock } from '@tickwire/testing';
import { expect, test } from 'vitest';
import { KernelStamp } from './kernel-stamp.ts';

const START_NS = 1_704_067_200_123_456_789n;

function stampedAt(nowMs: number, wallNs: bigint | undefined) {
  const clock = new FakeClock(stampFromBigInt(START_NS));
  clock.advance(nowMs);
  const stamp = new KernelStamp(clock);
  stamp.read();
  const into = { recvNs: NaN, recvWall: { hi: NaN, lo: NaN } };
  const seconds = wallNs === undefined ? -1 : Number(wallNs / 1_000_000_000n);
  stamp.write(seconds, Number((wallNs ?? 0n) % 1_000_000_000n), into);
  return { recvNs: into.recvNs, wallNs: stampToBigInt(into.recvWall) };
}

test.each([
  ['of a moment ago', 599_999_999],
  ['of the very moment', 1_000_000_000],
])('a stamp %s is exact on both clocks', (_, sinceStartNs) => {
  const wallNs = START_NS + BigInt(sinceStartNs);
  expect(stampedAt(1_000, wallNs)).toEqual({ recvNs: sinceStartNs, wallNs });
});

test('one just ahead of our reading is kept, and came now', () => {
  const wallNs = START_NS + 1_000_900_000n;
  expect(stampedAt(1_000, wallNs)).toEqual({ recvNs: 1e9, wallNs });
});

test.each([
  ['none', undefined],
  ['one of another age: the wall clock was set back', START_NS + 100_000_000_000n],
  ['one of another age: the wall clock was set forward', START_NS - 100_000_000_000n],
])('%s: the moment of the batch', (_, wallNs) => {
  expect(stampedAt(1_000, wallNs)).toEqual({ recvNs: 1e9, wallNs: START_NS + 1_000_000_000n });
});
