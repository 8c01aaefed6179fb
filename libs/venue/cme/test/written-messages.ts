/** One message of each kind, of the instrument 5 unless said. */
import type { Mdp3PacketWriter } from '@tickwire/wire-mdp3';
import {
  AggressorSide,
  ChannelReset4Encoder,
  HaltReason,
  MDEntryTypeBook,
  MDEntryTypeDailyStatistics,
  MDEntryTypeStatistics,
  MDIncrementalRefreshBook32Encoder,
  MDIncrementalRefreshBook46Encoder,
  MDIncrementalRefreshBookLongQty64Encoder,
  MDIncrementalRefreshDailyStatistics49Encoder,
  MDIncrementalRefreshLimitsBanding50Encoder,
  MDIncrementalRefreshOrderBook47Encoder,
  MDIncrementalRefreshSessionStatistics51Encoder,
  MDIncrementalRefreshTradeSummary48Encoder,
  MDIncrementalRefreshVolume37Encoder,
  MDInstrumentDefinitionFuture27Encoder,
  MDInstrumentDefinitionFuture54Encoder,
  MDInstrumentDefinitionOption55Encoder,
  MDInstrumentDefinitionSpread56Encoder,
  MDUpdateAction,
  OpenCloseSettlFlag,
  PutOrCall,
  QuoteRequest39Encoder,
  SecurityStatus30Encoder,
  SecurityTradingEvent,
  SecurityTradingStatus,
  SecurityUpdateAction,
} from '@tickwire/wire-mdp3/messages';
import type { OrderUpdateAction } from '@tickwire/wire-mdp3/messages';
import type { MessageEncoder } from '@tickwire/wire-sbe';
import { WALL_START } from './packet-encoder.ts';
import type { WriteMessage } from './tick-log.ts';

const END = 0x80;
const { hi, lo } = WALL_START;

export interface WrittenLevel {
  action?: MDUpdateAction;
  type?: MDEntryTypeBook;
  level?: number;
  price: number;
  size: number;
  orders?: number | null;
}

/** A displayed price as the feed has it, 100 times as large, in 1e-9. */
export const mantissa = (price: number): number => Math.round(price * 100) * 1e9;

/** Puts an encoder where the packet goes on. */
function at<E extends MessageEncoder>(packet: Mdp3PacketWriter, encoder: E): E {
  encoder.wrap(packet.view, packet.messageAt, packet.end);
  return encoder;
}

export class WrittenMessages {
  /** Of the last entry. */
  rptSeq = 0;

