// Goal: a reset loses nothing silently. Method: holes, held packets, and a reset at any point.
import { describe, expect, test } from 'vitest';
import { RecordedArbiter } from '../test/recorded-arbiter.ts';
import { Verdict } from './index.ts';

describe('reset', () => {
  test('delivers what is held, with a gap for each hole', () => {
    const one = new RecordedArbiter();
    one.a(1, 3, 6);
    one.heartbeat('A', 8);
    one.reset(1, 'deliver');
    expect(one.told()).toEqual([
      '1A',
      'gap 2 x1 reset',
      '3A',
      'gap 4 x2 reset',
      '6A',
      'gap 7 x2 reset',
    ]);
    one.a(1, 2);
    expect(one.told()).toEqual(['1A', '2A']);
    expect(one.dueMs).toBe(Infinity);
    expect(one.unaccounted).toBe(0);
  });

  test('or discards it, counted, in one gap', () => {
    const one = new RecordedArbiter();
    one.a(1, 3, 6);
    one.reset(1, 'discard');
    expect(one.told()).toEqual(['1A', 'gap 2 x5 reset']);
    expect(one.arbiter.counts).toMatchObject({ held: 0, heldBytes: 0, discarded: { reset: 2 } });
    expect(one.unaccounted).toBe(0);
  });

  test('forgets what was delivered: the same sequences are new', () => {
    const one = new RecordedArbiter();
    one.a(1, 2, 3);
    one.reset(1, 'deliver');
    expect(one.b(1)).toBe(Verdict.Delivered);
    expect(one.b(1)).toBe(Verdict.Duplicate);
  });

  test('what is before the new first sequence is out of the window, whatever it was before', () => {
    const one = new RecordedArbiter();
    one.a(1, 2, 3, 4);
    one.reset(1_000, 'deliver');
    expect(one.b(999)).toBe(Verdict.OutOfWindow);
    expect(one.b(1_000)).toBe(Verdict.Delivered);
  });

  test('forgets how far the legs were', () => {
    const one = new RecordedArbiter({ bothPassedBy: 1 });
    one.a(1, 2, 3, 5);
    one.b(1, 2, 3, 5);
    one.reset(1, 'deliver');
    one.told();
    one.a(2);
    expect(one.told()).toEqual([]);
  });

  test('from inside of a delivery, with packets held behind it', () => {
    const one = new RecordedArbiter();
    one.a(2, 3, 5);
    one.onDeliver = (sequence) => {
      if (sequence === 2) one.reset(1, 'discard');
    };
    one.b(1);
    expect(one.told()).toEqual(['1B', '2A', 'gap 3 x3 reset']);
    one.b(1);
    expect(one.told()).toEqual(['1B']);
    expect(one.unaccounted).toBe(0);
  });

  test('from inside of a delivery that made room for a packet, which is judged anew', () => {
    const one = new RecordedArbiter({ windowPackets: 1 });
    one.a(2);
    one.onDeliver = (sequence) => {
      if (sequence === 2) one.reset(4, 'discard');
    };
    expect(one.a(4)).toBe(Verdict.Delivered);
    expect(one.told()).toEqual(['gap 1 x1 window-full', '2A', '4A']);
    expect(one.unaccounted).toBe(0);
  });

  test('from inside of a delivery that a skip caused: the new numbering is not skipped', () => {
    const one = new RecordedArbiter();
    one.a(2);
    one.onDeliver = (sequence) => {
      if (sequence === 2) one.reset(1, 'discard');
    };
    one.arbiter.skipTo(500, 0);
    expect(one.told()).toEqual(['gap 1 x1 skipped', '2A']);
    expect(one.arbiter.nextSequence).toBe(1);
  });

  test('old packets far from the new numbering are out of the window', () => {
    const one = new RecordedArbiter({ firstSequence: 900_000 });
    one.a(900_000);
    expect(one.a(1)).toBe(Verdict.OutOfWindow);
    one.reset(1, 'deliver');
    one.a(1);
    expect(one.b(900_001)).toBe(Verdict.OutOfWindow);
    expect(one.told()).toEqual(['900000A', '1A']);
    expect(one.unaccounted).toBe(0);
  });
});
