import {
  DbnEncoder,
  Mbp1Record,
  RType,
  SCHEMA_NAMES,
  STYPE_NAMES,
  SYMBOL_BYTES,
  TIME_OPEN,
} from '../src/index.ts';

/** A stream of quotes in a buffer: metadata, then so many records as it has room for. */
export function writeQuotes(buffer: Uint8Array, bids: readonly number[]): Uint8Array {
  const encoder = new DbnEncoder(buffer, { version: 3 });
  encoder.metadata({
    version: 3,
    dataset: 'XNAS.ITCH',
    schema: SCHEMA_NAMES.indexOf('mbp-1'),
    start: 1_609_160_400_000_000_000n,
    end: TIME_OPEN,
    limit: 0n,
    stypeIn: STYPE_NAMES.indexOf('raw_symbol'),
    stypeOut: STYPE_NAMES.indexOf('instrument_id'),
    tsOut: false,
    symbolCstrLength: SYMBOL_BYTES,
    symbols: ['MSFT'],
    partial: [],
    notFound: [],
    mappings: [],
  });
  const quote = new Mbp1Record(); // once, for all records
  for (const bidPx of bids) {
    if (!encoder.begin(quote, RType.Mbp1)) break; // full: what is not said is null
    quote.setInstrumentId(6819).level(0).setBidPx(bidPx).setBidSz(100);
  }
  return encoder.written;
}
