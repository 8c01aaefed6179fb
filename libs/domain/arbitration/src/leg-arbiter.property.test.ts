// Goal: whatever two lines do to packets, each is delivered once in order or declared once, within
// the window. Method: random faults and windows; the oracle knows what was sent and walks along it.
import { testSeed } from '@tickwire/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSimulation } from '../test/line-simulation.ts';

const PACKETS = 400;

const share = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.6, noNaN: true }));
const legFaults = fc.record({
  loss: share,
  bursts: fc.double({ min: 0, max: 0.05, noNaN: true }),
  burstMax: fc.integer({ min: 1, max: 120 }),
  duplicates: share,
  reorder: share,
  reorderMax: fc.integer({ min: 1, max: 64 }),
  delayMsMax: fc.constantFrom(0, 1, 30),
});
const faults = fc.tuple(legFaults, legFaults);
const seed = fc.nat();
const intervalUs = fc.constantFrom(1, 50, 2_000);
const firstSequence = fc.constantFrom(1, 5_000, 2 ** 32 - 100);
const wrapTo = fc.constantFrom<(0 | 1)[]>(0, 1);

describe('two lines with faults', () => {
  test('each packet is delivered or declared, once and in order, within the window', () => {
    const window = fc.record({
      windowPackets: fc.constantFrom(1, 3, 64),
      packetBytesMax: fc.constantFrom(11, 12, 2_048),
      holeMs: fc.constantFrom(0, 1, 10),
      bothPassedBy: fc.constantFrom(0, 1, 8),
      heartbeatMs: fc.constant(1_000),
      wrapTo,
    });
    const check = fc.property(
      fc.record({ faults, seed, intervalUs, firstSequence, arbiter: window }),
      (options) => {
        const one = new LineSimulation({ packets: PACKETS, quietEvery: 150, ...options }).run();
        const { oracle, counts } = one;
        expect(oracle.mistakes).toEqual([]);
        expect(oracle.cursor).toBe(PACKETS);
        expect(oracle.delivered + oracle.declared).toBe(PACKETS);
        expect(oracle.noticedAfterNsMax).toBeLessThanOrEqual(options.arbiter.holeMs * 1e6);
        expect(counts).toMatchObject({ held: 0, heldBytes: 0, missing: oracle.declared });
        expect(counts.heldMax).toBeLessThanOrEqual(options.arbiter.windowPackets);
        if (options.arbiter.packetBytesMax < 12) expect(counts.heldMax).toBe(0);
        expect(one.unaccountedMax).toBe(0);
      },
    );
    fc.assert(check, { seed: testSeed() | 0, numRuns: 250 });
  });

  test('what one line brings is never declared while the window and the time suffice', () => {
    const arbiter = wrapTo.map((to) => ({
      windowPackets: PACKETS,
      holeMs: 500,
      bothPassedBy: 65,
      wrapTo: to,
    }));
    const check = fc.property(
      fc.record({ faults, seed, intervalUs: fc.constant(50), firstSequence, arbiter }),
      (options) => {
        const one = new LineSimulation({ packets: PACKETS, ...options }).run();
        const declared = [...one.oracle.fates.keys()].filter((at) => one.oracle.fates[at] === 2);
        expect(one.oracle.mistakes).toEqual([]);
        expect(declared).toEqual(one.lostOnBoth);
        expect(one.counts.late).toBe(0);
      },
    );
    fc.assert(check, { seed: testSeed() | 0, numRuns: 150 });
  });

  test('a reset in the middle: what is not delivered or declared came too late, and is counted', () => {
    const resetAt = fc.integer({ min: 1, max: PACKETS - 1 });
    const first = fc.constantFrom(200_000, 2 ** 31);
    const check = fc.property(
      fc.record({ faults, seed, intervalUs, firstSequence: first, resetAt }),
      (options) => {
        const one = new LineSimulation({ packets: PACKETS, ...options }).run();
        const { oracle, legs, outside } = one;
        expect(oracle.mistakes).toEqual([]);
        const silent = [...oracle.fates.keys()].filter((packet) => {
          const isLost = legs[0].lost[packet] === 1 && legs[1].lost[packet] === 1;
          const isTold = oracle.fates[packet] !== 0 && oracle.fates[packet] !== 4;
          return !isTold && outside[packet] !== 1 && !isLost;
        });
        expect(silent).toEqual([]);
        expect(one.unaccountedMax).toBe(0);
      },
    );
    fc.assert(check, { seed: testSeed() | 0, numRuns: 150 });
  });
});