  definition(fields: { factor?: number; action?: SecurityUpdateAction } = {}): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDInstrumentDefinitionFuture54Encoder());
      const { factor = 10_000_000, action = SecurityUpdateAction.Add } = fields;
      message.setMatchEventIndicator(END).setSecurityUpdateAction(action);
      message.setMDSecurityTradingStatus(SecurityTradingStatus.PreOpen);
      message.setSecurityExchange('XCME').setSecurityGroup('ES').setAsset('ES').setSymbol('ESZ6');
      message.setSecurityID(5).setSecurityType('FUT').setCFICode('FFIXSX').setCurrency('USD');
      message.minPriceIncrement.setMantissa(mantissa(0.25));
      message.displayFactor.setMantissa(factor);
      message.unitOfMeasureQty.setMantissa(50e9);
      message.noEvents(1).next().setEventType(7).setEventTimeBigInt(1_797_600_600_000_000_000n);
      const feeds = message.noMDFeedTypes(2);
      feeds.next().setMDFeedType('GBX').setMarketDepth(2);
      feeds.next().setMDFeedType('GBI').setMarketDepth(1);
      message.noInstAttrib(0);
      message.noLotTypeRules(0);
      return message;
    };
  }

  deletion(): WriteMessage {
    return this.definition({ action: SecurityUpdateAction.Delete });
  }

  option(): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDInstrumentDefinitionOption55Encoder());
      message.setSecurityUpdateAction(SecurityUpdateAction.Add).setSecurityExchange('XCME');
      message.setSymbol('ESZ6 C4000').setSecurityID(6).setSecurityType('OOF').setCurrency('USD');
      message.setPutOrCall(PutOrCall.Call).displayFactor.setMantissa(10_000_000);
      message.noEvents(0);
      message.noMDFeedTypes(0);
      message.noInstAttrib(0);
      message.noLotTypeRules(0);
      message.noUnderlyings(0);
      message.noRelatedInstruments(0);
      return message;
    };
  }

  spread(symbol: string): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDInstrumentDefinitionSpread56Encoder());
      message.setSecurityUpdateAction(SecurityUpdateAction.Add).setSecurityExchange('XCME');
      message.setSymbol(symbol).setSecurityID(7).setSecurityType('FUT').setCurrency('USD');
      message.displayFactor.setMantissa(10_000_000);
      message.noEvents(0);
      message.noMDFeedTypes(0);
      message.noInstAttrib(0);
      message.noLotTypeRules(0);
      message.noLegs(0);
      return message;
    };
  }

  /** Prices in 1e-7. */
  future27(): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDInstrumentDefinitionFuture27Encoder());
      message.setSecurityUpdateAction(SecurityUpdateAction.Add).setSecurityExchange('XCME');
      message.setSymbol('ESU4').setSecurityID(8).setSecurityType('FUT').setCurrency('USD');
      message.minPriceIncrement.setMantissa(mantissa(0.25) / 100);
      message.displayFactor.setMantissa(100_000);
      message.noEvents(0);
      message.noMDFeedTypes(0);
      message.noInstAttrib(0);
      message.noLotTypeRules(0);
      return message;
    };
  }

  book(levels: readonly WrittenLevel[], indicator = END): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDIncrementalRefreshBook46Encoder());
      message.setTransactTimeWords(hi, lo).setMatchEventIndicator(indicator);
      const entries = message.noMDEntries(levels.length);
      for (const one of levels) {
        const entry = entries.next();
        entry.mdEntryPx.setMantissa(mantissa(one.price));
        entry.setMDEntrySize(one.size).setSecurityID(5).setRptSeq(++this.rptSeq);
        entry.setNumberOfOrders(one.orders ?? null).setMDPriceLevel(one.level ?? 1);
        entry.setMDUpdateAction(one.action ?? MDUpdateAction.New);
        entry.setMDEntryType(one.type ?? MDEntryTypeBook.Bid);
      }
      message.noOrderIDEntries(0);
      return message;
    };
  }

  longQuantity(price: number, size: number): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDIncrementalRefreshBookLongQty64Encoder());
      message.setTransactTimeWords(hi, lo).setMatchEventIndicator(END);
      const entry = message.noMDEntries(1).next();
      entry.mdEntryPx.setMantissa(mantissa(price));
      entry.setMDEntrySize(size).setSecurityID(5).setRptSeq(++this.rptSeq).setMDPriceLevel(1);
      entry.setMDUpdateAction(MDUpdateAction.New).setMDEntryType(MDEntryTypeBook.Bid);
      message.noOrderIDEntries(0);
      return message;
    };
  }

  /** Prices in 1e-7. */
  book32(price: number, size: number): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDIncrementalRefreshBook32Encoder());
      message.setTransactTimeWords(hi, lo).setMatchEventIndicator(END);
      const entry = message.noMDEntries(1).next();
      entry.mdEntryPx.setMantissa(mantissa(price) / 100);
      entry.setMDEntrySize(size).setSecurityID(5).setRptSeq(++this.rptSeq).setMDPriceLevel(1);
      entry.setMDUpdateAction(MDUpdateAction.New).setMDEntryType(MDEntryTypeBook.Bid);
      message.noOrderIDEntries(0);
      return message;
    };
  }

  orders(action: OrderUpdateAction): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDIncrementalRefreshOrderBook47Encoder());
      message.setTransactTimeWords(hi, lo).setMatchEventIndicator(END);
      const entry = message.noMDEntries(1).next();
      entry.setOrderIDWords(0, 77).setMDOrderPriorityWords(0, 5);
      entry.mdEntryPx.setMantissa(mantissa(3_990));
      entry
        .setMDDisplayQty(6)
        .setSecurityID(5)
        .setMDUpdateAction(action as MDUpdateAction);
      entry.setMDEntryType(MDEntryTypeBook.Bid);
      return message;
    };
  }

  trades(action: MDUpdateAction, indicator = END): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDIncrementalRefreshTradeSummary48Encoder());
      message.setTransactTimeWords(hi, lo).setMatchEventIndicator(indicator);
      const entry = message.noMDEntries(1).next();
      entry.mdEntryPx.setMantissa(mantissa(4_000));
      entry.setMDEntrySize(7).setSecurityID(5).setRptSeq(++this.rptSeq).setNumberOfOrders(2);
      entry.setAggressorSide(AggressorSide.Sell).setMDUpdateAction(action).setMDTradeEntryID(99);
      message.noOrderIDEntries(1).next().setOrderIDWords(0, 77).setLastQty(7);
      return message;
    };
  }

  session(): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDIncrementalRefreshSessionStatistics51Encoder());
      message.setTransactTimeWords(hi, lo).setMatchEventIndicator(END);
      const entry = message.noMDEntries(1).next();
      entry.mdEntryPx.setMantissa(mantissa(4_010));
      entry.setMDEntrySize(3).setSecurityID(5).setRptSeq(++this.rptSeq);
      entry.setOpenCloseSettlFlag(OpenCloseSettlFlag.IndicativeOpeningPrice);
      entry.setMDUpdateAction(MDUpdateAction.New).setMDEntryType(MDEntryTypeStatistics.OpenPrice);
      return message;
    };
  }

  daily(): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDIncrementalRefreshDailyStatistics49Encoder());
      message.setTransactTimeWords(hi, lo).setMatchEventIndicator(END);
      const entry = message.noMDEntries(1).next();
      entry.mdEntryPx.setMantissa(mantissa(4_005));
      entry.setSecurityID(5).setRptSeq(++this.rptSeq).setTradingReferenceDate(10);
      entry.setSettlPriceType(3).setMDUpdateAction(MDUpdateAction.New);
      entry.setMDEntryType(MDEntryTypeDailyStatistics.SettlementPrice);
      return message;
    };
  }

  volume(): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDIncrementalRefreshVolume37Encoder());
      message.setTransactTimeWords(hi, lo).setMatchEventIndicator(END);
      const entry = message.noMDEntries(1).next();
      entry.setMDEntrySize(1_234).setSecurityID(5).setRptSeq(++this.rptSeq);
      entry.setMDUpdateAction(MDUpdateAction.Change);
      return message;
    };
  }

  limits(): WriteMessage {
    return (packet) => {
      const message = at(packet, new MDIncrementalRefreshLimitsBanding50Encoder());
      message.setTransactTimeWords(hi, lo).setMatchEventIndicator(END);
      const entry = message.noMDEntries(1).next();
      entry.highLimitPrice.setMantissa(mantissa(4_200));
      entry.lowLimitPrice.setMantissa(mantissa(3_800));
      entry.setSecurityID(5).setRptSeq(++this.rptSeq);
      return message;
    };
  }

  /** Of the group that the instrument is in. */
  security(status: SecurityTradingStatus): WriteMessage {
    return (packet) => {
      const message = at(packet, new SecurityStatus30Encoder());
      message.setTransactTimeWords(hi, lo).setMatchEventIndicator(END).setSecurityGroup('ES');
      message.setSecurityTradingStatus(status).setHaltReason(HaltReason.SurveillanceIntervention);
      return message.setSecurityTradingEvent(SecurityTradingEvent.NoEvent);
    };
  }

  /** The end of an event, with nothing in it. */
  end(): WriteMessage {
    return this.book([]);
  }

  reset(): WriteMessage {
    this.rptSeq = 0;
    return (packet) => {
      const message = at(packet, new ChannelReset4Encoder());
      message.setTransactTimeWords(hi, lo).setMatchEventIndicator(END);
      message.noMDEntries(1).next().setApplID(310);
      return message;
    };
  }

  quoteRequest(): WriteMessage {
    return (packet) => {
      const message = at(packet, new QuoteRequest39Encoder());
      message.setTransactTimeWords(hi, lo).setQuoteReqID('1').setMatchEventIndicator(0);
      message.noRelatedSym(0);
      return message;
    };
  }
}
