// Goal: what was sent comes once and in the order of its stream, whatever ends, skips or replays;
// and what no replay brings is told to the number.
// Method: a model of the gateway over a seeded log; the log itself is the oracle.
import { seededRandom, testSeed } from '@tickwire/testing';
import { describe, expect, test } from 'vitest';
import { marketLog } from '../test/market-log.ts';
import type { LoggedRecord } from '../test/market-log.ts';
import { ModelRun } from '../test/model-gateway.ts';
import type { ModelFaults } from '../test/model-gateway.ts';
import { ReplayMerge } from './replay-merge.ts';

const CALM: ModelFaults = { disconnects: 0, skips: 0, silentSkips: 0, omittedShare: 0 };
const ALL = { disconnects: 0.1, skips: 0.05, silentSkips: 0.05 };
const RUNS = 40;

function ordered(log: readonly LoggedRecord[], places: readonly number[]): Map<number, number[]> {
  const streams = new Map<number, number[]>();
  for (const place of places) {
    const { instrumentId } = log[place]!;
    const stream = streams.get(instrumentId) ?? [];
    stream.push(place);
    streams.set(instrumentId, stream);
  }
  return streams;
}

function run(
  seed: number,
  options: {
    faults: Partial<ModelFaults>;
    isRepeating?: boolean;
    heldBytesMax?: number;
    sequences?: 'of-instrument' | 'unknown';
  },
) {
  const random = seededRandom(seed);
  const { faults, isRepeating = true, heldBytesMax = 1e6, sequences = 'of-instrument' } = options;
  const log = marketLog(random, { records: 2_000, instruments: 7, isRepeating });
  const model = new ModelRun(log, random, {
    ...{ faults: { ...CALM, ...faults }, sequences, heldBytesMax },
  });
  model.run();
  const { counts, held } = model.merge;
  const { received, delivered, duplicates, notHeld, stale } = counts;
  expect(received, `seed ${seed}`).toBe(delivered + duplicates + notHeld + stale + held);
  expect(model.delivered, `seed ${seed}`).toHaveLength(delivered);
  return { log, ...model, counts, seed };
}

describe('each record once, in order', () => {
  test.each<[string, Parameters<typeof run>[1]]>([
    ['without a fault', { faults: {} }],
    ['over disconnects', { faults: { disconnects: 0.1 } }],
    ['over skips that are told', { faults: { skips: 0.1 }, sequences: 'unknown' }],
    ['over skips that sequences show', { faults: { silentSkips: 0.1 }, isRepeating: false }],
    ['over all of them', { faults: ALL, isRepeating: false }],
    ['with no room to hold', { faults: { skips: 0.1, disconnects: 0.05 }, heldBytesMax: 480 }],
  ])('%s', (_name, options) => {
    for (let seed = testSeed(), left = RUNS; left > 0; seed++, left--) {
      const { log, delivered, missing } = run(seed, options);
      const all = log.map(({ at }) => at);
      expect(ordered(log, delivered), `seed ${seed}`).toEqual(ordered(log, all));
      expect(missing, `seed ${seed}`).toEqual([]);
    }
  });
});

describe('records that replays leave out', () => {
  test('are told to the number, and nothing else is lost', () => {
    let omitted = 0;
    for (let seed = testSeed(), left = RUNS; left > 0; seed++, left--) {
      const faults = { disconnects: 0.1, skips: 0.05, omittedShare: 0.05 };
      const { log, delivered, missing, counts } = run(seed, { faults, isRepeating: false });
      const streams = ordered(log, delivered);
      for (const places of streams.values()) {
        expect(places, `seed ${seed}`).toEqual([...new Set(places)].sort((a, b) => a - b));
      }
      const have = new Set(delivered);
      const lost = log.filter(({ at, instrumentId }) => {
        // Sequences show what is missing between two records, not before the first.
        const stream = streams.get(instrumentId) ?? [];
        return !have.has(at) && at > (stream[0] ?? at) && at < (stream.at(-1) ?? at);
      });
      const told = missing.flatMap(({ instrumentId, missing: hole }) =>
        Array.from({ length: hole?.count ?? 0 }, (_, index) => {
          return `${instrumentId}:${((hole?.first ?? 0) + index) >>> 0}`;
        }),
      );
      const named = lost.map(({ instrumentId, sequence }) => `${instrumentId}:${sequence}`);
      expect(told.sort(), `seed ${seed}`).toEqual(named.sort());
      expect(counts.missing, `seed ${seed}`).toBe(lost.length);
      omitted += lost.length;
    }
    expect(omitted).toBeGreaterThan(0);
  });
});

describe('an outage that no replay reaches back to', () => {
  test('is told to the number at the next record of each instrument, and asks for nothing', () => {
    for (let seed = testSeed(), left = RUNS; left > 0; seed++, left--) {
      const log = marketLog(seededRandom(seed), {
        ...{ records: 900, instruments: 7, isRepeating: false },
      });
      const told = new Map<number, number>();
      const merge = new ReplayMerge({
        ...{ deliver: () => undefined, sequences: 'of-instrument', overlapMs: 1_000 },
        ...{ heldBytesMax: 1e6, streamsMax: 1_000 },
        missing: ({ instrumentId, missing }) => {
          told.set(instrumentId, (told.get(instrumentId) ?? 0) + (missing?.count ?? 0));
        },
      });
      const give = (session: number, records: readonly LoggedRecord[]): void => {
        for (const record of records) {
          merge.take(session, record, record.ts);
          expect(merge.isSuspended, `seed ${seed}`).toBe(false);
        }
      };
      merge.lead(1, undefined);
      give(1, log.slice(0, 300));
      merge.end(1);
      merge.giveUp();
      merge.lead(2, undefined);
      give(2, log.slice(600));
      const lost = new Map<number, number>();
      const isKnown = (part: readonly LoggedRecord[], id: number): boolean =>
        part.some(({ instrumentId }) => instrumentId === id);
      for (const { instrumentId } of log.slice(300, 600)) {
        if (!isKnown(log.slice(0, 300), instrumentId)) continue;
        if (!isKnown(log.slice(600), instrumentId)) continue;
        lost.set(instrumentId, (lost.get(instrumentId) ?? 0) + 1);
      }
      expect([...told].sort(), `seed ${seed}`).toEqual([...lost].sort());
      expect([merge.counts.delivered, merge.held], `seed ${seed}`).toEqual([600, 0]);
    }
  });
});
