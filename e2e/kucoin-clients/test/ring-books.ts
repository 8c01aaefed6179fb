/** Tickwire's own gateway at the same simulator, and the books that its ring's ticks make. */
import { join } from 'node:path';
import { formatDecimal } from '@tickwire/core';
import { BookBuilder, BookEvent, BookTrust } from '@tickwire/domain-book';
import type { BookSide, InstrumentBook } from '@tickwire/domain-book';
import { openRing } from '@tickwire/io-rings';
import { startProcess, temporaryDirectory } from '@tickwire/testing';
import { TickView } from '@tickwire/wire-tick';
import { BookRecord } from './book-record.ts';
import type { Row } from './book-record.ts';
import { SYMBOLS } from './simulator-process.ts';

export class RingBooks {
  readonly books = new BookRecord();
  /** The end of the ring: the gateway has stopped and everything was read. */
  readonly done: Promise<unknown>;
  readonly #subscription;
  readonly #builder: BookBuilder;
  readonly #tick = new TickView();

  constructor(ringDir: string) {
    this.#subscription = openRing({ dir: ringDir, name: 'kucoin.0', from: 'oldest' });
    const { directory } = this.#subscription;
    this.#builder = new BookBuilder({ entry: (index) => directory.get(index) });
    this.done = this.#subscription.run((run) => this.#take(run.view, run.count), {
      untilClosed: true,
    });
  }

  #take(view: DataView, count: number): void {
    for (let index = 0; index < count; index += 1) {
      const tick = this.#tick.wrap(view, index * 64);
      if (this.#builder.apply(tick) !== BookEvent.Book) continue;
      const book = this.#builder.get(tick.instrument);
      if (book?.trust === BookTrust.Trusted) this.#record(book);
    }
  }

  #record(state: InstrumentBook): void {
    const symbol = this.#subscription.directory.get(state.instrument)?.symbol ?? '';
    const { book, priceExp, sizeExp } = state;
    const rows = (side: BookSide): Row[] =>
      Array.from({ length: side.count }, (_, depth) => [
        formatDecimal(side.priceAt(depth) ?? NaN, priceExp) ?? '',
        formatDecimal(side.sizeAt(depth) ?? NaN, sizeExp) ?? '',
      ]);
    const sequence = Number(state.sequence);
    this.books.add({ symbol, sequence, bids: rows(book.bids), asks: rows(book.asks) });
  }
}

/** Starts the gateway and reads its ring from the first tick on. */
export async function startGateway(
  url: string,
): Promise<{ ring: RingBooks; stop(): Promise<void> }> {
  const ringDir = temporaryDirectory({ name: 'kucoin-clients-ring', shared: true });
  const dataDir = temporaryDirectory({ name: 'kucoin-clients-gateway' });
  const gateway = startProcess({
    script: 'apps/gateway-kucoin/src/main.ts',
    env: {
      TICKWIRE_SERVICE: 'gateway-kucoin',
      TICKWIRE_RUN_DIR: join(dataDir, 'run'),
      TICKWIRE_RING_DIR: ringDir,
      TICKWIRE_DATA_DIR: dataDir,
      TICKWIRE_SYMBOLS: SYMBOLS.join(','),
      TICKWIRE_KUCOIN_REST_URL: url,
      TICKWIRE_SIMULATED: '1',
      TICKWIRE_LOG_LEVEL: 'warn',
    },
  });
  await gateway.ready();
  const ring = new RingBooks(ringDir);
  return {
    ring,
    async stop() {
      await gateway.stop();
      await ring.done;
    },
  };
}
