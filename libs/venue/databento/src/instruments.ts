import { ABSENT, AssetClass, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import { finerEntry } from '@tickwire/domain-feed';
import type { FeedSymbol, FeedSink } from '@tickwire/domain-feed';
import type { DefinitionRecord, SymbolMappingRecord } from '@tickwire/wire-dbn';
import { InstrumentTable } from './instrument-table.ts';
import { mappedSymbol } from './mapped-symbol.ts';
import { VENDOR } from './vendor.ts';

/** Prices of DBN are whole numbers of 1e-9. */
const PRICE_EXPONENT = -9;
const E9 = 1e9;
/** Of an instrument whose first record has no price. */
const USUAL_EXPONENT = -2;
const SYMBOL_BYTES_MAX = 80;
const NO_TIME = 0xffff_ffff;
const { floor } = Math;
/** 10^0 … 10^9, whole numbers for the engine as well. */
const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9] as const;

const ASSET_CLASSES: ReadonlyMap<string, AssetClass> = new Map([
  ...(['K'] as const).map((code) => [code, AssetClass.Equity] as const),
  ...(['F', 'S'] as const).map((code) => [code, AssetClass.Future] as const),
  ...(['C', 'P', 'T', 'M'] as const).map((code) => [code, AssetClass.Option] as const),
  ...(['B'] as const).map((code) => [code, AssetClass.FixedIncome] as const),
  ...(['X'] as const).map((code) => [code, AssetClass.Fx] as const),
]);

/** One instrument as it is now: its directory entry, and whether its book may be used. */
export class Instrument implements FeedSymbol {
  index: number;
  /** The vendor's number of it, today. */
  id = 0;
  synced = true;
  gapBefore = false;
  /** The orders told since its book was cleared are all there are. */
  hasOrders = false;
  entry: NewDirectoryEntry;
  /** Prices of DBN in one unit of the entry's. */
  #unit: number;

  constructor(index: number, entry: NewDirectoryEntry) {
    this.index = index;
    this.entry = entry;
    this.#unit = unitOf(entry);
  }

  /** Whether the entry holds a price, in units of 1e-9 and a safe integer, exactly. */
  fits(price: number): boolean {
    const unit = this.#unit;
    // As `price % unit === 0`, for which the engine calls a function of tens of nanoseconds.
    return floor(price / unit) * unit === price;
  }

  /** A price that fits, in the entry's units; `ABSENT` of none, which is `NaN`. */
  mantissa(price: number): number {
    return Number.isNaN(price) ? ABSENT : price / this.#unit;
  }

  /** Orders are missing: a book that follows them is not right before it is cleared. */
  doubtOrders(): void {
    this.hasOrders = false;
  }

  move(index: number, entry: NewDirectoryEntry): void {
    this.index = index;
    this.entry = entry;
    this.#unit = unitOf(entry);
  }
}

/** What an instrument id is called in a span of time. */
interface Naming {
  readonly symbol: string;
  readonly startHi: number;
  readonly startLo: number;
  instrument: Instrument | undefined;
}

export interface InstrumentCounts {
  mappings: number;
  definitions: number;
  /** Entries made because a price or a definition needed finer exponents. */
  superseding: number;
  directoryFull: number;
}

/** Instruments by the vendor's ids, which mean something for one day only. */
export class Instruments {
  readonly counts: InstrumentCounts = {
    ...{ mappings: 0, definitions: 0, superseding: 0, directoryFull: 0 },
  };
  readonly #sink: FeedSink;
  readonly #namings = new Map<number, Naming[]>();
  /** Of a symbol under whichever id. */
  readonly #bySymbol = new Map<string, Instrument>();
  /** By the symbol of the entry: a definition may call an instrument otherwise than a mapping. */
  readonly #byEntry = new Map<string, Instrument>();
  /** What each id means now. */
  readonly #table = new InstrumentTable();

  constructor(sink: FeedSink) {
    this.#sink = sink;
  }

  symbolOf(instrumentId: number): string | undefined {
    return this.#namings.get(instrumentId)?.at(-1)?.symbol;
  }

