/** Writes events as messages of the incremental feed. RptSeq is given here, entry by entry. */
import { addNs } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import type { Mdp3PacketWriter } from '@tickwire/wire-mdp3';
import {
  ChannelReset4Encoder,
  HaltReason,
  MDEntryTypeBook,
  MDIncrementalRefreshBook46Encoder,
  MDIncrementalRefreshDailyStatistics49Encoder,
  MDIncrementalRefreshLimitsBanding50Encoder,
  MDIncrementalRefreshOrderBook47Encoder,
  MDIncrementalRefreshSessionStatistics51Encoder,
  MDIncrementalRefreshTradeSummary48Encoder,
  MDIncrementalRefreshVolume37Encoder,
  MDUpdateAction,
  MatchEventIndicator,
  OpenCloseSettlFlag,
  SecurityStatus30Encoder,
  SecurityTradingEvent,
  SettlPriceType,
} from '@tickwire/wire-mdp3/messages';
import type { EventDraft, LevelEntry } from '../exchange/event-draft.ts';
import type { Market } from '../exchange/market.ts';
import { EventMessages, MessageKind } from './event-messages.ts';
import type { MessagePlan } from './event-messages.ts';
import type { PacketStream } from './packet-stream.ts';
import { tradeDateOf } from './trade-date.ts';

const RESET_BYTES = 24;

/** Template 46 has orders only beside real levels. */
interface LevelsMessage {
  readonly plan: MessagePlan;
  readonly entries: readonly LevelEntry[];
}

export class EventWriter {
  readonly #stream: PacketStream;
  readonly #start: Readonly<StampNs>;
  readonly #time: StampNs = { hi: 0, lo: 0 };
  readonly #messages = new EventMessages();
  readonly #reset = new ChannelReset4Encoder();
  readonly #status = new SecurityStatus30Encoder();
  readonly #trades = new MDIncrementalRefreshTradeSummary48Encoder();
  readonly #volumes = new MDIncrementalRefreshVolume37Encoder();
  readonly #orders = new MDIncrementalRefreshOrderBook47Encoder();
  readonly #levels = new MDIncrementalRefreshBook46Encoder();
  readonly #statistics = new MDIncrementalRefreshSessionStatistics51Encoder();
  readonly #daily = new MDIncrementalRefreshDailyStatistics49Encoder();
  readonly #limits = new MDIncrementalRefreshLimitsBanding50Encoder();
  #atNs = 0;

  /** @param of.start - When the exchange began, ns since the Unix epoch. */
  constructor(of: { readonly stream: PacketStream; readonly start: Readonly<StampNs> }) {
    this.#stream = of.stream;
    this.#start = of.start;
  }

  /**
   * Writes all messages of an event; its last one may lie in a later packet than its first.
   *
   * @returns MsgSeqNum of the packet in which it begins; undefined when there is nothing to say.
   */
  write(draft: EventDraft, atNs: number): number | undefined {
    this.#setTime(atNs);
    this.#messages.plan(draft);
    let first: number | undefined;
    for (const plan of this.#messages.plans) {
      const packet = this.#stream.room(plan.bytes, atNs);
      first ??= this.#stream.sequence;
      this.#writeMessage(draft, plan, packet);
    }
    return first;
  }

  /** Every book and statistic of the channel is empty, and RptSeq begins at 1 again. */
  writeReset(channelId: number, atNs: number): void {
    this.#setTime(atNs);
    const packet = this.#stream.room(RESET_BYTES, atNs);
    const message = this.#reset.wrap(packet.view, packet.messageAt, packet.end);
    message.setTransactTimeWords(this.#time.hi, this.#time.lo);
    message.setMatchEventIndicator(MatchEventIndicator.EndOfEvent);
    message.noMDEntries(1).next().setApplID(channelId);
    packet.take(message);
  }

  #setTime(atNs: number): void {
    this.#atNs = atNs;
    this.#time.hi = this.#start.hi;
    this.#time.lo = this.#start.lo;
    addNs(this.#time, atNs);
  }

  #writeMessage(draft: EventDraft, plan: MessagePlan, packet: Mdp3PacketWriter): void {
    switch (plan.kind) {
      case MessageKind.Status:
        return this.#writeStatus(draft, plan, packet);
      case MessageKind.Trades:
        return this.#writeTrades(draft, plan, packet);
      case MessageKind.Volumes:
        return this.#writeVolumes(draft, plan, packet);
      case MessageKind.Orders:
        return this.#writeOrders(draft, plan, packet);
      case MessageKind.Levels:
        return this.#writeLevels({ plan, entries: draft.levels }, packet);
      case MessageKind.Statistics:
        return this.#writeStatistics(draft, plan, packet);
      case MessageKind.Daily:
        return this.#writeDaily(draft, plan, packet);
      case MessageKind.Limits:
        return this.#writeLimits(draft, plan, packet);
      case MessageKind.Implied:
        return this.#writeLevels({ plan, entries: draft.implied }, packet);
    }
  }

