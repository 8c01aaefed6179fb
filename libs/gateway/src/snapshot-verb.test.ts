// Goal: requests become images at the pace of their ring, each asker is told once what became of
// what it asked for, and nothing is written after the end. Method: real rings, a session that
// writes as many ticks as it is told to, a clock of our own.
import {
  ABSENT,
  AssetClass,
  COUNTER_FILE_BYTES,
  CounterTable,
  SUPERSEDES_NONE,
  TextForm,
} from '@tickwire/core';
import type { SnapshotRefusal } from '@tickwire/domain-book';
import type { ControlRequest } from '@tickwire/io-bus';
import { createRing, formatRingId } from '@tickwire/io-rings';
import { FakeClock, temporaryDirectory } from '@tickwire/testing';
import { TickBatch, TickKind } from '@tickwire/wire-tick';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SnapshotVerb } from './snapshot-verb.ts';

const SLOTS = 8_192;
/** 5 % of the ring in 2 s. */
const TICKS_PER_SEC = 204.8;

interface Settled {
  readonly answer?: Readonly<Record<string, unknown>>;
  readonly reason?: string;
  readonly code?: string;
}

function setUp(options: { imageTicks?: number; symbols?: readonly string[] } = {}) {
  const { imageTicks = 100, symbols = ['A', 'B', 'C'] } = options;
  const dir = temporaryDirectory({ name: 'snapshot-verb', shared: true });
  const rings = ['acme.0', 'acme.1'].map((name) => {
    const ring = createRing({ dir, name, vendor: 'acme', slotCount: SLOTS });
    onTestFinished(() => ring.close());
    return ring;
  });
  for (const symbol of symbols) rings[0]?.append(entryOf(symbol));
  const home = new Map(symbols.map((symbol) => [symbol, 0]));
  const refusals = new Map<string, SnapshotRefusal>();
  const written: string[] = [];
  const batch = new TickBatch(imageTicks);
  for (let at = 0; at < imageTicks; at++) batch.add(TickKind.Level);
  const clock = new FakeClock();
  const stats = new CounterTable(new ArrayBuffer(COUNTER_FILE_BYTES));
  const imageRefusal = (symbol: string): SnapshotRefusal | undefined =>
    home.has(symbol) ? refusals.get(symbol) : 'UNKNOWN_INSTRUMENT';
  const verb = new SnapshotVerb({
    rings: { all: rings, homeOf: (symbol) => home.get(symbol) },
    session: {
      imageRefusal,
      writeImage(symbol, limits) {
        const refusal = imageRefusal(symbol);
        if (refusal !== undefined) return refusal;
        if (imageTicks > limits.ticksMax) return 'BOOK_TOO_LARGE';
        rings[home.get(symbol) ?? 0]?.publish(batch.bytes, imageTicks);
        written.push(symbol);
        return undefined;
      },
    },
    ...{ slotCount: SLOTS, stats, clock, timers: clock },
  });
  const ask = (body: unknown): Settled[] => {
    const settled: Settled[] = [];
    const request: ControlRequest = {
      verb: 'snapshot',
      body,
      answer: (answer) => settled.push({ answer }),
      refuse: (reason, { code }) => settled.push({ reason, code }),
    };
    verb.take(request);
    return settled;
  };
  const count = (name: string): number => stats.counter(`count/snapshots.${name}`).value;
  return { verb, ask, clock, rings, home, refusals, written, count };
}

const entryOf = (symbol: string) => ({
  ...{ vendor: 'acme', venue: '', symbol, canonicalSymbol: '', currency: '' },
  ...{ assetClass: AssetClass.Spot, textForm: TextForm.Stripped, supersedes: SUPERSEDES_NONE },
  ...{ priceExp: 0, sizeExp: 0, markExp: 0 },
  ...{ tickSize: ABSENT, lotSize: ABSENT, multiplierE9: ABSENT, expirySec: ABSENT },
});

