import { RType, SymbolMappingRecord } from '@tickwire/wire-dbn';
import type { RecordPlace, SymbolMapping } from '@tickwire/wire-dbn';

/** Of one file's metadata: at most 16 MB. */
const SYMBOLS_MAX = 100_000;
const DAY_MS = 86_400_000;
const ABSENT_HI = 0xffff_ffff;
const SECONDS_PER_WORD = 4.294967296;

interface Named {
  readonly symbol: string;
  /** ms since the Unix epoch; `undefined` where the mapping does not say. */
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
}

/**
 * What instruments are called, out of a recording's mappings, so that each further file of it says
 * so in its metadata: the records that said it are in an older file.
 */
export class RecordedSymbols {
  readonly #names = new Map<number, Named>();
  readonly #mapping = new SymbolMappingRecord();
  /** Mappings that had no room: in the file in which they came, and in no later one. */
  notRepeated = 0;

  /** Keeps what a record says, if it is a mapping. */
  take({ view, offset }: RecordPlace): void {
    if (view.getUint8(offset + 1) !== RType.SymbolMapping) return;
    const mapping = this.#mapping.wrap(view, offset);
    const { instrumentId, stypeOutSymbol, stypeInSymbol } = mapping;
    if (this.#names.size >= SYMBOLS_MAX && !this.#names.has(instrumentId)) {
      this.notRepeated += 1;
      return;
    }
    // Asked for by a symbol of the venue, what comes out is the id itself.
    const isId = stypeOutSymbol === '' || /^\d+$/.test(stypeOutSymbol);
    this.#names.set(instrumentId, {
      symbol: isId ? stypeInSymbol : stypeOutSymbol,
      startMs: msOf(mapping.startTsHi32, mapping.startTsLo32),
      endMs: msOf(mapping.endTsHi32, mapping.endTsLo32),
    });
  }

  /** For the metadata of a file. @param spanMs - How long it may last. */
  mappings(nowMs: number, spanMs: number): SymbolMapping[] {
    return [...this.#names].map(([id, { symbol, startMs, endMs }]) => ({
      rawSymbol: symbol,
      intervals: [
        {
          startDate: dateOf(startMs ?? nowMs),
          endDate: dateOf((endMs ?? nowMs + spanMs) + DAY_MS - 1),
          symbol: `${id}`,
        },
      ],
    }));
  }
}

function msOf(hi: number, lo: number): number | undefined {
  return hi === ABSENT_HI ? undefined : hi * SECONDS_PER_WORD * 1e3 + lo / 1e6;
}

/** A day, UTC, as 20201228. */
function dateOf(ms: number): number {
  return Number(new Date(ms).toISOString().slice(0, 10).replaceAll('-', ''));
}
