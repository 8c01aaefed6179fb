import { ABSENT, AssetClass, SUPERSEDES_NONE, TextForm } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import { finerEntry } from '@tickwire/domain-feed';
import type { FeedSymbol, FeedSink } from '@tickwire/domain-feed';
import type { DefinitionRecord, SymbolMappingRecord } from '@tickwire/wire-dbn';
import { VENDOR } from './vendor.ts';

/** Prices of DBN are whole numbers of 1e-9. */
const PRICE_EXPONENT = -9;
const E9 = 1e9;
const SYMBOL_BYTES_MAX = 80;
const NO_TIME = 0xffff_ffff;

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
  synced = true;
  gapBefore = false;
  entry: NewDirectoryEntry;
  /** Prices of DBN in one unit of the entry's. */
  #unit: number;

  constructor(index: number, entry: NewDirectoryEntry) {
    this.index = index;
    this.entry = entry;
    this.#unit = unitOf(entry);
  }

  /** Whether the entry holds a price, in units of 1e-9, exactly. */
  fits(price: number): boolean {
    return price % this.#unit === 0;
  }

  /** A price in the entry's units; `ABSENT` of none. */
  mantissa(price: number | null): number {
    return price === null ? ABSENT : price / this.#unit;
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

  constructor(sink: FeedSink) {
    this.#sink = sink;
  }

  symbolOf(instrumentId: number): string | undefined {
    return this.#namings.get(instrumentId)?.at(-1)?.symbol;
  }

  all(): IterableIterator<Instrument> {
    return this.#bySymbol.values();
  }

  /** From `start_ts` on the id means this symbol. */
  onMapping(mapping: SymbolMappingRecord): void {
    this.counts.mappings += 1;
    const { instrumentId, stypeOutSymbol, stypeInSymbol, startTsHi32, startTsLo32 } = mapping;
    // Asked for by a symbol of the venue, what comes out is the id itself.
    const isId = stypeOutSymbol === '' || /^\d+$/.test(stypeOutSymbol);
    const symbol = clean(isId ? stypeInSymbol : stypeOutSymbol);
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
    naming.instrument = instrument;
    if (instrument === undefined || known === undefined) return instrument;
    // Never coarser than before: what was handed on stays exact in the newer entry.
    const priceExp = Math.min(entry.priceExp, known.entry.priceExp);
    this.#supersede(known, finerEntry(entry, { priceExp, sizeExp: 0, supersedes: known.index }));
    return instrument;
  }

  /**
   * The instrument of an id at a time, its entry fine enough for `price` (1e-9), which may be null.
   * @returns `undefined` when the directory has no room for it.
   */
  find(
    instrumentId: number,
    at: { hi: number; lo: number },
    price: number | null,
  ): Instrument | undefined {
    const naming = this.#namingAt(instrumentId, at.hi, at.lo);
    naming.instrument ??=
      this.#bySymbol.get(naming.symbol) ??
      this.#add(naming.symbol, firstEntry(naming.symbol, price));
    const { instrument } = naming;
    return instrument === undefined ? undefined : this.refine(instrument, price);
  }

  /** @returns the instrument with an entry that holds `price`; `undefined` without room for it. */
  refine(instrument: Instrument, price: number | null): Instrument | undefined {
    if (price === null || instrument.fits(price)) return instrument;
    const { entry, index } = instrument;
    const to = { priceExp: exponentOf(price), sizeExp: entry.sizeExp, supersedes: index };
    return this.#supersede(instrument, finerEntry(entry, to)) ? instrument : undefined;
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

const unitOf = (entry: NewDirectoryEntry): number => 10 ** (entry.priceExp - PRICE_EXPONENT);

/** The coarsest exponent of 0 … −9 that holds a price exactly. */
function exponentOf(price: number): number {
  let exponent = PRICE_EXPONENT;
  for (let unit = 10; exponent < 0 && price % unit === 0; unit *= 10) exponent += 1;
  return exponent;
}

function firstEntry(symbol: string, price: number | null): NewDirectoryEntry {
  const priceExp = price === null || price === 0 ? -2 : exponentOf(price);
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
  const entry = firstEntry(symbol, isStep ? step : null);
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
