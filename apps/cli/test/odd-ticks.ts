/**
 * Ticks of every kind with whatever may stand in one: absent and extreme numbers, codes without a
 * name, instruments that nobody knows. And instruments with odd exponents and odder symbols.
 */
import { ABSENT, AssetClass, INSTRUMENT_ALL, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import { TickKind } from '@tickwire/wire-tick';
import type { TickView } from '@tickwire/wire-tick';

export type Random = () => number;

const MANTISSA_MAX = Number.MAX_SAFE_INTEGER;
/** Kinds that this version does not know: a later one may write them. */
const UNKNOWN_KINDS = [0, 15, 77, 254];
const SYMBOLS = [
  'BTC-USDT',
  'a"b\\c',
  'tab\there\u0001\u007f',
  'Ωμέγα-Δ',
  '東京/日経',
  '😀-USD',
  'é'.repeat(40),
  'line\u2028separator',
];

export const ODD_SYMBOLS: readonly string[] = SYMBOLS;

/** Entries from 1 on: each symbol with the exponents from one end to the other. */
export function oddInstruments(): NewDirectoryEntry[] {
  return SYMBOLS.flatMap((symbol, at) =>
    [-18, -8, -2, -1, 0, 3, 18].map((priceExp, step): NewDirectoryEntry => {
      const forms = Object.values(TextForm);
      return {
        ...{ vendor: 'odd', venue: at % 2 === 0 ? '' : 'ÖDD"', symbol, canonicalSymbol: '' },
        ...{ assetClass: AssetClass.Spot, currency: 'USDT' },
        textForm: forms[(at + step) % forms.length] ?? TextForm.Stripped,
        ...{ priceExp, sizeExp: -priceExp, markExp: -((step * 5) % 19) },
        ...{ tickSize: 1, lotSize: ABSENT, multiplierE9: ABSENT, expirySec: ABSENT },
        supersedes: SUPERSEDES_NONE,
      };
    }),
  );
}

const below = (random: Random, end: number): number => Math.floor(random() * end);

function pick<T>(random: Random, from: readonly T[]): T {
  return from[below(random, from.length)] as T;
}

function amount(random: Random): number {
  const magnitude = Math.floor(random() * 10 ** below(random, 17));
  const sign = random() < 0.3 ? -1 : 1;
  const odd = [ABSENT, ABSENT, 0, 1, -1, 10, 1_000_000, MANTISSA_MAX, -MANTISSA_MAX];
  return random() < 0.4 ? pick(random, odd) : sign * Math.min(magnitude, MANTISSA_MAX) || 0;
}

/** Half of a 64-bit number. */
const word = (random: Random): number =>
  random() < 0.2 ? pick(random, [0, 1, 0xffff_ffff, 0x8000_0000]) : below(random, 2 ** 32);

function wide(random: Random, set: (hi: number, lo: number) => void): void {
  if (random() < 0.2) set(0xffff_ffff, 0xffff_ffff);
  else set(word(random), word(random));
}

const u16 = (random: Random): number => below(random, 2 ** 16);
const u8 = (random: Random): number => below(random, 256);

const PAYLOADS: Partial<Record<number, (tick: TickView, random: Random) => void>> = {
  [TickKind.Trade]: (tick, random) => {
    Object.assign(tick, { price: amount(random), size: amount(random) });
    wide(random, (hi, lo) => tick.setTradeId(hi, lo));
    for (let slot = 0; slot < 4; slot++) tick.setCondition(slot, u8(random));
  },
  [TickKind.Quote]: (tick, random) => {
    Object.assign(tick, { bidPrice: amount(random), askPrice: amount(random) });
    Object.assign(tick, { bidSize: amount(random), askSize: amount(random) });
  },
  [TickKind.QuoteExt]: (tick, random) => {
    tick.setQuoteOrders(word(random), word(random));
    tick.setQuotePublishers(u16(random), u16(random));
  },
  [TickKind.Level]: (tick, random) => {
    Object.assign(tick, { price: amount(random), size: amount(random) });
    Object.assign(tick, { orderCount: word(random), level: u16(random) });
  },
  [TickKind.Order]: (tick, random) => {
    Object.assign(tick, { price: amount(random), size: amount(random) });
    wide(random, (hi, lo) => tick.setOrderId(hi, lo));
    wide(random, (hi, lo) => tick.setPriority(hi, lo));
  },
  [TickKind.Clear]: (tick, random) => wide(random, (hi, lo) => tick.setFullSequence(hi, lo)),
  [TickKind.Mark]: (tick, random) => {
    Object.assign(tick, { markPrice: amount(random), indexPrice: amount(random) });
    tick.fundingRateE12 = amount(random);
    wide(random, (hi, lo) => tick.setNextFundingTs(hi, lo));
  },
  [TickKind.Stat]: (tick, random) => {
    Object.assign(tick, { value: amount(random), quantity: amount(random) });
    wide(random, (hi, lo) => tick.setReferenceTs(hi, lo));
    tick.statistic = u16(random);
  },
  [TickKind.Status]: (tick, random) => {
    const status = { tradingState: u8(random), statusReason: u8(random) };
    tick.setStatus({ ...status, session: u8(random), haltResume: u8(random) });
    Object.assign(tick, { limitLow: amount(random), limitHigh: amount(random) });
  },
  [TickKind.Imbalance]: (tick, random) => {
    Object.assign(tick, { referencePrice: amount(random), paired: amount(random) });
    Object.assign(tick, { imbalance: amount(random), auctionType: u8(random) });
  },
  [TickKind.BarPrice]: (tick, random) => {
    Object.assign(tick, { open: amount(random), high: amount(random) });
    Object.assign(tick, { low: amount(random), close: amount(random) });
  },
  [TickKind.BarVolume]: (tick, random) => {
    Object.assign(tick, { volume: amount(random), turnover: amount(random) });
    Object.assign(tick, { trades: word(random), intervalMs: word(random) });
    Object.assign(tick, { coverageE4: u16(random), revision: u16(random), barFlags: u16(random) });
  },
  [TickKind.Stream]: (tick, random) => {
    wide(random, (hi, lo) => tick.setFirstMissing(hi, lo));
    wide(random, (hi, lo) => tick.setMissingCount(hi, lo));
    wide(random, (hi, lo) => tick.setFromTs(hi, lo));
    const codes = { state: below(random, 10), previousState: below(random, 10) };
    tick.setStream({ ...codes, reason: below(random, 18), scope: below(random, 5) });
    tick.ledgerId = word(random);
  },
};

const KINDS = [...Object.values(TickKind), ...UNKNOWN_KINDS];

/** Makes one such tick in the view. PAD is among them: readers must skip it. */
export function fillOddTick(tick: TickView, random: Random, instruments: number): void {
  const kind = pick(random, KINDS) as TickKind;
  tick.begin(kind);
  if (random() < 0.9) wide(random, (hi, lo) => tick.setTsEvent(hi, lo));
  wide(random, (hi, lo) => tick.setTsRecv(hi, lo));
  const strange = [0, instruments, instruments + 1, INSTRUMENT_ALL, 0xffff_fffe];
  tick.instrument = random() < 0.15 ? pick(random, strange) : below(random, instruments);
  tick.sequence = word(random);
  tick.publishDelta = u16(random);
  tick.publisher = u16(random);
  tick.setSideAction(below(random, 5) as 0, below(random, 12) as 0);
  tick.flags = random() < 0.5 ? below(random, 8) : u16(random);
  PAYLOADS[kind]?.(tick, random);
}
