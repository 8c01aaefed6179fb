// Prints best bid and ask of each book that is right: `npx node docs/examples/follow.ts`, beside
// `npm start`. TICKWIRE_NATS_URL is the bus; without it books are right from the next image on.
import { randomInt } from 'node:crypto';
import { formatDecimal } from '@tickwire/core';
import { BookTrust } from '@tickwire/domain-book';
import type { InstrumentBook } from '@tickwire/domain-book';
import { connectBus } from '@tickwire/io-bus';
import { defaultRingDir } from '@tickwire/io-rings';
import { hostTimers } from '@tickwire/io-service';
import { createMonotonicClock } from '@tickwire/ipc-shm';
import { FollowedBooks } from '@tickwire/system';

const monotonicNs = createMonotonicClock();
const dir = process.env.TICKWIRE_RING_DIR ?? defaultRingDir('.tickwire');
const servers = process.env.TICKWIRE_NATS_URL;
const bus =
  servers === undefined
    ? undefined
    : await connectBus({ servers, name: 'follow-example', connectDeadlineMs: 0 });

const books = new FollowedBooks({
  ring: { dir, name: 'kucoin.0' },
  ...(bus === undefined ? {} : { control: { bus, service: 'gateway-kucoin' } }),
  timers: hostTimers,
  nowMs: () => monotonicNs() / 1e6,
  random: () => randomInt(2 ** 32) / 2 ** 32,
  books: {
    onBook: (book) => {
      if (book.trust === BookTrust.Trusted) show(book);
    },
  },
});

function show({ instrument, book, priceExp }: InstrumentBook): void {
  const [bid, ask] = [book.bids.priceAt(0), book.asks.priceAt(0)];
  if (bid === undefined || ask === undefined) return;
  const symbol = books.directory.get(instrument)?.symbol;
  console.log(symbol, formatDecimal(bid, priceExp), formatDecimal(ask, priceExp));
}

await books.run({ untilClosed: true });
console.log(JSON.stringify(books.status()));
books.close();
await bus?.drain(0);
