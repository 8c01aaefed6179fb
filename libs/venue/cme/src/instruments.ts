import { SUPERSEDES_NONE } from '@tickwire/core';
import type { NewDirectoryEntry } from '@tickwire/core';
import type { FeedSink } from '@tickwire/domain-feed';
import { CmeInstrument } from './instrument.ts';
import type { Definition, InstrumentBooks } from './instrument.ts';
import type { CmeTallies } from './tallies.ts';

/** What a definition came to. */
export const Defined = {
  /** Nothing that matters here is different. */
  Same: 0,
  New: 1,
  /** Another directory entry, or books of another depth. */
  Changed: 2,
  Gone: 3,
  /** No symbol, the directory is full, or there are too many. */
  Refused: 4,
} as const;
export type Defined = (typeof Defined)[keyof typeof Defined];

/** The instruments of a channel, by SecurityID. */
export class Instruments {
  readonly #byId = new Map<number, CmeInstrument>();
  /** Of two with one symbol the one that was defined last. */
  readonly #bySymbol = new Map<string, CmeInstrument>();
  readonly #sink: FeedSink;
  readonly #tallies: CmeTallies;
  readonly #books: InstrumentBooks;
  readonly #max: number;
  /** What `get` found last: entries of a message are often of one instrument. */
  #last: CmeInstrument | undefined = undefined;
  #lastId: number | undefined = undefined;

  constructor(parts: { sink: FeedSink; tallies: CmeTallies; books: InstrumentBooks; max: number }) {
    this.#sink = parts.sink;
    this.#tallies = parts.tallies;
    this.#books = parts.books;
    this.#max = parts.max;
  }

  get count(): number {
    return this.#byId.size;
  }

  /** `undefined` while no definition has come: counted, the entry is dropped. */
  get(securityId: number): CmeInstrument | undefined {
    if (securityId === this.#lastId) return this.#last;
    const instrument = this.#byId.get(securityId);
    if (instrument === undefined) {
      this.#tallies.undefinedEntries.add(1);
      return undefined;
    }
    this.#lastId = securityId;
    this.#last = instrument;
    return instrument;
  }

  has(securityId: number): boolean {
    return this.#byId.has(securityId);
  }

  /** Without counting what is not there. */
  find(securityId: number): CmeInstrument | undefined {
    return this.#byId.get(securityId);
  }

  withSymbol(symbol: string): CmeInstrument | undefined {
    return this.#bySymbol.get(symbol);
  }

  all(): Iterable<CmeInstrument> {
    return this.#byId.values();
  }

  define(definition: Definition): Defined {
    this.#tallies.definitions.add(1);
    const known = this.#byId.get(definition.securityId);
    if (definition.isDeleted) return this.#remove(known);
    const result = known === undefined ? this.#add(definition) : this.#change(known, definition);
    if (result === Defined.Refused) this.#tallies.definitionsRefused.add(1);
    return result;
  }

  #remove(known: CmeInstrument | undefined): Defined {
    if (known === undefined) return Defined.Same;
    this.#byId.delete(known.securityId);
    this.#forgetSymbol(known);
    this.#lastId = undefined;
    return Defined.Gone;
  }

  #add(definition: Definition): Defined {
    const { entry } = definition;
    if (this.#byId.size >= this.#max || entry.symbol === '') return Defined.Refused;
    const index = this.#sink.define(entry);
    if (index === undefined) return Defined.Refused;
    const instrument = new CmeInstrument(definition, index, this.#books);
    this.#byId.set(definition.securityId, instrument);
    this.#bySymbol.set(entry.symbol, instrument);
    return Defined.New;
  }

  #change(known: CmeInstrument, definition: Definition): Defined {
    const { definition: old } = known;
    const hasOtherEntry = !isSameEntry(old.entry, definition.entry);
    const hasOtherBooks =
      old.levels !== definition.levels ||
      old.impliedLevels !== definition.impliedLevels ||
      old.isInverted !== definition.isInverted;
    if (hasOtherEntry) {
      const index = this.#sink.define({ ...definition.entry, supersedes: known.index });
      if (index === undefined) return Defined.Refused;
      this.#tallies.supersedingEntries.add(1);
      known.index = index;
    }
    if (old.entry.symbol !== definition.entry.symbol) this.#forgetSymbol(known);
    this.#bySymbol.set(definition.entry.symbol, known);
    known.definition = definition;
    if (hasOtherBooks) known.makeBooks(this.#books);
    return hasOtherEntry || hasOtherBooks ? Defined.Changed : Defined.Same;
  }

  #forgetSymbol(known: CmeInstrument): void {
    const { symbol } = known.definition.entry;
    if (this.#bySymbol.get(symbol) === known) this.#bySymbol.delete(symbol);
  }
}

function isSameEntry(a: NewDirectoryEntry, b: NewDirectoryEntry): boolean {
  const keys = Object.keys(a) as (keyof NewDirectoryEntry)[];
  return keys.every((key) => a[key] === b[key]) && b.supersedes === SUPERSEDES_NONE;
}
