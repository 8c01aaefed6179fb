import { describe, expect, test } from 'vitest';
import { InstrumentKind } from './listed-instrument.ts';
import { listInstruments } from './list-instruments.ts';

describe('a listing', () => {
  test('has as many as are asked for, with ids and symbols of their own', () => {
    const all = [310, 311].flatMap((channelId) => listInstruments({ channelId, count: 1_000 }));
    expect(all).toHaveLength(2_000);
    expect(new Set(all.map(({ securityId }) => securityId)).size).toBe(2_000);
    const symbols = all.slice(0, 1_000).map(({ symbol }) => symbol);
    expect(new Set(symbols).size).toBe(1_000);
    expect(Math.max(...symbols.map(({ length }) => length))).toBeLessThanOrEqual(20);
    expect(Math.max(...all.map(({ securityGroup }) => securityGroup.length))).toBeLessThanOrEqual(
      6,
    );
  });

  test.each([1, 3, 8, 9, 16, 24, 25, 26, 501])(
    'of %i names only instruments that it has',
    (count) => {
      const listed = listInstruments({ channelId: 310, count });
      expect(listed).toHaveLength(count);
      for (const { kind, legs, option } of listed) {
        if (kind === InstrumentKind.Spread) {
          for (const leg of legs!) expect(listed[leg]?.kind).toBe(InstrumentKind.Future);
        } else if (kind === InstrumentKind.Option) {
          expect(listed[option!.underlying]?.kind).toBe(InstrumentKind.Future);
        }
      }
    },
  );

  test('has prices that a double holds', () => {
    for (const { tick, openTicks, option } of listInstruments({ channelId: 310, count: 10_000 })) {
      expect(Number.isSafeInteger(tick * openTicks)).toBe(true);
      expect(Number.isSafeInteger(option?.strike ?? 0)).toBe(true);
    }
  });

  test.each([
    [{ channelId: 0, count: 1 }, 'channelId'],
    [{ channelId: 310, count: 0 }, 'count'],
    [{ channelId: 310, count: 10_001 }, 'count'],
  ])('is refused for %j', (of, field) => {
    expect(() => listInstruments(of)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', field }),
    );
  });
});
