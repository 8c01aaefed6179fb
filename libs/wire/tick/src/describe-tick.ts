/**
 * A tick as a plain object for people and JSON: decimals as exact text, stamps as ns text, names
 * instead of codes. For `tail`, `dump` and tests; never on the hot path.
 */
import {
  ABSENT,
  INSTRUMENT_ALL,
  StreamReason,
  formatDecimal,
  streamReasonName,
  streamScopeName,
  streamStateName,
} from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { Action, BarFlag, Side, TickKind, tickFlagNames, tickKindName } from './kind.ts';
import { unpackPublishDelta } from './publish-delta.ts';
import type { TickView } from './tick-view.ts';

export type TickJson = Record<string, string | number | string[]>;

/**
 * @param entry - The directory entry of the tick's instrument, if known: without it prices and
 *   sizes are shown as mantissas (`priceMantissa`), never guessed.
 * @throws TickError `OUT_OF_RANGE` for a payload that holds an impossible number.
 */
export function describeTick(tick: TickView, entry: DirectoryEntry | undefined): TickJson {
  const out: TickJson = { kind: tickKindName(tick.kind) };
  if (entry !== undefined && tick.instrument !== INSTRUMENT_ALL) {
    out.vendor = entry.vendor;
    out.venue = entry.venue;
    out.symbol = entry.symbol;
  }
  out.instrument = tick.instrument === INSTRUMENT_ALL ? 'all' : tick.instrument;
  if (tick.hasTsEvent) out.tsEvent = u64(tick.tsEventHi, tick.tsEventLo);
  out.tsRecv = u64(tick.tsRecvHi, tick.tsRecvLo);
  out.sequence = tick.sequence;
  out.publishDeltaNs = unpackPublishDelta(tick.publishDelta);
  out.publisher = tick.publisher;
  const side = nameOf(Side, tick.side);
  const action = nameOf(Action, tick.action);
  if (side !== 'none') out.side = side;
  if (action !== 'none') out.action = action;
  out.flags = tickFlagNames(tick.flags);
  describePayload(out, tick, entry);
  return out;
}

function describePayload(out: TickJson, tick: TickView, entry: DirectoryEntry | undefined): void {
  const price = (name: string, mantissa: number): void =>
    put(out, name, { mantissa, exponent: entry?.priceExp });
  const size = (name: string, mantissa: number): void =>
    put(out, name, { mantissa, exponent: entry?.sizeExp });
  switch (tick.kind) {
    case TickKind.Trade:
      price('price', tick.price);
      size('size', tick.size);
      out.tradeId = u64(tick.tradeIdHi, tick.tradeIdLo);
      out.conditions = [0, 1, 2, 3].map((slot) => String(tick.condition(slot)));
      break;
    case TickKind.Quote:
      price('bidPrice', tick.bidPrice);
      price('askPrice', tick.askPrice);
      size('bidSize', tick.bidSize);
      size('askSize', tick.askSize);
      break;
    case TickKind.QuoteExt:
      out.bidOrders = tick.bidOrders;
      out.askOrders = tick.askOrders;
      out.bidPublisher = tick.bidPublisher;
      out.askPublisher = tick.askPublisher;
      break;
    case TickKind.Level:
      price('price', tick.price);
      size('size', tick.size);
      out.orderCount = tick.orderCount;
      out.level = tick.level;
      break;
    case TickKind.Order:
      price('price', tick.price);
      size('size', tick.size);
      out.orderId = u64(tick.orderIdHi, tick.orderIdLo);
      out.priority = u64(tick.priorityHi, tick.priorityLo);
      break;
    case TickKind.Clear:
      out.fullSequence = u64(tick.fullSequenceHi, tick.fullSequenceLo);
      break;
    case TickKind.BarPrice:
      price('open', tick.open);
      price('high', tick.high);
      price('low', tick.low);
      price('close', tick.close);
      break;
    default:
      describeRare(out, tick, entry);
  }
}