describe('the snapshot verb', () => {
  test('answers at once in a quiet ring, by symbol and by index', () => {
    const { ask, rings, count } = setUp();
    const ringId = formatRingId(rings[0]?.ringId ?? { hi: 0, lo: 0 });
    expect(ask({ instruments: ['A', 2, 0, 99], ringId })).toEqual([
      {
        answer: {
          written: [
            { instrument: 'A', ring: 'acme.0', position: 0 },
            { instrument: 2, ring: 'acme.0', position: 100 },
          ],
          queued: [],
          refused: [0, 99].map((instrument) => ({
            instrument,
            code: 'UNKNOWN_INSTRUMENT',
            hint: expect.stringMatching(/directory/),
          })),
        },
      },
    ]);
    expect({ written: count('written'), ticks: count('ticks') }).toEqual({
      written: 2,
      ticks: 200,
    });
    expect(count('refused')).toBe(2);
  });

  test('goes at the pace of the ring, and says after a second what is still to come', () => {
    const { ask, clock, written } = setUp({ imageTicks: 1_000 });
    const first = ask({ instruments: ['A', 'B', 'C'] });
    // The burst is 1,024 ticks: one image, and the rest of it for a second one.
    expect(written).toEqual(['A', 'B']);
    clock.advance(990);
    expect(first).toEqual([]);
    clock.advance(20);
    expect(first).toMatchObject([{ answer: { queued: ['C'], refused: [] } }]);
    clock.advance(1_000);
    expect(written).toEqual(['A', 'B']);
    clock.advance((1_000 / TICKS_PER_SEC) * 1_000);
    expect(written).toEqual(['A', 'B', 'C']);
    expect(first).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test('follows a symbol into the ring that it has moved to meanwhile', () => {
    const { ask, clock, home, written } = setUp({ imageTicks: 1_000 });
    const settled = ask({ instruments: ['A', 'B', 'C'] });
    home.set('C', 1);
    clock.advance(10);
    expect(written).toEqual(['A', 'B', 'C']);
    expect(settled).toMatchObject([
      { answer: { written: [{}, {}, { instrument: 'C', ring: 'acme.1', position: 0 }] } },
    ]);
  });

  test('tells who waits that a book was lost meanwhile', () => {
    const { ask, clock, refusals } = setUp({ imageTicks: 1_000 });
    const settled = ask({ instruments: ['A', 'B', 'C'] });
    refusals.set('C', 'NOT_SYNCHRONISED');
    clock.advance(6_000);
    expect(settled).toMatchObject([{ answer: { queued: ['C'] } }]);
    expect(ask({ instruments: ['C'] })).toMatchObject([
      { answer: { refused: [{ instrument: 'C', code: 'NOT_SYNCHRONISED' }] } },
    ]);
    expect(clock.pending).toBe(0);
  });

  test('refuses an image of more than half the ring', () => {
    const { ask, rings } = setUp({ imageTicks: SLOTS / 2 + 1 });
    expect(ask({ instruments: ['A'] })).toMatchObject([
      { answer: { refused: [{ instrument: 'A', code: 'BOOK_TOO_LARGE' }] } },
    ]);
    expect(rings[0]?.position).toBe(0);
  });

  test('tells all who wait that the gateway stops, and writes nothing more', () => {
    const { verb, ask, clock, written } = setUp({ imageTicks: 1_000 });
    const settled = [ask({ instruments: ['A', 'B', 'C'] }), ask({ instruments: ['C'] })];
    verb.stop();
    expect(settled).toEqual([
      [{ reason: 'stopping', code: 'STOPPING' }],
      [{ reason: 'stopping', code: 'STOPPING' }],
    ]);
    clock.advance(60_000);
    expect(written).toEqual(['A', 'B']);
    expect(clock.pending).toBe(0);
  });

  test('refuses more requests than may wait', () => {
    const { ask } = setUp({ imageTicks: 1_000 });
    ask({ instruments: ['A', 'B', 'C'] });
    const settled = Array.from({ length: 300 }, () => ask({ instruments: ['C'] })).flat();
    expect(settled).toHaveLength(300 - 255);
    expect(settled[0]).toEqual({ reason: 'refused', code: 'TOO_MANY_REQUESTS' });
  });
});
