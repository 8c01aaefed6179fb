/** Symbols of a market from files: by what metadata, mappings and definitions say. */
import { STYPE_NAMES } from '@tickwire/wire-dbn';
import type { ListedInstrument } from '../instruments.ts';
import { ALL_SYMBOLS } from '../subscription.ts';
import { KNOWN_STYPES } from '../symbology.ts';
import type { MappedInstrument, Resolution, ResolvedSymbol, SymbolResolver } from '../symbology.ts';
import type { FileDataset } from './file-dataset.ts';

const RAW_SYMBOL = STYPE_NAMES.indexOf('raw_symbol');
const INSTRUMENT_ID = STYPE_NAMES.indexOf('instrument_id');
const PARENT = STYPE_NAMES.indexOf('parent');
/** Ends of parents by `instrument_class`: futures and their spreads, options and theirs. */
const PARENT_ENDS: ReadonlyMap<string, string> = new Map([
  ['F', 'FUT'],
  ['S', 'FUT'],
  ['C', 'OPT'],
  ['P', 'OPT'],
  ['T', 'OPT'],
]);

export class FileSymbology implements SymbolResolver {
  readonly #instruments: readonly ListedInstrument[];
  /** By type of symbols and symbol. */
  readonly #mapped = new Map<string, MappedInstrument[]>();

  constructor({ instruments, indexes, mappings, definitions }: FileDataset) {
    this.#instruments = instruments;
    for (const { stypeIn, symbol, id, startNs, endNs } of mappings) {
      const instrument = instruments[indexes.get(id) ?? -1];
      if (instrument !== undefined) this.#add(stypeIn, symbol, { instrument, startNs, endNs });
    }
    for (const instrument of instruments) {
      this.#addOnce(INSTRUMENT_ID, String(instrument.id), instrument);
      this.#addOnce(RAW_SYMBOL, instrument.rawSymbol, instrument);
      const { asset, instrumentClass } = definitions.get(instrument.id) ?? {};
      const end = PARENT_ENDS.get(instrumentClass ?? '');
      if (end === undefined || asset === undefined || asset === '') continue;
      this.#addOnce(PARENT, `${asset}.${end}`, instrument);
    }
  }

  resolve(request: {
    readonly stypeIn: number;
    readonly symbols: readonly string[];
  }): Resolution | undefined {
    const { stypeIn } = request;
    if (!KNOWN_STYPES.some((known) => known === STYPE_NAMES[stypeIn])) return undefined;
    const found: ResolvedSymbol[] = [];
    const notFound: string[] = [];
    for (const symbol of new Set(request.symbols)) {
      if (symbol === ALL_SYMBOLS) found.push(...this.#all());
      else {
        const instruments = this.#mapped.get(`${stypeIn}/${symbol}`);
        if (instruments === undefined) notFound.push(symbol);
        else found.push({ symbol, instruments });
      }
    }
    return { found, notFound };
  }

  #all(): ResolvedSymbol[] {
    return this.#instruments.map(({ rawSymbol }) => ({
      symbol: rawSymbol,
      instruments: this.#mapped.get(`${RAW_SYMBOL}/${rawSymbol}`) ?? [],
    }));
  }

  #add(stypeIn: number, symbol: string, mapped: MappedInstrument): void {
    const key = `${stypeIn}/${symbol}`;
    const known = this.#mapped.get(key);
    if (known === undefined) this.#mapped.set(key, [mapped]);
    else known.push(mapped);
  }

  #addOnce(stypeIn: number, symbol: string, instrument: ListedInstrument): void {
    const known = this.#mapped.get(`${stypeIn}/${symbol}`);
    if (known?.some((each) => each.instrument === instrument) === true) return;
    this.#add(stypeIn, symbol, { instrument });
  }
}
