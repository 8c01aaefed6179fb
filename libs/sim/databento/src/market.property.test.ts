// Same seed, same bytes, however time is cut into steps; another seed, others.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulatedInstruments } from './instruments.ts';
import { SeededDbnMarket } from './market.ts';
import { RecordLog } from './record-log.ts';
import { MADE_SCHEMAS } from './schema-codes.ts';

const OPENS_AT_MS = Date.UTC(2026, 2, 4, 14, 30);

function bytesOf(seed: string, events: number): Uint8Array {
  const log = new RecordLog(2 ** 26);
  const instruments = simulatedInstruments({ count: 3, opensAtMs: OPENS_AT_MS });
  const market = new SeededDbnMarket({
    ...{ seed, instruments, opensAtMs: OPENS_AT_MS, rate: 1_000, log },
    schemas: new Set(MADE_SCHEMAS),
  });
  while (market.events < events) market.step();
  const segment = log.segmentOf(0);
  return segment?.bytes.slice(0, segment.start(segment.end)) ?? new Uint8Array(0);
}

test('a market that left time out by a clock finer than 1 ns goes on', () => {
  const log = new RecordLog(0);
  const instruments = simulatedInstruments({ count: 1, opensAtMs: OPENS_AT_MS });
  const market = new SeededDbnMarket({
    ...{ seed: '1', instruments, opensAtMs: OPENS_AT_MS, rate: 1_000, log },
    schemas: new Set(MADE_SCHEMAS),
  });
  market.skipTo(5_000_000_000.25);
  market.step();
  expect([market.events, log.numberAt(5_000_000_001) < log.end]).toEqual([1, true]);
});

test('the same seed gives the same bytes', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 300 }), (seed, events) => {
      const bytes = bytesOf(seed, events);
      expect(bytes.length).toBeGreaterThan(0);
      expect(Buffer.compare(bytes, bytesOf(seed, events))).toBe(0);
      expect(Buffer.compare(bytes, bytesOf(`${seed}.`, events))).not.toBe(0);
    }),
    { seed: 20260304, numRuns: 30 },
  );
});
