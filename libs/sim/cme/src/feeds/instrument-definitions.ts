/** Definitions of instruments (templates 54, 55, 56), as the instrument replay feed has them. */
import type { StampNs } from '@tickwire/core';
import { MESSAGE_HEADER_BYTES } from '@tickwire/wire-mdp3';
import type { Mdp3PacketWriter } from '@tickwire/wire-mdp3';
import {
  EventType,
  InstAttribValue,
  LegSide,
  MDInstrumentDefinitionFuture54Encoder,
  MDInstrumentDefinitionOption55Encoder,
  MDInstrumentDefinitionSpread56Encoder,
  MatchEventIndicator,
  PutOrCall,
  SecurityUpdateAction,
  SettlPriceType,
} from '@tickwire/wire-mdp3/messages';
import { InstrumentKind } from '../exchange/listed-instrument.ts';
import type { ListedInstrument } from '../exchange/listed-instrument.ts';
import type { Market } from '../exchange/market.ts';
import type { ReportContext, ReportWriter } from './report-loop.ts';
import { tradeDateOf } from './trade-date.ts';

const EVENTS_BYTES = 3 + 2 * 9;
const ATTRIBUTES_BYTES = 3 + 4;
const LOTS_BYTES = 3 + 5;
const FEED_TYPE_BYTES = 4;
const ROOT_BYTES = { future: 224, option: 221, spread: 255 } as const;
const LEGS_BYTES = 3 + 2 * 18;
const UNDERLYING_BYTES = 3 + 24 + 3;
const LOT_TYPE_ROUND = 2;
const MIN_LOT = 10_000;
const MAX_TRADE_VOLUME = 10_000;
const NS_PER_DAY = 86_400_000_000_000n;
const NS_PER_MS = 1_000_000n;
/** Of the third Friday, about. */
const LAST_DAY = 18;

type Definition =
  | MDInstrumentDefinitionFuture54Encoder
  | MDInstrumentDefinitionOption55Encoder
  | MDInstrumentDefinitionSpread56Encoder;
type Groups = Pick<Definition, 'noEvents' | 'noMDFeedTypes' | 'noInstAttrib' | 'noLotTypeRules'>;

export class InstrumentDefinitions implements ReportWriter {
  readonly #channelId: number;
  readonly #start: Readonly<StampNs>;
  readonly #markets: readonly Market[];
  readonly #future = new MDInstrumentDefinitionFuture54Encoder();
  readonly #option = new MDInstrumentDefinitionOption55Encoder();
  readonly #spread = new MDInstrumentDefinitionSpread56Encoder();

  /** @param of.markets - All of the channel: legs and underlyings are places in it. */
  constructor(of: {
    readonly channelId: number;
    readonly start: Readonly<StampNs>;
    readonly markets: readonly Market[];
  }) {
    this.#channelId = of.channelId;
    this.#start = of.start;
    this.#markets = of.markets;
  }

  sizes({ instrument }: Market): readonly number[] {
    const { kind } = instrument;
    const feedTypes = 3 + FEED_TYPE_BYTES * feedTypesOf(instrument).length;
    const groups = EVENTS_BYTES + feedTypes + ATTRIBUTES_BYTES + LOTS_BYTES;
    const more =
      kind === InstrumentKind.Spread
        ? LEGS_BYTES
        : kind === InstrumentKind.Option
          ? UNDERLYING_BYTES
          : 0;
    return [MESSAGE_HEADER_BYTES + ROOT_BYTES[kind] + groups + more];
  }

  write(packet: Mdp3PacketWriter, market: Market, { total }: ReportContext): void {
    const { kind } = market.instrument;
    if (kind === InstrumentKind.Future) this.#writeFuture(packet, market, total);
    else if (kind === InstrumentKind.Spread) this.#writeSpread(packet, market, total);
    else this.#writeOption(packet, market, total);
  }

