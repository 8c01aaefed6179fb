/** The trades of a vendor whose frames are arrays: `[{"ev":"T","sym":"AB","p":187.32,"s":100}]`. */
import { ByteTable, JsonFields, JsonReader, ValueKind, scaled } from '../src/index.ts';

export interface Instrument {
  readonly symbol: string;
  /** Prices are counts of 10^priceExp. */
  readonly priceExp: number;
}

const FIELDS = new JsonFields(['ev', 'sym', 'p', 's']);
const EVENT = FIELDS.slotOf('ev');
const SYMBOL = FIELDS.slotOf('sym');
const PRICE = FIELDS.slotOf('p');
const SIZE = FIELDS.slotOf('s');
const TRADE = new TextEncoder().encode('T');

export class TradeReader {
  readonly #reader = new JsonReader(FIELDS);
  readonly #instruments = new ByteTable<Instrument>();

  constructor(instruments: readonly Instrument[]) {
    for (const instrument of instruments) this.#instruments.set(instrument.symbol, instrument);
  }

  /** @throws JsonScanError The trades before the fault were given to `onTrade`. */
  read(
    frame: Uint8Array,
    onTrade: (instrument: Instrument, price: number, size: number) => void,
  ): void {
    const reader = this.#reader;
    reader.openArray(frame);
    while (reader.nextObject()) {
      reader.need(EVENT, ValueKind.String);
      if (!reader.is(EVENT, TRADE)) continue;
      reader.need(SYMBOL, ValueKind.String);
      const { bytes, scan } = reader;
      const instrument = this.#instruments.find(bytes, reader.start(SYMBOL), reader.end(SYMBOL));
      if (instrument === undefined) return reader.fail('BAD_FIELD', SYMBOL);
      reader.decimal(PRICE);
      const price = scaled(scan.mantissa, scan.digits, instrument.priceExp);
      if (Number.isNaN(price)) reader.fail('OUT_OF_RANGE', PRICE);
      onTrade(instrument, price, reader.integer(SIZE));
    }
  }
}
