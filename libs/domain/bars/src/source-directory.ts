import { SUPERSEDES_NONE } from '@tickwire/core';
import type { DirectoryEntry } from '@tickwire/core';
import { InstrumentBars, SourceEntry } from './instrument-bars.ts';
import type { StreamLife } from './stream-life.ts';

/** Looks an entry of the source ring's directory up; `undefined` when there is none (yet). */
export type EntryLookup = (index: number) => DirectoryEntry | undefined;

/** Directory index → instrument. Entries that supersede one another are one instrument. */
export class SourceDirectory {
  readonly instruments: InstrumentBars[] = [];
  readonly #lookup: EntryLookup;
  readonly #life: StreamLife;
  readonly #intervalsUs: readonly number[];
  readonly #known: (SourceEntry | undefined)[] = [];

  constructor(options: { lookup: EntryLookup; life: StreamLife; intervalsUs: readonly number[] }) {
    this.#lookup = options.lookup;
    this.#life = options.life;
    this.#intervalsUs = options.intervalsUs;
  }

  /** The entry of `index`; allocates only when it is asked for the first time. */
  get(index: number): SourceEntry | undefined {
    return this.#known[index] ?? this.#attach(index);
  }

  #attach(index: number): SourceEntry | undefined {
    const chain: DirectoryEntry[] = [];
    let entry = this.#lookup(index);
    // Ends: an entry supersedes a smaller index only.
    while (entry !== undefined && this.#known[entry.index] === undefined) {
      chain.push(entry);
      const older = entry.supersedes;
      entry = older === SUPERSEDES_NONE || older >= entry.index ? undefined : this.#lookup(older);
    }
    let bars = entry === undefined ? undefined : this.#known[entry.index]?.bars;
    for (const next of chain.reverse()) {
      if (bars === undefined) bars = this.#add(next);
      else bars.supersede(next);
      this.#known[next.index] = new SourceEntry(bars, next);
    }
    for (const known of this.#known) if (known?.bars === bars) known?.refresh();
    return this.#known[index];
  }

  #add(entry: DirectoryEntry): InstrumentBars {
    const place = {
      number: this.instruments.length,
      life: this.#life.join(),
      intervalsUs: this.#intervalsUs,
    };
    const bars = new InstrumentBars(entry, place);
    this.instruments.push(bars);
    return bars;
  }
}
