/** Packets of MDP 3.0 from plain entries. */
import { addNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { Mdp3PacketWriter } from '@tickwire/wire-mdp3';
import {
  AggressorSide,
  ChannelReset4Encoder,
  MDEntryType,
  MDEntryTypeBook,
  MDIncrementalRefreshBook46Encoder,
  MDIncrementalRefreshOrderBook47Encoder,
  MDIncrementalRefreshTradeSummary48Encoder,
  MDIncrementalRefreshVolume37Encoder,
  MDInstrumentDefinitionFuture54Encoder,
  MDUpdateAction,
  SecurityTradingStatus,
  SecurityUpdateAction,
  SnapshotFullRefresh52Encoder,
  SnapshotFullRefreshOrderBook53Encoder,
} from '@tickwire/wire-mdp3/messages';
import type { OrderUpdateAction } from '@tickwire/wire-mdp3/messages';
import type { PlainLevelEntry, PlainMarket, PlainOrder, PlainOrderEntry } from './plain-market.ts';

/** When the tests take place. */
export const WALL_START: Readonly<StampNs> = { hi: 395_000_000, lo: 0 };
const END_OF_EVENT = 0x80;
const PACKET_BYTES = 8_192;

export function wallAt(nowNs: number): StampNs {
  const wall = { ...WALL_START };
  addNs(wall, nowNs);
  return wall;
}

export type PlainMessage =
  | { kind: 'reset' }
  | { kind: 'book'; market: number; levels: PlainNumberedLevel[]; orders: PlainOrderEntry[] }
  | { kind: 'orders'; market: number; orders: PlainOrderEntry[] }
  | { kind: 'trade'; market: number; rptSeq: number; price: number; size: number; isBid: boolean }
  | { kind: 'volume'; market: number; rptSeq: number; size: number };

export type PlainNumberedLevel = PlainLevelEntry & { readonly rptSeq: number };

export class PacketEncoder {
  readonly #writer = new Mdp3PacketWriter();
  readonly #book = new MDIncrementalRefreshBook46Encoder();
  readonly #orders = new MDIncrementalRefreshOrderBook47Encoder();
  readonly #trade = new MDIncrementalRefreshTradeSummary48Encoder();
  readonly #volume = new MDIncrementalRefreshVolume37Encoder();
  readonly #reset = new ChannelReset4Encoder();
  readonly #definition = new MDInstrumentDefinitionFuture54Encoder();
  readonly #snapshot = new SnapshotFullRefresh52Encoder();
  readonly #orderSnapshot = new SnapshotFullRefreshOrderBook53Encoder();
  #wall: StampNs = WALL_START;

  incremental(
    stamp: { sequence: number; nowNs: number },
    messages: readonly PlainMessage[],
    endsEvent: boolean,
  ): Uint8Array {
    return this.#packet(stamp, () => {
      messages.forEach((message, at) => {
        const indicator = endsEvent && at === messages.length - 1 ? END_OF_EVENT : 0;
        this.#message(message, indicator);
      });
    });
  }

  definition(
    stamp: { sequence: number; nowNs: number },
    market: PlainMarket,
    total: number,
  ): Uint8Array {
    return this.#packet(stamp, () => {
      const packet = this.#writer;
      const message = this.#definition.wrap(packet.view, packet.messageAt, packet.end);
      message.setTotNumReports(total).setSecurityUpdateAction(SecurityUpdateAction.Add);
      message.setMDSecurityTradingStatus(SecurityTradingStatus.ReadyToTrade);
      message.setSecurityExchange('XCME').setSecurityGroup('ES').setAsset('ES');
      message.setSymbol(`ES${market.securityId}`).setSecurityID(market.securityId);
      message.setSecurityType('FUT').setCFICode('FFIXSX').setCurrency('USD');
      message.minPriceIncrement.setMantissa(250_000_000);
      message.displayFactor.setMantissa(10_000_000);
      message.unitOfMeasureQty.setMantissa(50_000_000_000);
      message.noEvents(0);
      const feeds = message.noMDFeedTypes(2);
      feeds.next().setMDFeedType('GBX').setMarketDepth(market.depth);
      feeds.next().setMDFeedType('GBI').setMarketDepth(market.impliedDepth);
      message.noInstAttrib(0);
      message.noLotTypeRules(0);
      packet.take(message);
    });
  }

  snapshot(
    stamp: { sequence: number; nowNs: number },
    market: PlainMarket,
    loop: { processed: number; total: number },
  ): Uint8Array {
    return this.#packet(stamp, () => {
      const packet = this.#writer;
      const message = this.#snapshot.wrap(packet.view, packet.messageAt, packet.end);
      message.setLastMsgSeqNumProcessed(loop.processed).setTotNumReports(loop.total);
      message.setSecurityID(market.securityId).setRptSeq(market.rptSeq);
      message.setTransactTimeWords(this.#wall.hi, this.#wall.lo);
      const rows = snapshotRows(market);
      const entries = message.noMDEntries(rows.length);
      for (const { type, price, size, orders, level } of rows) {
        const entry = entries.next();
        entry.mdEntryPx.setMantissa(price);
        entry.setMDEntrySize(size).setNumberOfOrders(orders).setMDPriceLevel(level);
        entry.setMDEntryType(type);
      }
      packet.take(message);
    });
  }

  orderSnapshot(
    stamp: { sequence: number; nowNs: number },
    market: PlainMarket,
    chunk: { processed: number; total: number; at: number; of: number; orders: PlainOrder[] },
  ): Uint8Array {
    return this.#packet(stamp, () => {
      const packet = this.#writer;
      const message = this.#orderSnapshot.wrap(packet.view, packet.messageAt, packet.end);
      message.setLastMsgSeqNumProcessed(chunk.processed).setTotNumReports(chunk.total);
      message.setSecurityID(market.securityId).setNoChunks(chunk.of).setCurrentChunk(chunk.at);
      message.setTransactTimeWords(this.#wall.hi, this.#wall.lo);
      const entries = message.noMDEntries(chunk.orders.length);
      for (const order of chunk.orders) {
        const entry = entries.next();
        entry.setOrderIDWords(0, order.id).setMDOrderPriorityWords(0, order.priority);
        entry.mdEntryPx.setMantissa(order.price);
        entry.setMDDisplayQty(order.size).setMDEntryType(bookType(order.isBid, false));
      }
      packet.take(message);
    });
  }

  #packet({ sequence, nowNs }: { sequence: number; nowNs: number }, write: () => void): Uint8Array {
    const bytes = new Uint8Array(PACKET_BYTES);
    this.#wall = wallAt(nowNs);
    const { hi: sendingTimeHi32, lo: sendingTimeLo32 } = this.#wall;
    this.#writer.begin(new DataView(bytes.buffer), { sequence, sendingTimeHi32, sendingTimeLo32 });
    write();
    return bytes.slice(0, this.#writer.length);
  }

  #message(message: PlainMessage, indicator: number): void {
    if (message.kind === 'book') this.#writeBook(message, indicator);
    else if (message.kind === 'orders') this.#writeOrders(message, indicator);
    else if (message.kind === 'trade') this.#writeTrade(message, indicator);
    else if (message.kind === 'volume') this.#writeVolume(message, indicator);
    else this.#writeReset(indicator);
  }

  #writeBook(message: Extract<PlainMessage, { kind: 'book' }>, indicator: number): void {
    const packet = this.#writer;
    const book = this.#book.wrap(packet.view, packet.messageAt, packet.end);
    book.setTransactTimeWords(this.#wall.hi, this.#wall.lo).setMatchEventIndicator(indicator);
    const levels = book.noMDEntries(message.levels.length);
    for (const one of message.levels) {
      const level = levels.next();
      level.mdEntryPx.setMantissa(one.price);
      level.setMDEntrySize(one.size).setSecurityID(message.market).setRptSeq(one.rptSeq);
      level.setNumberOfOrders(one.isImplied ? null : one.orders).setMDPriceLevel(one.level);
      level.setMDUpdateAction(one.action as MDUpdateAction);
      level.setMDEntryType(bookType(one.isBid, one.isImplied));
    }
    const orders = book.noOrderIDEntries(message.orders.length);
    for (const one of message.orders) {
      const order = orders.next();
      order.setOrderIDWords(0, one.id).setMDOrderPriorityWords(0, one.priority);
      order.setMDDisplayQty(one.size).setReferenceID(one.behind + 1);
      order.setOrderUpdateAction(one.action as OrderUpdateAction);
    }
    packet.take(book);
  }

  #writeOrders(message: Extract<PlainMessage, { kind: 'orders' }>, indicator: number): void {
    const packet = this.#writer;
    const book = this.#orders.wrap(packet.view, packet.messageAt, packet.end);
    book.setTransactTimeWords(this.#wall.hi, this.#wall.lo).setMatchEventIndicator(indicator);
    const orders = book.noMDEntries(message.orders.length);
    for (const one of message.orders) {
      const order = orders.next();
      order.setOrderIDWords(0, one.id).setMDOrderPriorityWords(0, one.priority);
      order.mdEntryPx.setMantissa(one.price);
      order.setMDDisplayQty(one.size).setSecurityID(message.market);
      order.setMDUpdateAction(one.action as MDUpdateAction);
      order.setMDEntryType(bookType(one.isBid, false));
    }
    packet.take(book);
  }

  #writeTrade(message: Extract<PlainMessage, { kind: 'trade' }>, indicator: number): void {
    const packet = this.#writer;
    const trade = this.#trade.wrap(packet.view, packet.messageAt, packet.end);
    trade.setTransactTimeWords(this.#wall.hi, this.#wall.lo).setMatchEventIndicator(indicator);
    const entry = trade.noMDEntries(1).next();
    entry.mdEntryPx.setMantissa(message.price);
    entry.setMDEntrySize(message.size).setSecurityID(message.market).setRptSeq(message.rptSeq);
    entry.setNumberOfOrders(1).setMDUpdateAction(MDUpdateAction.New);
    entry.setAggressorSide(message.isBid ? AggressorSide.Sell : AggressorSide.Buy);
    entry.setMDTradeEntryID(message.rptSeq);
    trade.noOrderIDEntries(0);
    packet.take(trade);
  }

  #writeVolume(message: Extract<PlainMessage, { kind: 'volume' }>, indicator: number): void {
    const packet = this.#writer;
    const volume = this.#volume.wrap(packet.view, packet.messageAt, packet.end);
    volume.setTransactTimeWords(this.#wall.hi, this.#wall.lo).setMatchEventIndicator(indicator);
    const entry = volume.noMDEntries(1).next();
    entry.setMDEntrySize(message.size).setSecurityID(message.market).setRptSeq(message.rptSeq);
    entry.setMDUpdateAction(MDUpdateAction.New);
    packet.take(volume);
  }

  #writeReset(indicator: number): void {
    const packet = this.#writer;
    const reset = this.#reset.wrap(packet.view, packet.messageAt, packet.end);
    reset.setTransactTimeWords(this.#wall.hi, this.#wall.lo).setMatchEventIndicator(indicator);
    reset.noMDEntries(1).next().setApplID(310);
    packet.take(reset);
  }
}

function bookType(isBid: boolean, isImplied: boolean): MDEntryTypeBook {
  if (isImplied) return isBid ? MDEntryTypeBook.ImpliedBid : MDEntryTypeBook.ImpliedOffer;
  return isBid ? MDEntryTypeBook.Bid : MDEntryTypeBook.Offer;
}

interface SnapshotRow {
  readonly type: MDEntryType;
  readonly price: number;
  readonly size: number;
  readonly orders: number | null;
  readonly level: number;
}

function snapshotRows(market: PlainMarket): SnapshotRow[] {
  const { Bid, Offer, ImpliedBid, ImpliedOffer } = MDEntryType;
  return [true, false].flatMap((isBid) => {
    const real = market.side(isBid).slice(0, market.depth);
    const implied = isBid ? market.implied.bids : market.implied.asks;
    const type = isBid ? Bid : Offer;
    const impliedType = isBid ? ImpliedBid : ImpliedOffer;
    return [
      ...real.map((row, at) => ({ ...row, type, level: at + 1 })),
      ...implied.map((row, at) => ({ ...row, orders: null, type: impliedType, level: at + 1 })),
    ];
  });
}
