// Goal: each rule of arbitration on its own. Method: packets by hand, and what the sink is told.
import { describe, expect, test } from 'vitest';
import { RecordedArbiter } from '../test/recorded-arbiter.ts';
import { ARBITER_CELLS, ArbitrationError, LegArbiter, Verdict } from './index.ts';
import type { ArbiterOptions } from './index.ts';

describe('two legs', () => {
  test('each sequence is delivered once, from the leg that brings it first', () => {
    const one = new RecordedArbiter();
    one.a(1);
    one.b(1, 2);
    one.a(2, 3);
    expect(one.told()).toEqual(['1A', '2B', '3A']);
    const { delivered, duplicates, held, legs } = one.arbiter.counts;
    expect({ delivered, duplicates, held }).toEqual({ delivered: 3, duplicates: 2, held: 0 });
    expect(legs[0]).toMatchObject({ received: 3, first: 2, duplicate: 1, bytes: 12 });
    expect(legs[1]).toMatchObject({ received: 2, first: 1, duplicate: 1, lastSequence: 2 });
    expect(one.unaccounted).toBe(0);
  });

  test('what one leg lost comes from the other, in order, with the bytes and times of each', () => {
    const one = new RecordedArbiter();
    one.a(1);
    one.nowMs = 1;
    expect(one.a(4, 3)).toBe(Verdict.Held);
    expect(one.arbiter.counts).toMatchObject({ held: 2, heldMax: 2, heldBytes: 8 });
    one.nowMs = 2;
    expect(one.b(1, 2)).toBe(Verdict.Delivered);
    expect(one.told()).toEqual(['1A', '2B', '3A', '4A']);
    expect(one.delivered.map(({ recvNs }) => recvNs)).toEqual([0, 2e6, 1e6, 1e6]);
    expect(one.delivered.map(({ recvWall }) => recvWall.hi)).toEqual([7, 7, 7, 7]);
    expect(one.arbiter.counts).toMatchObject({ held: 0, heldMax: 2, heldBytes: 0, gaps: 0 });
    expect(one.unaccounted).toBe(0);
  });

  test('a packet that is held already is a duplicate', () => {
    const one = new RecordedArbiter();
    one.a(3);
    expect(one.b(3)).toBe(Verdict.Duplicate);
    expect(one.unaccounted).toBe(0);
  });

  test('without a first sequence the first packet says it; what was before is out of the window', () => {
    const arbiter = new LegArbiter({ startNs: 0 }, new RecordedArbiter());
    expect(arbiter.nextSequence).toBeUndefined();
    const one = new RecordedArbiter();
    one.reset(undefined, 'deliver');
    one.a(700, 701);
    expect(one.b(699)).toBe(Verdict.OutOfWindow);
    expect(one.told()).toEqual(['700A', '701A']);
    expect(one.arbiter.counts.discarded.outOfWindow).toBe(1);
    expect(one.unaccounted).toBe(0);
  });

  test.each([
    [-65, Verdict.OutOfWindow],
    [-64, Verdict.Duplicate],
    [-1, Verdict.Duplicate],
    [0, Verdict.Delivered],
    [63, Verdict.Held],
    [64, Verdict.OutOfWindow],
  ])('reach 64: %i from the next one', (steps, verdict) => {
    const one = new RecordedArbiter({ reach: 64, firstSequence: 100 });
    for (let sequence = 100; sequence < 200; sequence++) one.a(sequence);
    expect(one.b(200 + steps)).toBe(verdict);
    expect(one.unaccounted).toBe(0);
  });
});

describe('wrap', () => {
  test('behind the last sequence comes 1', () => {
    const one = new RecordedArbiter({ firstSequence: 2 ** 32 - 2 });
    one.a(2 ** 32 - 2, 1, 2);
    one.b(2 ** 32 - 2, 2 ** 32 - 1, 1);
    expect(one.told()).toEqual([`${2 ** 32 - 2}A`, `${2 ** 32 - 1}B`, '1A', '2A']);
    expect(one.b(0)).toBe(Verdict.BadSequence);
    expect(one.arbiter.counts.discarded.badSequence).toBe(1);
    expect(one.unaccounted).toBe(0);
  });

  test('or 0, and a gap may lie across it', () => {
    const one = new RecordedArbiter({ firstSequence: 2 ** 32 - 2, wrapTo: 0, bothPassedBy: 1 });
    one.a(2);
    one.b(2);
    expect(one.told()).toEqual([`gap ${2 ** 32 - 2} x4 both-passed`, '2A']);
    expect(one.b(0)).toBe(Verdict.Late);
    expect(one.arbiter.nextSequence).toBe(3);
  });
});

describe('options', () => {
  test.each<[string, Partial<ArbiterOptions>]>([
    ['windowPackets', { windowPackets: 0 }],
    ['windowPackets', { windowPackets: 1.5 }],
    ['windowPackets × packetBytesMax', { windowPackets: 65_536, packetBytesMax: 65_536 }],
    ['packetBytesMax', { packetBytesMax: 65_537 }],
    ['holeMs', { holeMs: Number.NaN }],
    ['bothPassedBy', { bothPassedBy: -1 }],
    ['reach', { reach: 100 }],
    ['reach', { reach: 32 }],
    ['heartbeatMs', { heartbeatMs: 0 }],
    ['heartbeatGraceMs', { heartbeatMs: 1, heartbeatGraceMs: -1 }],
    ['sequence', { firstSequence: 0 }],
    ['cells', { cells: new Float64Array(3) }],
  ])('%s is checked: %o', (name, options) => {
    const make = (): RecordedArbiter => new RecordedArbiter(options);
    expect(make).toThrow(ArbitrationError);
    expect(make).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
    expect(make).toThrow(name);
  });
});

describe('counters', () => {
  test('go on in memory that outlived the process; what it held is discarded as killed', () => {
    const cells = new Float64Array(ARBITER_CELLS);
    const dead = new RecordedArbiter({ cells });
    dead.a(1, 3, 4);
    const next = new RecordedArbiter({ cells, firstSequence: 9 });
    expect(next.arbiter.counts).toMatchObject({ held: 0, heldBytes: 0, delivered: 1 });
    expect(next.arbiter.counts.discarded.killed).toBe(2);
    next.b(9);
    expect(next.arbiter.counts.delivered).toBe(2);
    expect(next.unaccounted).toBe(0);
  });
});
