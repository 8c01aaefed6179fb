/**
 * ccxt as a user runs it, with nothing but configuration: base URLs, any key (the full book wants
 * one), and how long it collects updates before it asks for a book.
 */
import ccxt from 'ccxt';
import type { OrderBook } from 'ccxt';
import { onTestFinished } from 'vitest';
import { BookRecord, decimalOf } from './book-record.ts';
import type { Row } from './book-record.ts';

export type Ccxt = InstanceType<typeof ccxt.pro.kucoin>;

export async function openCcxt(url: string): Promise<Ccxt> {
  const exchange = new ccxt.pro.kucoin({
    urls: { api: { public: url, private: url, futuresPublic: url } },
    enableRateLimit: false,
    options: {
      fetchMarkets: { types: ['spot'] },
      watchOrderBook: { snapshotDelay: 20, snapshotMaxRetries: 20 },
    },
  });
  onTestFinished(async () => void (await exchange.close()));
  // The package's own step for addresses without TLS.
  await exchange.loadHttpProxyAgent();
  await exchange.loadMarkets();
  // After the markets: with a key it would ask for a margin account's pairs as well.
  Object.assign(exchange, { apiKey: 'key', secret: 'secret', password: 'passphrase' });
  return exchange;
}

/** The package's name of a symbol. */
export function unified(symbol: string): string {
  return symbol.replace('-', '/');
}

/** Keeps the books of several symbols, as the package's manual says: ask again after an error. */
export class CcxtBooks {
  readonly books = new BookRecord();
  readonly errors: Error[] = [];
  readonly #exchange: Ccxt;
  #isClosed = false;

  constructor(exchange: Ccxt, symbols: readonly string[]) {
    this.#exchange = exchange;
    for (const symbol of symbols) void this.#watch(symbol);
    onTestFinished(() => {
      this.#isClosed = true;
    });
  }

  async #watch(symbol: string): Promise<void> {
    while (!this.#isClosed) {
      try {
        this.#take(symbol, await this.#exchange.watchOrderBook(unified(symbol)));
      } catch (error) {
        if (!(error instanceof ccxt.BaseError)) throw error;
        this.errors.push(error);
      }
    }
  }

  #take(symbol: string, book: OrderBook): void {
    const { nonce, bids, asks } = book;
    if (nonce === undefined) return;
    this.books.add({ symbol, sequence: nonce, bids: bids.map(rowOf), asks: asks.map(rowOf) });
  }
}

function rowOf([price, size]: readonly (number | undefined)[]): Row {
  return [decimalOf(price ?? NaN), decimalOf(size ?? NaN)];
}
