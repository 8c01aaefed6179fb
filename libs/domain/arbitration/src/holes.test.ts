// Goal: a hole is given up when its rule says so, not before. Method: packets and times by hand.
import { describe, expect, test } from 'vitest';
import { RecordedArbiter } from '../test/recorded-arbiter.ts';
import { Verdict } from './index.ts';

describe('timer', () => {
  test('a hole is declared when it was open for holeMs, and late packets are told from copies', () => {
    const one = new RecordedArbiter({ holeMs: 10 });
    one.at(5).a(1, 4);
    expect(one.dueMs).toBe(15);
    expect(one.at(14.999).told()).toEqual(['1A']);
    expect(one.at(15).told()).toEqual(['gap 2 x2 timer', '4A']);
    expect(one.gaps).toEqual([
      { first: 2, count: 2, noticedBy: 'timer', cause: 'timer', sinceNs: 5e6, noticedNs: 15e6 },
    ]);
    expect(one.dueMs).toBe(Infinity);
    expect(one.b(3)).toBe(Verdict.Late);
    expect(one.a(3)).toBe(Verdict.Duplicate);
    expect(one.b(4)).toBe(Verdict.Duplicate);
    expect(one.told()).toEqual(['late 3B']);
    const { gaps, missing, gapsByCause, late } = one.arbiter.counts;
    expect({ gaps, missing, late }).toEqual({ gaps: 1, missing: 2, late: 1 });
    expect(gapsByCause.timer).toBe(1);
    expect(one.unaccounted).toBe(0);
  });

  test('the second hole has its own time', () => {
    const one = new RecordedArbiter();
    one.at(0).a(2);
    one.at(4).a(4);
    one.at(6).a(6);
    expect(one.at(10).told()).toEqual(['gap 1 x1 timer', '2A']);
    expect(one.dueMs).toBe(14);
    one.b(3);
    expect(one.told()).toEqual(['3B', '4A']);
    expect(one.dueMs).toBe(16);
    expect(one.at(16).told()).toEqual(['gap 5 x1 timer', '6A']);
  });

  test('late packets are told from copies wherever the gap lies in the reach', () => {
    const one = new RecordedArbiter({ reach: 64 });
    for (let sequence = 1; sequence < 60; sequence++) one.a(sequence);
    one.a(75);
    one.at(10);
    expect([60, 64, 65, 66, 74].map((sequence) => one.b(sequence))).toEqual(
      Array.from({ length: 5 }, () => Verdict.Late),
    );
    expect([59, 60, 66, 75].map((sequence) => one.b(sequence))).toEqual(
      Array.from({ length: 4 }, () => Verdict.Duplicate),
    );
  });

  test('holes that are due together go together', () => {
    const one = new RecordedArbiter();
    one.a(2, 4);
    expect(one.at(60).told()).toEqual(['gap 1 x1 timer', '2A', 'gap 3 x1 timer', '4A']);
  });

  test('a hole that is filled in part keeps its time', () => {
    const one = new RecordedArbiter();
    one.at(0).a(3);
    one.at(9).b(1);
    expect(one.at(10).told()).toEqual(['1B', 'gap 2 x1 timer', '3A']);
  });
});

describe('both legs passed', () => {
  test('legs that keep their order: the first later packet of the second leg says it', () => {
    const one = new RecordedArbiter({ bothPassedBy: 1 });
    one.a(1, 3);
    one.b(1);
    expect(one.told()).toEqual(['1A']);
    expect(one.b(3)).toBe(Verdict.Duplicate);
    expect(one.told()).toEqual(['gap 2 x1 both-passed', '3A']);
    expect(one.gaps[0]?.noticedBy).toBe('sequence');
  });

  test('one leg alone does not say it', () => {
    const one = new RecordedArbiter({ bothPassedBy: 1 });
    one.a(1, 3, 4, 5, 6);
    expect(one.told()).toEqual(['1A']);
  });

  test('legs whose packets are overtaken have to be farther on', () => {
    const one = new RecordedArbiter({ bothPassedBy: 3 });
    one.a(2, 3, 4);
    one.b(2, 3);
    expect(one.told()).toEqual([]);
    one.b(4);
    expect(one.told()).toEqual(['gap 1 x1 both-passed', '2A', '3A', '4A']);
  });

  test('counts from the last sequence of the hole', () => {
    const one = new RecordedArbiter({ bothPassedBy: 2 });
    one.a(4);
    one.b(4);
    expect(one.told()).toEqual([]);
    one.a(5);
    one.b(5);
    expect(one.told()).toEqual(['gap 1 x3 both-passed', '4A', '5A']);
  });

  test('0 leaves it to the timer and the window', () => {
    const one = new RecordedArbiter({ bothPassedBy: 0 });
    one.a(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    one.b(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    expect(one.told()).toEqual([]);
  });
});

describe('window', () => {
  test('full: the first hole goes, what is behind it is delivered', () => {
    const one = new RecordedArbiter({ windowPackets: 3 });
    one.a(2, 4, 5);
    expect(one.told()).toEqual([]);
    expect(one.a(7)).toBe(Verdict.Held);
    expect(one.told()).toEqual(['gap 1 x1 window-full', '2A']);
    expect(one.arbiter.counts).toMatchObject({ held: 3, heldMax: 3 });
    expect(one.unaccounted).toBe(0);
  });

  test('full: a packet before all held ones ends its hole', () => {
    const one = new RecordedArbiter({ windowPackets: 2 });
    one.a(6, 7);
    expect(one.b(4)).toBe(Verdict.Delivered);
    expect(one.told()).toEqual(['gap 1 x3 window-full', '4B']);
    one.b(5);
    expect(one.told()).toEqual(['5B', '6A', '7A']);
  });

  test('a packet larger than a slot waits for nothing', () => {
    const one = new RecordedArbiter({ packetBytesMax: 64 });
    one.sized('A', 2, 64);
    expect(one.sized('A', 4, 65)).toBe(Verdict.Delivered);
    expect(one.told()).toEqual([
      'gap 1 x1 packet-too-large',
      '2A',
      'gap 3 x1 packet-too-large',
      '4A',
    ]);
    expect(one.unaccounted).toBe(0);
  });

  test('a large packet in its turn needs no slot', () => {
    const one = new RecordedArbiter({ packetBytesMax: 64 });
    expect(one.sized('A', 1, 9_000)).toBe(Verdict.Delivered);
  });
});

describe('skipTo', () => {
  test('declares what is missing before the sequence and delivers what is held', () => {
    const one = new RecordedArbiter();
    one.a(1, 3, 90_000_000);
    expect(one.arbiter.counts.discarded.outOfWindow).toBe(1);
    one.arbiter.skipTo(90_000_000, 0);
    one.a(90_000_000);
    const skipped = [`gap 4 x${90_000_000 - 4} skipped`, '90000000A'];
    expect(one.told()).toEqual(['1A', 'gap 2 x1 skipped', '3A', ...skipped]);
    one.arbiter.skipTo(5, 0);
    expect(one.told()).toEqual([]);
    expect(one.b(89_999_999)).toBe(Verdict.Late);
  });
});
