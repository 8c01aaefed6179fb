// Goal: a quiet channel is told from a dead one, and a loss at its end is noticed. Method: packets,
// heartbeats and times by hand.
import { describe, expect, test } from 'vitest';
import { RecordedArbiter } from '../test/recorded-arbiter.ts';

describe('heartbeats', () => {
  test('a sequence that nothing came after is missed by the heartbeat', () => {
    const one = new RecordedArbiter({ holeMs: 10 });
    one.a(1);
    expect(one.at(1_000).heartbeat('A', 3)).toBe(true);
    expect(one.dueMs).toBe(1_010);
    one.at(1_005).heartbeat('B', 3);
    one.b(2);
    expect(one.at(1_010).told()).toEqual(['1A', '2B', 'gap 3 x1 timer']);
    expect(one.arbiter.nextSequence).toBe(4);
    expect(one.dueMs).toBe(Infinity);
    expect(one.arbiter.counts.legs[0]).toMatchObject({ heartbeats: 1, received: 1, lastNs: 1e9 });
  });

  test('both legs past it by their heartbeats: no wait', () => {
    const one = new RecordedArbiter({ bothPassedBy: 1 });
    one.heartbeat('A', 2);
    expect(one.told()).toEqual([]);
    one.heartbeat('B', 2);
    expect(one.told()).toEqual(['gap 1 x2 both-passed']);
  });

  test('what is held before the announced end is delivered between the gaps', () => {
    const one = new RecordedArbiter();
    one.at(0).heartbeat('A', 4);
    one.at(3).b(2);
    expect(one.at(10).told()).toEqual(['gap 1 x1 timer', '2B', 'gap 3 x2 timer']);
  });

  test('a later announcement has its own time, once the earlier one is done', () => {
    const one = new RecordedArbiter();
    one.at(0).heartbeat('A', 1);
    one.at(4).b(1);
    one.at(20).heartbeat('A', 2);
    expect(one.told()).toEqual(['1B']);
    expect(one.dueMs).toBe(30);
  });

  test('says nothing when all of it is here, or when nothing was sent', () => {
    const one = new RecordedArbiter();
    one.heartbeat('A', 0);
    one.a(1, 2);
    one.heartbeat('B', 2);
    one.heartbeat('B', 1);
    expect(one.dueMs).toBe(Infinity);
  });

  test('is out of the window beyond the reach', () => {
    const one = new RecordedArbiter({ reach: 64 });
    expect(one.heartbeat('A', 64)).toBe(true);
    expect(one.heartbeat('A', 65)).toBe(false);
  });

  test('may be the first that is heard: the next sequence is behind it', () => {
    const one = new RecordedArbiter();
    one.reset(undefined, 'deliver');
    one.heartbeat('B', 41);
    one.a(43, 42);
    expect(one.told()).toEqual(['42A', '43A']);
  });
});

describe('silence', () => {
  const QUIET = { heartbeatMs: 100, heartbeatGraceMs: 20 };

  test('is told once per leg and once for the channel, until something comes', () => {
    const one = new RecordedArbiter(QUIET);
    one.at(10).a(1);
    one.at(50).b(1);
    expect(one.told({ live: true })).toEqual(['live A', '1A', 'live B']);
    expect(one.dueMs).toBe(130);
    expect(one.at(129).told()).toEqual([]);
    expect(one.at(130).told()).toEqual(['silent A']);
    expect(one.dueMs).toBe(170);
    expect(one.at(170).told()).toEqual(['silent B', 'channel silent']);
    expect(one.dueMs).toBe(Infinity);
    expect(one.at(9_000).told()).toEqual([]);
    one.b(2);
    expect(one.told({ live: true })).toEqual(['live B', '2B']);
    expect(one.at(9_120).told()).toEqual(['silent B', 'channel silent']);
  });

  test('heartbeats keep a leg live', () => {
    const one = new RecordedArbiter(QUIET);
    for (let ms = 0; ms < 1_000; ms += 100) {
      one.at(ms).heartbeat('A', 0);
      one.heartbeat('B', 0);
    }
    expect(one.told({ live: true })).toEqual(['live A', 'live B']);
  });

  test('a packet that is read after a later one does not make its leg older', () => {
    const one = new RecordedArbiter(QUIET);
    one.at(50).b(1);
    one.a(1);
    one.nowMs = 10;
    one.a(2);
    expect(one.dueMs).toBe(170);
  });

  test('a leg that never brings anything is silent from the start', () => {
    const one = new RecordedArbiter({ ...QUIET, startNs: 5e6 });
    expect(one.dueMs).toBe(125);
    one.at(60).a(1);
    expect(one.at(125).told()).toEqual(['1A', 'silent B']);
  });

  test('the grace is a tenth when none is given; without heartbeats nobody is silent', () => {
    expect(new RecordedArbiter({ heartbeatMs: 100 }).dueMs).toBe(110);
    expect(new RecordedArbiter().dueMs).toBe(Infinity);
  });
});
