// Goal: a new week is told from old packets, damaged ones and large losses. Method: sequences with
// sending times, against a numbering that has come to 5,000.
import { addNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { Numbered, Numbering } from './numbering.ts';

const START: StampNs = { hi: 400_000_000, lo: 0 };
const NEXT = 5_000;
const LIMITS = { laterMs: 1_000, reach: 65_536, futureMs: 60_000 };
let numbering: Numbering;

function at(ms: number): StampNs & { monotonicNs: number } {
  const stamp = { ...START, monotonicNs: ms * 1e6 };
  addNs(stamp, ms * 1e6);
  return stamp;
}

/** Sent and received at `ms`, unless it was sent at another time. */
const judge = (sequence: number, ms: number, sentMs = ms): Numbered =>
  numbering.judge({ sequence, sent: at(sentMs) }, at(ms), NEXT);

beforeEach(() => {
  numbering = new Numbering(LIMITS);
  numbering.passed(at(0), at(0));
});

describe('numbering', () => {
  test('goes on: the next one, a hole, a twin of the other line, an old one', () => {
    const all = [judge(NEXT, 5_000), judge(NEXT + 90, 5_000), judge(4_999, 5, 0), judge(3, 9, -9)];
    expect(all).toEqual(Array(4).fill(Numbered.Current));
  });

  test('is new when two packets with a low sequence were sent clearly later', () => {
    expect(judge(1, 2_000)).toBe(Numbered.Doubtful);
    expect(judge(2, 2_001)).toBe(Numbered.New);
  });

  test('is not new by one of them, by two that differ, or by a time that cannot be', () => {
    expect(judge(1, 2_000)).toBe(Numbered.Doubtful);
    expect(judge(4_000, 2_001)).toBe(Numbered.Doubtful);
    expect(judge(4_001, 2_001, 90_000)).toBe(Numbered.Current);
  });

  test('jumps when two packets are newer, and too far ahead to follow', () => {
    expect(judge(900_000, 10)).toBe(Numbered.Doubtful);
    expect(judge(900_001, 11)).toBe(Numbered.Jumped);
  });

  test('knows stragglers by their time, as long as lines may differ', () => {
    numbering.begin(at(2_000), 2_000e6);
    expect(judge(4_900, 2_500, 1_999)).toBe(Numbered.Straggler);
    expect(judge(4_900, 2_500, 2_001)).toBe(Numbered.Current);
    expect(judge(4_900, 12_001, 1_999)).toBe(Numbered.Current);
  });
});
