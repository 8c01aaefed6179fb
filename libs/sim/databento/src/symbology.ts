/** Which instruments a client's symbols are, by each type of symbols that the simulator knows. */
import { STYPE_NAMES } from '@tickwire/wire-dbn';
import type { DatabentoInstrument, ListedInstrument } from './instruments.ts';
import { ALL_SYMBOLS } from './subscription.ts';

/** An instrument that a symbol is, and when, ns of the Unix epoch; without, on the day of now. */
export interface MappedInstrument {
  readonly instrument: ListedInstrument;
  readonly startNs?: bigint;
  readonly endNs?: bigint;
}

export interface ResolvedSymbol {
  /** As the client asked. */
  readonly symbol: string;
  readonly instruments: readonly MappedInstrument[];
}

export interface Resolution {
  readonly found: readonly ResolvedSymbol[];
  readonly notFound: readonly string[];
}

export interface SymbolResolver {
  /** @param request.stypeIn - `STYPE_NAMES`; undefined is given for a type unknown here. */
  resolve(request: {
    readonly stypeIn: number;
    readonly symbols: readonly string[];
  }): Resolution | undefined;
}

/** Types of symbols that are known here; a futures venue has no others. */
export const KNOWN_STYPES = ['instrument_id', 'raw_symbol', 'continuous', 'parent'] as const;

export class Symbology implements SymbolResolver {
  readonly #instruments: readonly DatabentoInstrument[];
  readonly #byRaw: ReadonlyMap<string, DatabentoInstrument>;
  readonly #byId: ReadonlyMap<number, DatabentoInstrument>;
  readonly #byRoot = new Map<string, DatabentoInstrument[]>();

  constructor(instruments: readonly DatabentoInstrument[]) {
    this.#instruments = instruments;
    this.#byRaw = new Map(instruments.map((each) => [each.rawSymbol, each]));
    this.#byId = new Map(instruments.map((each) => [each.id, each]));
    for (const instrument of instruments) {
      const family = this.#byRoot.get(instrument.root);
      if (family === undefined) this.#byRoot.set(instrument.root, [instrument]);
      else family.push(instrument);
    }
  }

  resolve(request: {
    readonly stypeIn: number;
    readonly symbols: readonly string[];
  }): Resolution | undefined {
    const stype = KNOWN_STYPES.find((known) => known === STYPE_NAMES[request.stypeIn]);
    if (stype === undefined) return undefined;
    const found: ResolvedSymbol[] = [];
    const notFound: string[] = [];
    for (const symbol of new Set(request.symbols)) {
      if (symbol === ALL_SYMBOLS) found.push(...this.#all());
      else {
        const instruments = this.#find(stype, symbol);
        if (instruments.length === 0) notFound.push(symbol);
        else found.push({ symbol, instruments: instruments.map(mapped) });
      }
    }
    return { found, notFound };
  }

  #all(): ResolvedSymbol[] {
    return this.#instruments.map((each) => ({
      symbol: each.rawSymbol,
      instruments: [mapped(each)],
    }));
  }

  #find(stype: (typeof KNOWN_STYPES)[number], symbol: string): readonly DatabentoInstrument[] {
    if (stype === 'raw_symbol') return listed(this.#byRaw.get(symbol));
    if (stype === 'instrument_id') {
      return /^\d{1,10}$/.test(symbol) ? listed(this.#byId.get(Number(symbol))) : [];
    }
    if (stype === 'parent') {
      return symbol.endsWith('.FUT') ? (this.#byRoot.get(symbol.slice(0, -4)) ?? []) : [];
    }
    // Calendar, open interest and volume roll at the same time here.
    const [, root, rank] = /^(.+)\.[cnv]\.(\d{1,3})$/.exec(symbol) ?? [];
    return root === undefined ? [] : listed(this.#byRoot.get(root)?.[Number(rank)]);
  }
}

function mapped(instrument: DatabentoInstrument): MappedInstrument {
  return { instrument };
}

function listed(instrument: DatabentoInstrument | undefined): readonly DatabentoInstrument[] {
  return instrument === undefined ? [] : [instrument];
}
