import { DbnDecoder, Mbp1Record, RType, SymbolMappingRecord } from '../src/index.ts';
import type { DbnError } from '../src/index.ts';

/** Best prices by symbol, from bytes of a live stream or of a file, as they come. */
export class LastPrices {
  readonly #decoder: DbnDecoder;
  readonly #quote = new Mbp1Record();
  readonly #mapping = new SymbolMappingRecord();
  readonly #symbols = new Map<number, string>();
  readonly bids = new Map<string, number | null>();

  constructor(onDamaged: (error: DbnError) => void) {
    this.#decoder = new DbnDecoder({ upgrade: 'upgradeToV3', onDamaged });
  }

  /** Takes what a socket or a file gave. @throws DbnError when no more can be read. */
  take(bytes: Uint8Array): void {
    const decoder = this.#decoder;
    decoder.push(bytes);
    while (decoder.next()) {
      if (decoder.rtype === RType.Mbp1) this.#onQuote();
      else if (decoder.rtype === RType.SymbolMapping) this.#onMapping();
    }
  }

  #onQuote(): void {
    const quote = this.#quote.wrap(this.#decoder.view, this.#decoder.offset);
    const symbol = this.#symbols.get(quote.instrumentId);
    if (symbol !== undefined) this.bids.set(symbol, quote.level(0).bidPx);
  }

  #onMapping(): void {
    const mapping = this.#mapping.wrap(this.#decoder.view, this.#decoder.offset);
    this.#symbols.set(mapping.instrumentId, mapping.stypeInSymbol);
  }
}