  /** RptSeq of the next entry of a market. */
  #count(market: Market): number {
    market.rptSeq += 1;
    market.lastUpdateNs = this.#atNs;
    market.isActive = true;
    return market.rptSeq;
  }

  #writeStatus(draft: EventDraft, plan: MessagePlan, packet: Mdp3PacketWriter): void {
    const { securityGroup, asset, status, isHalt } = draft.statuses[plan.from]!;
    const message = this.#status.wrap(packet.view, packet.messageAt, packet.end);
    message.setTransactTimeWords(this.#time.hi, this.#time.lo);
    message.setSecurityGroup(securityGroup).setAsset(asset).setTradeDate(tradeDateOf(this.#time));
    message.setMatchEventIndicator(plan.indicator).setSecurityTradingStatus(status);
    message.setHaltReason(isHalt ? HaltReason.SurveillanceIntervention : HaltReason.GroupSchedule);
    message.setSecurityTradingEvent(SecurityTradingEvent.NoEvent);
    packet.take(message);
  }

  #writeTrades(draft: EventDraft, plan: MessagePlan, packet: Mdp3PacketWriter): void {
    const message = this.#trades.wrap(packet.view, packet.messageAt, packet.end);
    message.setTransactTimeWords(this.#time.hi, this.#time.lo);
    message.setMatchEventIndicator(plan.indicator);
    const entries = message.noMDEntries(plan.to - plan.from);
    let fillCount = 0;
    for (let at = plan.from; at < plan.to; at += 1) {
      const { market, price, quantity, fills, aggressor, tradeId } = draft.trades[at]!;
      const entry = entries.next();
      entry.mdEntryPx.setMantissa(price);
      entry.setMDEntrySize(quantity).setSecurityID(market.instrument.securityId);
      entry.setRptSeq(this.#count(market)).setNumberOfOrders(fills.length);
      entry.setAggressorSide(aggressor).setMDUpdateAction(MDUpdateAction.New);
      entry.setMDTradeEntryID(tradeId);
      fillCount += fills.length;
    }
    const orders = message.noOrderIDEntries(fillCount);
    for (let at = plan.from; at < plan.to; at += 1) {
      for (const { orderId, quantity } of draft.trades[at]!.fills) {
        orders.next().setOrderID(orderId).setLastQty(quantity);
      }
    }
    packet.take(message);
  }

  #writeVolumes(draft: EventDraft, plan: MessagePlan, packet: Mdp3PacketWriter): void {
    const message = this.#volumes.wrap(packet.view, packet.messageAt, packet.end);
    message.setTransactTimeWords(this.#time.hi, this.#time.lo);
    message.setMatchEventIndicator(plan.indicator);
    const entries = message.noMDEntries(plan.to - plan.from);
    for (let at = plan.from; at < plan.to; at += 1) {
      const market = draft.volumes[at]!;
      const entry = entries.next().setMDEntrySize(market.statistics.volume);
      entry.setSecurityID(market.instrument.securityId).setRptSeq(this.#count(market));
      entry.setMDUpdateAction(MDUpdateAction.New);
    }
    packet.take(message);
  }

  #writeOrders(draft: EventDraft, plan: MessagePlan, packet: Mdp3PacketWriter): void {
    const message = this.#orders.wrap(packet.view, packet.messageAt, packet.end);
    message.setTransactTimeWords(this.#time.hi, this.#time.lo);
    message.setMatchEventIndicator(plan.indicator);
    const entries = message.noMDEntries(plan.to - plan.from);
    for (let at = plan.from; at < plan.to; at += 1) {
      const order = draft.orders[at]!;
      const entry = entries.next().setOrderID(order.id).setMDOrderPriority(order.priority);
      entry.mdEntryPx.setMantissa(order.price);
      entry.setMDDisplayQty(order.quantity).setSecurityID(order.market.instrument.securityId);
      entry.setMDUpdateAction(order.action);
      entry.setMDEntryType(order.isBid ? MDEntryTypeBook.Bid : MDEntryTypeBook.Offer);
      // Orders have no RptSeq, but a snapshot has to have their instrument.
      order.market.isActive = true;
      order.market.lastUpdateNs = this.#atNs;
    }
    packet.take(message);
  }

  #writeLevels({ plan, entries: all }: LevelsMessage, packet: Mdp3PacketWriter): void {
    const message = this.#levels.wrap(packet.view, packet.messageAt, packet.end);
    message.setTransactTimeWords(this.#time.hi, this.#time.lo);
    message.setMatchEventIndicator(plan.indicator);
    const entries = message.noMDEntries(plan.to - plan.from);
    let orderCount = 0;
    for (let at = plan.from; at < plan.to; at += 1) {
      const level = all[at]!;
      const entry = entries.next();
      entry.mdEntryPx.setMantissa(level.price);
      entry.setMDEntrySize(level.size).setSecurityID(level.market.instrument.securityId);
      entry.setRptSeq(this.#count(level.market)).setNumberOfOrders(level.orders);
      entry.setMDPriceLevel(level.level).setMDUpdateAction(level.action);
      entry.setMDEntryType(entryTypeOf(level));
      if (level.order !== undefined) orderCount += 1;
    }
    const orders = message.noOrderIDEntries(orderCount);
    for (let at = plan.from; at < plan.to; at += 1) {
      const { order } = all[at]!;
      if (order === undefined) continue;
      const entry = orders.next().setOrderID(order.id).setMDOrderPriority(order.priority);
      entry.setMDDisplayQty(order.quantity).setReferenceID(at - plan.from + 1);
      entry.setOrderUpdateAction(order.action);
    }
    packet.take(message);
  }

  #writeStatistics(draft: EventDraft, plan: MessagePlan, packet: Mdp3PacketWriter): void {
    const message = this.#statistics.wrap(packet.view, packet.messageAt, packet.end);
    message.setTransactTimeWords(this.#time.hi, this.#time.lo);
    message.setMatchEventIndicator(plan.indicator);
    const entries = message.noMDEntries(plan.to - plan.from);
    for (let at = plan.from; at < plan.to; at += 1) {
      const { market, type, price } = draft.statistics[at]!;
      const entry = entries.next();
      entry.mdEntryPx.setMantissa(price);
      entry.setSecurityID(market.instrument.securityId).setRptSeq(this.#count(market));
      entry.setOpenCloseSettlFlag(OpenCloseSettlFlag.DailyOpenPrice);
      entry.setMDUpdateAction(MDUpdateAction.New).setMDEntryType(type);
    }
    packet.take(message);
  }

  #writeDaily(draft: EventDraft, plan: MessagePlan, packet: Mdp3PacketWriter): void {
    const message = this.#daily.wrap(packet.view, packet.messageAt, packet.end);
    message.setTransactTimeWords(this.#time.hi, this.#time.lo);
    message.setMatchEventIndicator(plan.indicator);
    const entries = message.noMDEntries(plan.to - plan.from);
    for (let at = plan.from; at < plan.to; at += 1) {
      const { market, type, price, size } = draft.daily[at]!;
      const entry = entries.next().setMDEntrySize(size);
      entry.mdEntryPx.setMantissa(price);
      entry.setSecurityID(market.instrument.securityId).setRptSeq(this.#count(market));
      entry.setTradingReferenceDate(tradeDateOf(this.#time));
      entry.setSettlPriceType(SettlPriceType.FinalDaily | SettlPriceType.Actual);
      entry.setMDUpdateAction(MDUpdateAction.New).setMDEntryType(type);
    }
    packet.take(message);
  }

  #writeLimits(draft: EventDraft, plan: MessagePlan, packet: Mdp3PacketWriter): void {
    const message = this.#limits.wrap(packet.view, packet.messageAt, packet.end);
    message.setTransactTimeWords(this.#time.hi, this.#time.lo);
    message.setMatchEventIndicator(plan.indicator);
    const entries = message.noMDEntries(plan.to - plan.from);
    for (let at = plan.from; at < plan.to; at += 1) {
      const market = draft.limits[at]!;
      const { limits } = market.statistics;
      const entry = entries.next().setSecurityID(market.instrument.securityId);
      entry.setRptSeq(this.#count(market));
      if (limits === undefined) continue;
      entry.highLimitPrice.setMantissa(market.priceOf(limits.highTicks));
      entry.lowLimitPrice.setMantissa(market.priceOf(limits.lowTicks));
    }
    packet.take(message);
  }
}

function entryTypeOf({ isBid, isImplied }: LevelEntry): MDEntryTypeBook {
  if (isImplied) return isBid ? MDEntryTypeBook.ImpliedBid : MDEntryTypeBook.ImpliedOffer;
  return isBid ? MDEntryTypeBook.Bid : MDEntryTypeBook.Offer;
}