  /** The instrument whose entry has this symbol. */
  named(symbol: string): Instrument | undefined {
    return this.#byEntry.get(symbol);
  }

  all(): IterableIterator<Instrument> {
    return this.#bySymbol.values();
  }

  /** From `start_ts` on the id means this symbol. */
  onMapping(mapping: SymbolMappingRecord): void {
    this.counts.mappings += 1;
    const { instrumentId, startTsHi32, startTsLo32 } = mapping;
    const symbol = clean(mappedSymbol(mapping));
    if (symbol === '') return;
    const isOpen = startTsHi32 === NO_TIME && startTsLo32 === NO_TIME;
    const [startHi, startLo] = isOpen ? [0, 0] : [startTsHi32, startTsLo32];
    const namings = this.#namings.get(instrumentId) ?? [];
    const last = namings.at(-1);
    if (last?.symbol === symbol) return;
    namings.push({ symbol, startHi, startLo, instrument: undefined });
    namings.sort((a, b) => a.startHi - b.startHi || a.startLo - b.startLo);
    // Today's and yesterday's: a replay spans no more.
    this.#namings.set(instrumentId, namings.slice(-2));
    this.#table.forget(instrumentId);
  }

  /** @returns `undefined` when the directory is full. */
  onDefinition(record: DefinitionRecord): Instrument | undefined {
    this.counts.definitions += 1;
    const { instrumentId, tsEventHi32, tsEventLo32 } = record;
    const naming = this.#namingAt(instrumentId, tsEventHi32, tsEventLo32);
    const symbol = clean(record.rawSymbol) || naming.symbol;
    const entry = definedEntry(record, symbol);
    const known = naming.instrument ?? this.#bySymbol.get(naming.symbol);
    const instrument = known ?? this.#add(naming.symbol, entry);
    this.#bind(instrumentId, naming, instrument);
    if (instrument === undefined || known === undefined) return instrument;
    // Never coarser than before: what was handed on stays exact in the newer entry.
    const priceExp = Math.min(entry.priceExp, known.entry.priceExp);
    this.#supersede(known, finerEntry(entry, { priceExp, sizeExp: 0, supersedes: known.index }));
    return instrument;
  }

  /**
   * The instrument of an id at a time. A new one has an entry that holds `price` (1e-9).
   * @returns `undefined` when the directory has no room for it.
   */
  find(
    instrumentId: number,
    at: Readonly<{ hi: number; lo: number }>,
    price: number,
  ): Instrument | undefined {
    return this.#table.find(instrumentId, at.hi, at.lo) ?? this.#resolve(instrumentId, at, price);
  }

  /** Makes the entry hold `price`, a safe integer. False without room in the directory. */
  refine(instrument: Instrument, price: number): boolean {
    if (instrument.fits(price)) return true;
    const { entry, index } = instrument;
    const to = { priceExp: exponentOf(price), sizeExp: entry.sizeExp, supersedes: index };
    return this.#supersede(instrument, finerEntry(entry, to));
  }

