import { ABSENT, AssetClass, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import { LEVELS_DEFAULT, LEVELS_MAX } from '@tickwire/domain-depth';
import type { Definition } from './instrument.ts';
import { TRADING_STATUS_ABSENT } from './instrument.ts';
import { displayedExponent, isPrice, isPriceOrAbsent, priceOf } from './prices.ts';
import { VENDOR } from './vendor.ts';

/** What all MDInstrumentDefinition messages have, as far as it is used. */
export interface DefinitionMessage {
  readonly totNumReports: number | null;
  readonly securityUpdateAction: number;
  readonly mdSecurityTradingStatus: number | null;
  readonly securityExchange: string;
  readonly securityGroup: string;
  readonly asset: string;
  readonly symbol: string;
  readonly securityID: number;
  readonly securityType: string;
  readonly currency: string;
  readonly minPriceIncrement: { readonly mantissa: number | null };
  readonly displayFactor: { readonly mantissa: number; readonly exponent: number };
  /** Not of spreads. */
  readonly unitOfMeasureQty?: { readonly mantissa: number | null };
  readonly highLimitPrice: { readonly mantissa: number | null };
  readonly lowLimitPrice: { readonly mantissa: number | null };
  noEvents(): { next(): boolean; readonly eventType: number; readonly eventTimeBigInt: bigint };
  noMDFeedTypes(): { next(): boolean; readonly mdFeedType: string; readonly marketDepth: number };
  noInstAttrib(): { next(): boolean; readonly instAttribValue: number };
}

/** What the template of a definition says by itself. */
export interface DefinitionKind {
  readonly assetClass: AssetClass;
  /** From the mantissas of the message to those of 1e-9. */
  readonly scale: number;
}

/** SecurityUpdateAction (tag 980). */
const DELETE = 0x44;
/** EventType (tag 865). */
const LAST_ELIGIBLE_TRADE_DATE = 7;
/** InstAttribValue (tag 872): bids rise and asks fall from the best on. */
const INVERTED_BOOK = 1 << 22;
const NS_PER_SECOND = 1_000_000_000n;
const PRINTABLE = /^[\x20-\x7e]*$/;

/**
 * Reads a definition. Prices of the entry are those that are displayed: its exponent is that of the
 * feed moved by DisplayFactor, as far as that is a power of ten; else prices stay the feed's.
 * Nothing is rounded: mantissas are those of the feed.
 *
 * @returns `undefined` when a text is none that a directory can hold: the definition is refused.
 */
export function readDefinition(
  message: DefinitionMessage,
  { assetClass, scale }: DefinitionKind,
): Definition | undefined {
  const symbol = message.symbol.trimEnd();
  const texts = [symbol, message.securityExchange, message.currency];
  if (symbol === '' || !texts.every((text) => PRINTABLE.test(text))) return undefined;
  const expirySec = expiryOf(message);
  const depths = depthsOf(message);
  const priceExp = displayedExponent(message.displayFactor);
  const low = priceOf(message.lowLimitPrice.mantissa, scale);
  const high = priceOf(message.highLimitPrice.mantissa, scale);
  return {
    securityId: message.securityID,
    group: message.securityGroup,
    asset: message.asset,
    isDeleted: message.securityUpdateAction === DELETE,
    entry: {
      vendor: VENDOR,
      venue: message.securityExchange.trimEnd() || 'CME',
      symbol,
      canonicalSymbol: '',
      assetClass: message.securityType === 'OOF' ? AssetClass.Option : assetClass,
      currency: message.currency.trimEnd(),
      priceExp,
      sizeExp: 0,
      markExp: priceExp,
      textForm: TextForm.Stripped,
      tickSize: positiveOf(message.minPriceIncrement.mantissa, scale),
      lotSize: ABSENT,
      multiplierE9: positiveOf(message.unitOfMeasureQty?.mantissa ?? null, scale),
      expirySec,
      supersedes: SUPERSEDES_NONE,
    },
    ...depths,
    isInverted: isInverted(message),
    tradingStatus: message.mdSecurityTradingStatus ?? TRADING_STATUS_ABSENT,
    limitLow: isPriceOrAbsent(low) ? low : ABSENT,
    limitHigh: isPriceOrAbsent(high) ? high : ABSENT,
  };
}

/** A mantissa of 1e-9 above 0, else `ABSENT`. */
function positiveOf(mantissa: number | null, scale: number): number {
  const value = priceOf(mantissa, scale);
  return isPrice(value) && value > 0 ? value : ABSENT;
}

function expiryOf(message: DefinitionMessage): number {
  const events = message.noEvents();
  let expirySec: number = ABSENT;
  while (events.next()) {
    if (events.eventType !== LAST_ELIGIBLE_TRADE_DATE) continue;
    expirySec = Number(events.eventTimeBigInt / NS_PER_SECOND);
  }
  return expirySec;
}

/** Depths of the book by level: GBX is the real one, GBI the implied one. */
function depthsOf(message: DefinitionMessage): { levels: number; impliedLevels: number } {
  const feeds = message.noMDFeedTypes();
  let levels: number = LEVELS_DEFAULT;
  let impliedLevels = 0;
  while (feeds.next()) {
    const depth = Math.min(Math.max(feeds.marketDepth, 0), LEVELS_MAX);
    if (feeds.mdFeedType === 'GBX') levels = Math.max(depth, 1);
    else if (feeds.mdFeedType === 'GBI') impliedLevels = depth;
  }
  return { levels, impliedLevels };
}

function isInverted(message: DefinitionMessage): boolean {
  const attributes = message.noInstAttrib();
  let bits = 0;
  while (attributes.next()) bits |= attributes.instAttribValue;
  return (bits & INVERTED_BOOK) !== 0;
}
