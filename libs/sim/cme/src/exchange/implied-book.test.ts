// Goal: implied levels are what two of three markets make of the third. Method: a small market by
// hand, and a long run in which every implied level is looked for in the real books.
import { createRandom } from '@tickwire/sim-kit';
import { testSeed } from '@tickwire/testing';
import { MDUpdateAction } from '@tickwire/wire-mdp3/messages';
import { describe, expect, test } from 'vitest';
import { ChannelExchange } from './channel-exchange.ts';
import { EventDraft } from './event-draft.ts';
import { ImpliedBooks } from './implied-book.ts';
import { listInstruments } from './list-instruments.ts';
import { Market } from './market.ts';
import type { ImpliedLevel, NewOrder } from './market.ts';
import type { PriceLevel } from './order-book.ts';

const bid = (ticks: number, quantity: number): NewOrder => ({ isBid: true, ticks, quantity });
const offer = (ticks: number, quantity: number): NewOrder => ({ isBid: false, ticks, quantity });

/** Two futures and the spread between them, with what has been told of implied levels. */
function threeMarkets() {
  let number = 0;
  const next = (): number => (number += 1);
  const numbers = { nextOrderId: next, nextPriority: next, nextTradeId: next };
  const listed = listInstruments({ channelId: 310, count: 9 });
  const [near, far, spread] = [listed[0]!, listed[1]!, listed[8]!].map(
    (instrument) => new Market(instrument, numbers),
  ) as [Market, Market, Market];
  const markets = [near, far, ...listed.slice(2, 8).map((of) => new Market(of, numbers)), spread];
  const books = new ImpliedBooks(markets);
  const enter = (market: Market, order: NewOrder): EventDraft => {
    const draft = new EventDraft();
    market.enter(order, draft);
    books.update(draft);
    return draft;
  };
  return { near, far, spread, enter };
}

const told = ({ implied }: EventDraft) =>
  implied.map(({ market, action, isBid, level, size }) => [
    ...[market.instrument.symbol, action, isBid, level, size],
  ]);

describe('implied levels', () => {
  test('of a spread follow from its legs', () => {
    const { near, far, spread, enter } = threeMarkets();
    enter(near, bid(100, 5));
    const draft = enter(far, offer(90, 3));
    expect(spread.impliedBids).toEqual([{ ticks: 10, quantity: 3 }]);
    expect(told(draft)).toEqual([[spread.instrument.symbol, MDUpdateAction.New, true, 1, 3]]);
  });

  test('of a leg follow from the spread and the other leg', () => {
    const { near, far, spread, enter } = threeMarkets();
    enter(spread, bid(10, 4));
    enter(far, bid(88, 2));
    expect(near.impliedBids).toEqual([{ ticks: 98, quantity: 2 }]);
    enter(near, offer(97, 1));
    // A real offer at 97 would have traded with an implied bid at 98.
    expect(near.impliedBids).toEqual([]);
  });

  test('that take the place of others are told as shifts, changes and overlays', () => {
    const { near, far, spread, enter } = threeMarkets();
    const { symbol } = spread.instrument;
    enter(near, bid(100, 5));
    enter(far, offer(90, 3));
    expect(told(enter(near, bid(101, 2)))).toEqual([[symbol, MDUpdateAction.New, true, 1, 2]]);
    expect(spread.impliedBids).toEqual([
      { ticks: 11, quantity: 2 },
      { ticks: 10, quantity: 3 },
    ]);
    expect(told(enter(near, bid(101, 4)))).toEqual([[symbol, MDUpdateAction.Change, true, 1, 3]]);
    // The far leg's best is one less: both prices are one more, and there is more to trade.
    expect(told(enter(far, offer(89, 9)))).toEqual([
      [symbol, MDUpdateAction.New, true, 1, 6],
      [symbol, MDUpdateAction.Change, true, 2, 5],
    ]);
    expect(spread.impliedBids.map(({ ticks }) => ticks)).toEqual([12, 11]);
    // An order with another price than both of the legs' best: only the second level is new.
    expect(told(enter(near, bid(99, 1)))).toEqual([]);
  });

  test('are always made of real levels, and meet no other price', () => {
    const instruments = listInstruments({ channelId: 310, count: 15 });
    const exchange = new ChannelExchange({
      ...{ channelId: 310, instruments, seed: String(testSeed()), start: { hi: 1, lo: 1 } },
      ...{ activeShare: 1, take: () => undefined },
    });
    const random = createRandom(String(testSeed()));
    let looked = 0;
    let wrong = 0;
    for (let step = 1; step <= 10_000; step += 1) {
      exchange.step(step * 1_000);
      if (!random.chance(0.05)) continue;
      for (const spread of exchange.markets.filter(({ instrument }) => instrument.legs)) {
        const [near, far] = spread.instrument.legs!.map((at) => exchange.markets[at]!);
        wrong += notMadeOf(spread.impliedBids, near!.bids.levels, far!.asks.levels);
        wrong += notMadeOf(spread.impliedAsks, near!.asks.levels, far!.bids.levels);
        looked += spread.impliedBids.length + spread.impliedAsks.length;
      }
      for (const { bids, asks, impliedBids, impliedAsks } of exchange.markets) {
        const best = Math.max(bids.bestTicks ?? -Infinity, impliedBids[0]?.ticks ?? -Infinity);
        const ask = Math.min(asks.bestTicks ?? Infinity, impliedAsks[0]?.ticks ?? Infinity);
        if (best >= ask) wrong += 1;
      }
    }
    expect(wrong).toBe(0);
    expect(looked).toBeGreaterThan(1_000);
  });
});

/** How many levels are not the difference of a level of one and a level of the other. */
function notMadeOf(
  levels: readonly ImpliedLevel[],
  near: readonly PriceLevel[],
  far: readonly PriceLevel[],
): number {
  const made = new Map<number, number>();
  const pairs = [
    [near[0], far[0]],
    [near[1], far[0]],
  ] as const;
  for (const [one, other] of pairs) {
    if (one === undefined || other === undefined) continue;
    made.set(one.ticks - other.ticks, Math.min(one.quantity, other.quantity));
  }
  return levels.filter(({ ticks, quantity }) => made.get(ticks) !== quantity).length;
}
