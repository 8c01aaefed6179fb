/** The simulator as its users run it, and its own books as the truth to compare with. */
import { join } from 'node:path';
import { startProcess, temporaryDirectory } from '@tickwire/testing';
import { BookRecord } from './book-record.ts';
import type { BookImage, Row } from './book-record.ts';

/** Increments from 0.1 to 1e-9 in price and from 1e-8 to 1 in size. */
export const SYMBOLS = ['BTC-USDT', 'ETH-USDT', 'KCS-BTC', 'SHIB-USDT'];

const KEYS = {
  'KC-API-KEY': 'oracle',
  'KC-API-SIGN': '-',
  'KC-API-TIMESTAMP': '0',
  'KC-API-PASSPHRASE': '-',
};

export interface SimulatorProcess {
  readonly url: string;
  readonly folder: string;
  /** File with one JSON line for each fault done. */
  readonly faultLog: string;
  stop(): Promise<void>;
}

/** Starts it; the limits of connections and requests are out of the way of the comparison. */
export async function startSimulator(
  env: Readonly<Record<string, string>> = {},
): Promise<SimulatorProcess> {
  const folder = temporaryDirectory({ name: 'kucoin-clients' });
  const faultLog = join(folder, 'faults.ndjson');
  const simulator = startProcess({
    script: 'apps/sim-kucoin/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'sim-kucoin',
      TICKWIRE_RUN_DIR: join(folder, 'run'),
      TICKWIRE_RING_DIR: join(folder, 'ring'),
      TICKWIRE_DATA_DIR: folder,
      TICKWIRE_SYMBOLS: SYMBOLS.join(','),
      TICKWIRE_RATE: '400',
      TICKWIRE_FAULT_LOG: faultLog,
      TICKWIRE_WEIGHT_PER30S: '1000000',
      TICKWIRE_CONNECTS_PER_MINUTE: '1000',
      TICKWIRE_LOG_LEVEL: 'warn',
      ...env,
    },
  });
  const { restUrl } = (await simulator.ready()) as { restUrl: string };
  return { url: restUrl, folder, faultLog, stop: async () => void (await simulator.stop()) };
}

/** The simulator's full book of a symbol, at a sequence of the last 200 ms. */
export async function fullBook(url: string, symbol: string): Promise<BookImage> {
  const response = await fetch(`${url}/api/v3/market/orderbook/level2?symbol=${symbol}`, {
    headers: KEYS,
  });
  const { data } = (await response.json()) as {
    data: { sequence: string; bids: Row[]; asks: Row[] };
  };
  return { symbol, sequence: Number(data.sequence), bids: data.bids, asks: data.asks };
}

/** The simulator's books at many sequences. */
export class Oracle {
  readonly books = new BookRecord();
  readonly #url: string;
  readonly #symbols: readonly string[];

  constructor(url: string, symbols: readonly string[] = SYMBOLS) {
    this.#url = url;
    this.#symbols = symbols;
  }

  /** Asks for the book of each symbol once. */
  async look(): Promise<void> {
    const images = this.#symbols.map((symbol) => fullBook(this.#url, symbol));
    for (const image of await Promise.all(images)) this.books.add(image);
  }
}
