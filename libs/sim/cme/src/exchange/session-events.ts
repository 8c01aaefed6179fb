/** What an exchange says besides orders and trades: openings, halts, settlements, limits. */
import {
  MDEntryTypeDailyStatistics,
  MDEntryTypeStatistics,
  SecurityTradingStatus,
} from '@tickwire/wire-mdp3/messages';
import type { Random } from '@tickwire/sim-kit';
import type { EventDraft } from './event-draft.ts';
import type { Market } from './market.ts';
import { WALK_TICKS } from './order-flow.ts';

const INTEREST_MAX = 500_000;

/** States of all instruments of a security group. */
export function changeStatus(
  group: readonly Market[],
  status: SecurityTradingStatus,
  draft: EventDraft,
): void {
  for (const market of group) market.status = status;
  const { securityGroup, asset } = group[0]!.instrument;
  const isHalt = status === SecurityTradingStatus.TradingHalt;
  draft.statuses.push({ securityGroup, asset, status, isHalt });
}

/** The day's settlement, cleared volume and open interest. */
export function settle(market: Market, random: Random, draft: EventDraft): void {
  const { statistics, instrument } = market;
  const best = market.bids.bestTicks ?? instrument.openTicks;
  statistics.settlementTicks = best;
  statistics.clearedVolume = random.below(INTEREST_MAX);
  statistics.openInterest = random.below(INTEREST_MAX);
  const price = market.priceOf(best);
  const type = MDEntryTypeDailyStatistics;
  draft.daily.push({ market, type: type.SettlementPrice, price, size: null });
  draft.daily.push({
    ...{ market, type: type.ClearedVolume, price: null },
    size: statistics.clearedVolume,
  });
  draft.daily.push({
    ...{ market, type: type.OpenInterest, price: null },
    size: statistics.openInterest,
  });
}

/** Price limits around where the market opened. */
export function setLimits(market: Market, random: Random, draft: EventDraft): void {
  const { openTicks } = market.instrument;
  const reach = WALK_TICKS * 2 + random.below(WALK_TICKS);
  market.statistics.limits = { lowTicks: openTicks - reach, highTicks: openTicks + reach };
  draft.limits.push(market);
}

/** What follows from the trades and levels of an event for volume and session statistics. */
export function followSession(draft: EventDraft): void {
  for (const { market, quantity, price } of draft.trades) {
    if (!draft.volumes.includes(market)) draft.volumes.push(market);
    const { statistics, instrument } = market;
    statistics.volume += quantity;
    const ticks = price / instrument.tick;
    const tell = (type: MDEntryTypeStatistics): void => {
      draft.statistics.push({ market, type, price });
    };
    if (statistics.openTicks === undefined) {
      statistics.openTicks = ticks;
      tell(MDEntryTypeStatistics.OpenPrice);
    }
    if (ticks > (statistics.highTicks ?? -Infinity)) {
      statistics.highTicks = ticks;
      tell(MDEntryTypeStatistics.HighTrade);
    }
    if (ticks < (statistics.lowTicks ?? Infinity)) {
      statistics.lowTicks = ticks;
      tell(MDEntryTypeStatistics.LowTrade);
    }
  }
  for (const market of new Set(draft.levels.map((entry) => entry.market))) {
    followQuotes(market, draft);
  }
}

function followQuotes(market: Market, draft: EventDraft): void {
  const { statistics } = market;
  const bid = market.bids.bestTicks;
  if (bid !== undefined && bid > (statistics.highBidTicks ?? -Infinity)) {
    statistics.highBidTicks = bid;
    const type = MDEntryTypeStatistics.HighestBid;
    draft.statistics.push({ market, type, price: market.priceOf(bid) });
  }
  const offer = market.asks.bestTicks;
  if (offer !== undefined && offer < (statistics.lowOfferTicks ?? Infinity)) {
    statistics.lowOfferTicks = offer;
    const type = MDEntryTypeStatistics.LowestOffer;
    draft.statistics.push({ market, type, price: market.priceOf(offer) });
  }
}

/** Statistics of a market again, for readers that have none. */
export function restateStatistics(market: Market, draft: EventDraft): void {
  const { statistics: known } = market;
  const type = MDEntryTypeStatistics;
  const told: [MDEntryTypeStatistics, number | undefined][] = [
    [type.OpenPrice, known.openTicks],
    [type.HighTrade, known.highTicks],
    [type.LowTrade, known.lowTicks],
    [type.HighestBid, known.highBidTicks],
    [type.LowestOffer, known.lowOfferTicks],
  ];
  for (const [entryType, ticks] of told) {
    if (ticks === undefined) continue;
    draft.statistics.push({ market, type: entryType, price: market.priceOf(ticks) });
  }
  if (known.volume > 0) draft.volumes.push(market);
  if (known.limits !== undefined) draft.limits.push(market);
}
