import { diffNs, stampFromBigInt } from '@tickwire/core';
import type { StampNs } from '@tickwire/core';
import { DbnEncoder, RType, STYPE_NAMES, SymbolMappingRecord } from '@tickwire/wire-dbn';
import type { DbnMetadata } from '@tickwire/wire-dbn';

const INSTRUMENT_ID = STYPE_NAMES.indexOf('instrument_id');
const RECORD_BYTES_MAX = 256;

interface Naming {
  readonly start: StampNs;
  readonly instrumentId: number;
  readonly symbol: string;
}

/**
 * What a file's metadata say of its instruments, told as a live stream tells it: a mapping when the
 * day begins from which it holds. An id means something for one day, and a file may have many.
 */
export class FileSymbols {
  readonly #namings: readonly Naming[];
  readonly #tell: (mapping: SymbolMappingRecord) => void;
  readonly #encoder = new DbnEncoder(new Uint8Array(RECORD_BYTES_MAX));
  readonly #mapping = new SymbolMappingRecord();
  #next = 0;

  constructor(metadata: DbnMetadata, tell: (mapping: SymbolMappingRecord) => void) {
    this.#namings = namingsOf(metadata);
    this.#tell = tell;
  }

  /** Tells the mappings that hold at a time, if they have not been told. */
  advance(to: Readonly<StampNs>): void {
    for (;;) {
      const naming = this.#namings[this.#next];
      if (naming === undefined || diffNs(to, naming.start) < 0) return;
      this.#next += 1;
      this.#encoder.clear();
      this.#encoder.begin(this.#mapping, RType.SymbolMapping);
      this.#mapping
        .setInstrumentId(naming.instrumentId)
        .setStypeInSymbol(naming.symbol)
        .setStartTsWords(naming.start.hi, naming.start.lo);
      this.#tell(this.#mapping);
    }
  }
}

/** Ids are on the side that the metadata say; a mapping between two kinds of names has none. */
function namingsOf({ mappings, stypeIn, stypeOut }: DbnMetadata): Naming[] {
  const isIdFirst = stypeIn === INSTRUMENT_ID && stypeOut !== INSTRUMENT_ID;
  const namings: Naming[] = [];
  for (const { rawSymbol, intervals } of mappings) {
    for (const { startDate, symbol } of intervals) {
      const [id, name] = isIdFirst ? [rawSymbol, symbol] : [symbol, rawSymbol];
      const startMs = msOf(startDate);
      const instrumentId = /^\d{1,10}$/.test(id) ? Number(id) : Number.NaN;
      if (!(instrumentId <= 0xffff_ffff) || !(startMs >= 0)) continue;
      namings.push({
        start: stampFromBigInt(BigInt(startMs) * 1_000_000n),
        instrumentId,
        symbol: name,
      });
    }
  }
  return namings.sort((a, b) => diffNs(a.start, b.start));
}

/** The midnight with which a day begins, UTC; 20201228 is a day. */
function msOf(date: number): number {
  return Date.UTC(Math.floor(date / 10_000), (Math.floor(date / 100) % 100) - 1, date % 100);
}
