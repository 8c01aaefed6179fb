import { describe, expect, test } from 'vitest';
import { ABSENT, AssetClass, INSTRUMENT_ALL, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { Action, Side, TickFlag, TickKind, TickView, describeTick, tickKindOf } from './index.ts';

const entry: DirectoryEntry = {
  index: 3,
  vendor: 'kucoin',
  venue: 'KUCOIN',
  symbol: 'BTC-USDT',
  canonicalSymbol: 'BTC/USDT',
  assetClass: AssetClass.Spot,
  currency: 'USDT',
  priceExp: -1,
  sizeExp: -8,
  markExp: -1,
  textForm: TextForm.Stripped,
  tickSize: 1,
  lotSize: 1,
  multiplierE9: ABSENT,
  expirySec: ABSENT,
  supersedes: SUPERSEDES_NONE,
};

function fresh(kind: TickKind): TickView {
  const tick = new TickView().wrap(new DataView(new ArrayBuffer(64)), 0).begin(kind);
  tick.instrument = 3;
  return tick;
}

describe('describeTick', () => {
  test('shows exact decimals, names and stamps', () => {
    const tick = fresh(TickKind.Trade);
    tick.setTsEvent(0x17a1_b2c3, 7);
    tick.setSideAction(Side.Bid, Action.Trade);
    tick.flags = TickFlag.Last | TickFlag.Replayed;
    tick.price = 679_933;
    tick.size = 121_427_407;
    tick.setTradeId(1, 0);
    expect(describeTick(tick, entry)).toMatchObject({
      kind: 'TRADE',
      symbol: 'BTC-USDT',
      tsEvent: ((0x17a1b2c3n << 32n) | 7n).toString(),
      side: 'bid',
      action: 'trade',
      flags: ['LAST', 'REPLAYED'],
      price: '67993.3',
      size: '1.21427407',
      tradeId: '4294967296',
    });
  });

  test('shows mantissas, never guesses, when the instrument is unknown', () => {
    const tick = fresh(TickKind.Quote);
    tick.bidPrice = 5;
    tick.askPrice = ABSENT;
    const shown = describeTick(tick, undefined);
    expect(shown.bidPriceMantissa).toBe(5);
    expect(shown).not.toHaveProperty('askPrice');
    expect(shown).not.toHaveProperty('tsEvent');
  });

  test('names the other tick of a move between rings, and nothing as missing', () => {
    const tick = fresh(TickKind.Stream);
    tick.setFirstMissing(1, 5);
    tick.setMissingCount(0xabc, 0x1234_5678);
    tick.setStream({ state: 5, previousState: 1, reason: 14, scope: 0 });
    expect(describeTick(tick, undefined)).toMatchObject({
      reason: 'moved-out',
      otherRingId: '00000abc12345678',
      otherPosition: '4294967301',
    });
    expect(describeTick(tick, undefined)).not.toHaveProperty('missingCount');
  });

  test('names the states of a stream and unknown counts', () => {
    const tick = fresh(TickKind.Stream);
    tick.instrument = INSTRUMENT_ALL;
    tick.setStream({ state: 3, previousState: 1, reason: 4, scope: 2 });
    tick.setMissingCount(0xffff_ffff, 0xffff_ffff);
    tick.setFromTs(0xffff_ffff, 0xffff_ffff);
    expect(describeTick(tick, entry)).toMatchObject({
      instrument: 'all',
      state: 'gap',
      previousState: 'live',
      reason: 'sequence-gap',
      scope: 'ring',
      missingCount: 'unknown',
    });
  });

  test.each(Object.entries(TickKind))('describes every kind: %s', (_name, kind) => {
    const shown = describeTick(fresh(kind), entry);
    expect(tickKindOf(String(shown.kind))).toBe(kind);
    expect(() => JSON.stringify(shown)).not.toThrow();
  });
});
