/** Snapshots of books by level (template 52): levels, implied levels, statistics. */
import { addNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { MESSAGE_HEADER_BYTES } from '@tickwire/wire-mdp3';
import type { Mdp3PacketWriter } from '@tickwire/wire-mdp3';
import {
  MDEntryType,
  OpenCloseSettlFlag,
  SettlPriceType,
  SnapshotFullRefresh52Encoder,
} from '@tickwire/wire-mdp3/messages';
import type { Market } from '../exchange/market.ts';
import type { ReportContext, ReportWriter } from './report-loop.ts';
import { tradeDateOf } from './trade-date.ts';

const ROOT_BYTES = 59;
const GROUP_HEADER_BYTES = 3;
const ENTRY_BYTES = 22;

interface SnapshotEntry {
  readonly type: MDEntryType;
  readonly ticks?: number | undefined;
  readonly size?: number | undefined;
  readonly orders?: number;
  readonly level?: number;
}

export class LevelSnapshots implements ReportWriter {
  readonly #start: Readonly<StampNs>;
  readonly #lastSequence: () => number;
  readonly #message = new SnapshotFullRefresh52Encoder();

  /** @param of.lastSequence - MsgSeqNum of the last incremental packet: it is in the books. */
  constructor(of: { readonly start: Readonly<StampNs>; readonly lastSequence: () => number }) {
    this.#start = of.start;
    this.#lastSequence = of.lastSequence;
  }

  sizes(market: Market): readonly number[] {
    const count = entriesOf(market).length;
    return [MESSAGE_HEADER_BYTES + ROOT_BYTES + GROUP_HEADER_BYTES + count * ENTRY_BYTES];
  }

  write(packet: Mdp3PacketWriter, market: Market, { atNs, total }: ReportContext): void {
    const now = this.#stamp(atNs);
    const updated = this.#stamp(market.lastUpdateNs);
    const message = this.#message.wrap(packet.view, packet.messageAt, packet.end);
    message.setLastMsgSeqNumProcessed(this.#lastSequence()).setTotNumReports(total);
    message.setSecurityID(market.instrument.securityId).setRptSeq(market.rptSeq);
    message.setTransactTimeWords(updated.hi, updated.lo);
    message.setLastUpdateTimeWords(updated.hi, updated.lo).setTradeDate(tradeDateOf(now));
    message.setMDSecurityTradingStatus(market.status);
    const { limits } = market.statistics;
    if (limits !== undefined) {
      message.highLimitPrice.setMantissa(market.priceOf(limits.highTicks));
      message.lowLimitPrice.setMantissa(market.priceOf(limits.lowTicks));
    }
    const all = entriesOf(market);
    const entries = message.noMDEntries(all.length);
    for (const { type, ticks, size, orders, level } of all) {
      const entry = entries
        .next()
        .setMDEntryType(type)
        .setMDEntrySize(size ?? null);
      if (ticks !== undefined) entry.mdEntryPx.setMantissa(market.priceOf(ticks));
      entry.setNumberOfOrders(orders ?? null).setMDPriceLevel(level ?? null);
      if (type === MDEntryType.OpenPrice) {
        entry.setOpenCloseSettlFlag(OpenCloseSettlFlag.DailyOpenPrice);
      }
      const isSettlement = type === MDEntryType.SettlementPrice;
      entry.setSettlPriceType(
        isSettlement ? SettlPriceType.FinalDaily | SettlPriceType.Actual : SettlPriceType.NullValue,
      );
      if (isSettlement) entry.setTradingReferenceDate(tradeDateOf(now));
    }
    packet.take(message);
  }

  #stamp(atNs: number): StampNs {
    const stamp = { hi: this.#start.hi, lo: this.#start.lo };
    addNs(stamp, atNs);
    return stamp;
  }
}

function entriesOf(market: Market): SnapshotEntry[] {
  const found: SnapshotEntry[] = [];
  const { depth } = market.instrument;
  for (const side of [market.bids, market.asks]) {
    const type = side.isBid ? MDEntryType.Bid : MDEntryType.Offer;
    side.levels.slice(0, depth).forEach(({ ticks, quantity, orders }, at) => {
      found.push({ type, ticks, size: quantity, orders: orders.length, level: at + 1 });
    });
  }
  market.impliedBids.forEach(({ ticks, quantity }, at) => {
    found.push({ type: MDEntryType.ImpliedBid, ticks, size: quantity, level: at + 1 });
  });
  market.impliedAsks.forEach(({ ticks, quantity }, at) => {
    found.push({ type: MDEntryType.ImpliedOffer, ticks, size: quantity, level: at + 1 });
  });
  return [...found, ...statisticsOf(market)];
}

function statisticsOf({ statistics: known }: Market): SnapshotEntry[] {
  const all: SnapshotEntry[] = [
    { type: MDEntryType.OpenPrice, ticks: known.openTicks },
    { type: MDEntryType.TradingSessionHighPrice, ticks: known.highTicks },
    { type: MDEntryType.TradingSessionLowPrice, ticks: known.lowTicks },
    { type: MDEntryType.SessionHighBid, ticks: known.highBidTicks },
    { type: MDEntryType.SessionLowOffer, ticks: known.lowOfferTicks },
    { type: MDEntryType.SettlementPrice, ticks: known.settlementTicks },
    { type: MDEntryType.ClearedVolume, size: known.clearedVolume },
    { type: MDEntryType.OpenInterest, size: known.openInterest },
    { type: MDEntryType.ElectronicVolume, size: known.volume > 0 ? known.volume : undefined },
  ];
  return all.filter(({ ticks, size }) => ticks !== undefined || size !== undefined);
}