function describeRare(out: TickJson, tick: TickView, entry: DirectoryEntry | undefined): void {
  switch (tick.kind) {
    case TickKind.BarVolume: {
      const scale = tick.barFlags & BarFlag.TurnoverScaleMask;
      put(out, 'volume', { mantissa: tick.volume, exponent: entry?.sizeExp });
      const exponent = entry === undefined ? undefined : entry.priceExp + entry.sizeExp + scale;
      put(out, 'turnover', { mantissa: tick.turnover, exponent });
      out.trades = tick.trades;
      out.intervalMs = tick.intervalMs;
      out.coverage = tick.coverageE4 / 1e4;
      out.revision = tick.revision;
      out.barFlags = tick.barFlags;
      break;
    }
    case TickKind.Stream:
      describeMissing(out, tick);
      if (!isAllOnes(tick.fromTsHi, tick.fromTsLo)) out.fromTs = u64(tick.fromTsHi, tick.fromTsLo);
      out.state = streamStateName(tick.state);
      out.previousState = streamStateName(tick.previousState);
      out.reason = streamReasonName(tick.reason);
      out.scope = streamScopeName(tick.scope);
      out.ledgerId = tick.ledgerId;
      break;
    case TickKind.Mark:
      put(out, 'markPrice', { mantissa: tick.markPrice, exponent: entry?.markExp });
      put(out, 'indexPrice', { mantissa: tick.indexPrice, exponent: entry?.markExp });
      put(out, 'fundingRate', { mantissa: tick.fundingRateE12, exponent: -12 });
      out.nextFundingTs = u64(tick.nextFundingTsHi, tick.nextFundingTsLo);
      break;
    case TickKind.Stat:
      put(out, 'value', { mantissa: tick.value, exponent: entry?.priceExp });
      put(out, 'quantity', { mantissa: tick.quantity, exponent: entry?.sizeExp });
      out.referenceTs = u64(tick.referenceTsHi, tick.referenceTsLo);
      out.statistic = tick.statistic;
      break;
    case TickKind.Status:
      out.tradingState = tick.tradingState;
      out.statusReason = tick.statusReason;
      out.session = tick.session;
      out.haltResume = tick.haltResume;
      put(out, 'limitLow', { mantissa: tick.limitLow, exponent: entry?.priceExp });
      put(out, 'limitHigh', { mantissa: tick.limitHigh, exponent: entry?.priceExp });
      break;
    case TickKind.Imbalance:
      put(out, 'referencePrice', { mantissa: tick.referencePrice, exponent: entry?.priceExp });
      put(out, 'paired', { mantissa: tick.paired, exponent: entry?.sizeExp });
      put(out, 'imbalance', { mantissa: tick.imbalance, exponent: entry?.sizeExp });
      out.auctionType = tick.auctionType;
      break;
    default:
  }
}

/** What is missing, or of a symbol that moves between rings where the other tick of the move is. */
function describeMissing(out: TickJson, tick: TickView): void {
  const first = u64(tick.firstMissingHi, tick.firstMissingLo);
  const { missingCountHi: hi, missingCountLo: lo } = tick;
  if (tick.reason === StreamReason.MovedOut || tick.reason === StreamReason.MovedIn) {
    out.otherRingId = [hi, lo].map((word) => word.toString(16).padStart(8, '0')).join('');
    out.otherPosition = first;
    return;
  }
  out.firstMissing = first;
  out.missingCount = isAllOnes(hi, lo) ? 'unknown' : u64(hi, lo);
}

/** Absent values are left out; without an exponent the mantissa is shown under its own name. */
function put(
  out: TickJson,
  name: string,
  { mantissa, exponent }: { mantissa: number; exponent: number | undefined },
): void {
  if (mantissa === ABSENT) return;
  if (exponent === undefined) out[`${name}Mantissa`] = mantissa;
  else out[name] = formatDecimal(mantissa, exponent) ?? '';
}

const u64 = (hi: number, lo: number): string => ((BigInt(hi) << 32n) | BigInt(lo)).toString();

const isAllOnes = (hi: number, lo: number): boolean => hi === 0xffff_ffff && lo === 0xffff_ffff;

const nameOf = (table: Record<string, number>, value: number): string =>
  Object.keys(table)
    .find((name) => table[name] === value)
    ?.toLowerCase() ?? `unknown(${value})`;