  #writeFuture(packet: Mdp3PacketWriter, market: Market, total: number): void {
    const message = this.#future.wrap(packet.view, packet.messageAt, packet.end);
    const { instrument } = market;
    this.#writeCommon(message, market, total);
    message.setUnderlyingProduct(5).setSecurityType('FUT').setCFICode('FFIXSX');
    message.setSettlCurrency('USD').setUnitOfMeasure('CTRCT');
    message.minPriceIncrement.setMantissa(instrument.tick);
    message.unitOfMeasureQty.setMantissa(1_000_000_000);
    message.maturityMonthYear.setYear(instrument.maturity.year).setMonth(instrument.maturity.month);
    this.#writeGroups(message, instrument);
    packet.take(message);
  }

  #writeSpread(packet: Mdp3PacketWriter, market: Market, total: number): void {
    const message = this.#spread.wrap(packet.view, packet.messageAt, packet.end);
    const { instrument } = market;
    this.#writeCommon(message, market, total);
    message.setUnderlyingProduct(5).setSecurityType('FUT').setCFICode('FMIXSX');
    message.setSecuritySubType('SP').setUnitOfMeasure('CTRCT');
    message.minPriceIncrement.setMantissa(instrument.tick);
    message.maturityMonthYear.setYear(instrument.maturity.year).setMonth(instrument.maturity.month);
    this.#writeGroups(message, instrument);
    const legs = message.noLegs(2);
    instrument.legs?.forEach((leg, at) => {
      const entry = legs.next().setLegSecurityID(this.#markets[leg]!.instrument.securityId);
      entry.setLegSide(at === 0 ? LegSide.BuySide : LegSide.SellSide).setLegRatioQty(1);
    });
    packet.take(message);
  }

  #writeOption(packet: Mdp3PacketWriter, market: Market, total: number): void {
    const message = this.#option.wrap(packet.view, packet.messageAt, packet.end);
    const { instrument } = market;
    const { underlying = 0, isCall = true, strike = 0 } = instrument.option ?? {};
    this.#writeCommon(message, market, total);
    message.setUnderlyingProduct(5).setSecurityType('OOF');
    message.setCFICode(isCall ? 'OCAFPS' : 'OPAFPS');
    message.setPutOrCall(isCall ? PutOrCall.Call : PutOrCall.Put);
    message.setStrikeCurrency('USD').setSettlCurrency('USD').setUnitOfMeasure('CTRCT');
    message.strikePrice.setMantissa(strike);
    message.minPriceIncrement.setMantissa(instrument.tick);
    message.maturityMonthYear.setYear(instrument.maturity.year).setMonth(instrument.maturity.month);
    this.#writeGroups(message, instrument);
    const on = this.#markets[underlying]!.instrument;
    message
      .noUnderlyings(1)
      .next()
      .setUnderlyingSecurityID(on.securityId)
      .setUnderlyingSymbol(on.symbol);
    packet.take(message);
  }

  #writeCommon(message: Definition, market: Market, total: number): void {
    const { instrument, statistics } = market;
    message.setMatchEventIndicator(MatchEventIndicator.EndOfEvent).setTotNumReports(total);
    message.setSecurityUpdateAction(SecurityUpdateAction.Add);
    message.setLastUpdateTimeWords(this.#start.hi, this.#start.lo);
    message.setMDSecurityTradingStatus(market.status).setApplID(this.#channelId);
    message.setMarketSegmentID(instrument.marketSegmentId).setSecurityExchange('XCME');
    message.setSecurityGroup(instrument.securityGroup).setAsset(instrument.asset);
    message.setSymbol(instrument.symbol).setSecurityID(instrument.securityId);
    message.setCurrency('USD').setMatchAlgorithm('F');
    message.setMinTradeVol(1).setMaxTradeVol(MAX_TRADE_VOLUME).setUserDefinedInstrument('N');
    message.displayFactor.setMantissa(instrument.displayFactor);
    message.tradingReferencePrice.setMantissa(market.priceOf(instrument.openTicks));
    message.setTradingReferenceDate(tradeDateOf(this.#start));
    message.setSettlPriceType(SettlPriceType.FinalDaily | SettlPriceType.Actual);
    message.setOpenInterestQty(statistics.openInterest ?? null);
    message.setClearedVolume(statistics.clearedVolume ?? null);
    if (statistics.limits === undefined) return;
    message.highLimitPrice.setMantissa(market.priceOf(statistics.limits.highTicks));
    message.lowLimitPrice.setMantissa(market.priceOf(statistics.limits.lowTicks));
  }

  #writeGroups(message: Groups, instrument: ListedInstrument): void {
    const { year, month } = instrument.maturity;
    const lastNs = BigInt(Date.UTC(year, month - 1, LAST_DAY)) * NS_PER_MS;
    const events = message.noEvents(2);
    events
      .next()
      .setEventType(EventType.Activation)
      .setEventTimeBigInt(lastNs - 730n * NS_PER_DAY);
    events.next().setEventType(EventType.LastEligibleTradeDate).setEventTimeBigInt(lastNs);
    const feedTypes = feedTypesOf(instrument);
    const entries = message.noMDFeedTypes(feedTypes.length);
    for (const { name, depth } of feedTypes) {
      entries.next().setMDFeedType(name).setMarketDepth(depth);
    }
    const attributes =
      InstAttribValue.ElectronicMatchEligible |
      InstAttribValue.NegativePriceOutrightEligible |
      (instrument.impliedDepth > 0 ? InstAttribValue.ImpliedMatchingEligibility : 0);
    message.noInstAttrib(1).next().setInstAttribValue(attributes);
    const lot = message.noLotTypeRules(1).next().setLotType(LOT_TYPE_ROUND);
    lot.minLotSize.setMantissa(MIN_LOT);
  }
}

/** GBX is the book of real orders, GBI the implied one. */
function feedTypesOf({ depth, impliedDepth }: ListedInstrument): { name: string; depth: number }[] {
  const implied = impliedDepth > 0 ? [{ name: 'GBI', depth: impliedDepth }] : [];
  return [{ name: 'GBX', depth }, ...implied];
}