  #resolve(
    instrumentId: number,
    at: Readonly<{ hi: number; lo: number }>,
    price: number,
  ): Instrument | undefined {
    const naming = this.#namingAt(instrumentId, at.hi, at.lo);
    const instrument =
      naming.instrument ??
      this.#bySymbol.get(naming.symbol) ??
      this.#add(naming.symbol, firstEntry(naming.symbol, price));
    this.#bind(instrumentId, naming, instrument);
    return instrument;
  }

  /** The table has what an id means now, not what it meant yesterday. */
  #bind(instrumentId: number, naming: Naming, instrument: Instrument | undefined): void {
    naming.instrument = instrument;
    const isNow = this.#namings.get(instrumentId)?.at(-1) === naming;
    if (!isNow || instrument === undefined) return;
    instrument.id = instrumentId;
    this.#table.set(instrumentId, instrument, naming);
  }

  #supersede(instrument: Instrument, entry: NewDirectoryEntry | undefined): boolean {
    if (entry === undefined) return false;
    if (isSame(entry, instrument.entry)) return true;
    const index = this.#sink.define(entry);
    if (index === undefined) {
      this.counts.directoryFull += 1;
      return false;
    }
    this.counts.superseding += 1;
    this.#byEntry.delete(instrument.entry.symbol);
    this.#byEntry.set(entry.symbol, instrument);
    instrument.move(index, entry);
    return true;
  }

  #add(symbol: string, entry: NewDirectoryEntry): Instrument | undefined {
    const index = this.#sink.define(entry);
    if (index === undefined) {
      this.counts.directoryFull += 1;
      return undefined;
    }
    const instrument = new Instrument(index, entry);
    this.#bySymbol.set(symbol, instrument);
    this.#byEntry.set(entry.symbol, instrument);
    return instrument;
  }

  #namingAt(instrumentId: number, hi: number, lo: number): Naming {
    const namings = this.#namings.get(instrumentId);
    if (namings === undefined) return this.#unnamed(instrumentId);
    const last = namings[namings.length - 1]!;
    const isBefore = hi < last.startHi || (hi === last.startHi && lo < last.startLo);
    return isBefore ? namings[0]! : last;
  }

  /** Of an id without a mapping the id is the symbol. */
  #unnamed(instrumentId: number): Naming {
    const naming = { symbol: `${instrumentId}`, startHi: 0, startLo: 0, instrument: undefined };
    this.#namings.set(instrumentId, [naming]);
    return naming;
  }
}

const unitOf = (entry: NewDirectoryEntry): number => POWERS[entry.priceExp - PRICE_EXPONENT]!;

/** The coarsest exponent of 0 … −9 that holds a price exactly. */
function exponentOf(price: number): number {
  let exponent = PRICE_EXPONENT;
  for (let unit = 10; exponent < 0 && price % unit === 0; unit *= 10) exponent += 1;
  return exponent;
}

/** @param price - In 1e-9; what is no price, `NaN` or none that is exact, says nothing. */
function firstEntry(symbol: string, price: number): NewDirectoryEntry {
  const isKnown = price !== 0 && Number.isSafeInteger(price);
  const priceExp = isKnown ? exponentOf(price) : USUAL_EXPONENT;
  return {
    ...{ vendor: VENDOR, venue: '', symbol, canonicalSymbol: '', currency: '' },
    ...{ assetClass: AssetClass.Unknown, textForm: TextForm.Stripped, supersedes: SUPERSEDES_NONE },
    ...{ priceExp, sizeExp: 0, markExp: priceExp, tickSize: ABSENT, lotSize: 1 },
    ...{ multiplierE9: ABSENT, expirySec: ABSENT },
  };
}

function definedEntry(record: DefinitionRecord, symbol: string): NewDirectoryEntry {
  const step = record.minPriceIncrement;
  const isStep = step !== null && step > 0 && Number.isSafeInteger(step);
  const entry = firstEntry(symbol, isStep ? step : Number.NaN);
  const multiplier = record.unitOfMeasureQty;
  const { expirationHi32: hi, expirationLo32: lo } = record;
  const hasExpiry = hi !== NO_TIME || lo !== NO_TIME;
  return {
    ...entry,
    venue: clean(record.exchange).slice(0, 16),
    currency: clean(record.currency).slice(0, 8),
    assetClass:
      ASSET_CLASSES.get(String.fromCharCode(record.instrumentClass)) ?? AssetClass.Unknown,
    tickSize: isStep ? step / unitOf(entry) : ABSENT,
    multiplierE9: Number.isSafeInteger(multiplier) ? (multiplier ?? ABSENT) : ABSENT,
    expirySec: hasExpiry ? Math.floor((hi * 4294967296 + lo) / E9) : ABSENT,
  };
}

/** Whether two entries say the same of an instrument. */
function isSame(a: NewDirectoryEntry, b: NewDirectoryEntry): boolean {
  const keys = Object.keys(a) as (keyof NewDirectoryEntry)[];
  return keys.every((key) => key === 'supersedes' || a[key] === b[key]);
}

/** A text of the vendor as a directory takes it: printable ASCII, bounded. */
const clean = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, '').slice(0, SYMBOL_BYTES_MAX);
