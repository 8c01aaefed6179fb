/**
 * A reader that attaches to a running ring: asks for books, follows them by level and by order, and
 * compares them with the exchange's own at every event that it sees.
 */
import type { Bus } from '@tickwire/io-bus';
import { openRing } from '@tickwire/io-rings';
import type { RingSubscription } from '@tickwire/io-rings';
import { hostTimers } from '@tickwire/io-service';
import { FollowedBooks } from '@tickwire/system';
import type { CmeSimulator } from '@tickwire/sim-cme';
import { createRandom } from '@tickwire/sim-kit';
import { TickKind, TickView } from '@tickwire/wire-tick';
import { OrderMirror } from './order-mirror.ts';
import { SERVICE } from './gateway-environment.ts';

type Market = CmeSimulator['channels'][number]['timeline']['exchange']['markets'][number];

interface BookSideRows {
  readonly count: number;
  priceAt(depth: number): number | undefined;
  sizeAt(depth: number): number | undefined;
}

export interface LateReaderOptions {
  readonly dir: string;
  readonly bus: Bus;
  readonly simulator: CmeSimulator;
  readonly seed: number;
}

export class LateReader {
  readonly books: FollowedBooks;
  /** Books that were compared while the market went on. */
  readonly compared = { orders: 0, levels: 0 };
  /** What was not as the exchange's; none, when all is well. */
  readonly wrong: string[] = [];
  readonly #orders = new Map<number, OrderMirror>();
  readonly #ticks: RingSubscription;
  readonly #tick = new TickView();
  readonly #simulator: CmeSimulator;
  readonly #markets: ReadonlyMap<string, Market>;
  /** Books that the packet at hand has changed: it may have two events of one. */
  readonly #touched = new Map<OrderMirror, Market>();
  #sequence = 0;
  /** Levels of the newest events, by symbol and sequence, until the orders of it are seen. */
  readonly #levels = new Map<string, string>();

  constructor({ dir, bus, simulator, seed }: LateReaderOptions) {
    const ring = { dir, name: 'cme.0', from: 'latest' } as const;
    this.#simulator = simulator;
    this.#markets = new Map(marketsOf(simulator).map((one) => [one.instrument.symbol, one]));
    // First: nothing that comes because books are asked for is missed.
    this.#ticks = openRing(ring);
    this.books = new FollowedBooks({
      ...{ ring, control: { bus, service: SERVICE }, timers: hostTimers },
      ...{ nowMs: () => performance.now(), random: createRandom(String(seed)).unit },
      books: {
        onBook: (book) => {
          if (this.books.follower.state(book.instrument) !== 'right') return;
          const symbol = this.books.directory.get(book.instrument)?.symbol ?? '';
          this.#levels.set(`${symbol} ${book.sequenceLo}`, textOf(book.book));
        },
      },
    });
  }

  get lost(): number {
    return this.#ticks.account().lost + this.books.subscription.account().lost;
  }

  get rightOrders(): number {
    return [...this.#orders.values()].filter(({ isRight }) => isRight).length;
  }

  /** Reads and compares what is there. */
  poll(): void {
    while (this.books.poll());
    for (let run = this.#ticks.poll(); run !== undefined; run = this.#ticks.poll()) {
      for (let at = 0; at < run.count; at++) this.#take(this.#tick.wrap(run.view, at * 64));
    }
    this.#levels.clear();
  }

  /** Compares every book with the exchange's as it ended. */
  compareEnd(): void {
    for (const market of this.#markets.values()) {
      const { symbol } = market.instrument;
      const book = this.books.book(symbol);
      const expected = `${sideText(market, true)} | ${sideText(market, false)}`;
      const seen = book === undefined ? '' : textOf(book.book);
      if (seen !== expected) this.wrong.push(`${symbol} at the end: ${seen} is not ${expected}`);
    }
  }

  close(): void {
    this.books.close();
    this.#ticks.close();
  }

  #take(tick: TickView): void {
    if (tick.sequence !== this.#sequence) this.#comparePacket();
    this.#sequence = tick.sequence;
    const isAll = tick.instrument >= this.#ticks.directory.count;
    if (isAll && tick.kind === TickKind.Stream) {
      for (const mirror of this.#orders.values()) mirror.isRight = false;
    }
    const symbol = this.#ticks.directory.get(tick.instrument)?.symbol ?? '';
    const market = this.#markets.get(symbol);
    if (market === undefined) return;
    let mirror = this.#orders.get(tick.instrument);
    if (mirror === undefined) this.#orders.set(tick.instrument, (mirror = new OrderMirror()));
    if (mirror.apply(tick)) this.#touched.set(mirror, market);
    else this.#touched.delete(mirror);
  }

  #comparePacket(): void {
    for (const [mirror, market] of this.#touched) this.#compare(mirror, market, this.#sequence);
    this.#touched.clear();
  }

  #compare(mirror: OrderMirror, { instrument }: Market, sequence: number): void {
    const { symbol, securityId, depth, impliedDepth } = instrument;
    const moment = this.#simulator.channels[0]?.oracle?.at(securityId, sequence);
    if (moment?.isSettled !== true) return;
    this.compared.orders += 1;
    if (mirror.digest() !== moment.orders) this.wrong.push(`orders of ${symbol} at ${sequence}`);
    const levels = this.#levels.get(`${symbol} ${sequence}`);
    if (levels === undefined || impliedDepth > 0) return;
    this.compared.levels += 1;
    const sides = [mirror.levels(true, depth), mirror.levels(false, depth)];
    const expected = sides.map((side) => side.join(' ')).join(' | ');
    if (levels !== expected) this.wrong.push(`${symbol} at ${sequence}: ${levels}, ${expected}`);
  }
}

const marketsOf = (simulator: CmeSimulator): readonly Market[] =>
  simulator.channels.flatMap(({ timeline }) => timeline.exchange.markets);

const textOf = (book: { bids: BookSideRows; asks: BookSideRows }): string =>
  [book.bids, book.asks].map((side) => rowsOf(side).join(' ')).join(' | ');

const rowsOf = (side: BookSideRows): string[] =>
  Array.from({ length: side.count }, (_, at) => `${side.sizeAt(at)}@${side.priceAt(at)}`);

/** Real and implied levels together, best first. */
function sideText(market: Market, isBid: boolean): string {
  const sizes = new Map<number, number>();
  const add = (ticks: number, size: number): void => {
    sizes.set(ticks, (sizes.get(ticks) ?? 0) + size);
  };
  const real = market.side(isBid).levels.slice(0, market.instrument.depth);
  for (const { ticks, quantity } of real) add(ticks, quantity);
  const implied = isBid ? market.impliedBids : market.impliedAsks;
  for (const { ticks, quantity } of implied) add(ticks, quantity);
  const sign = isBid ? -1 : 1;
  const sorted = [...sizes].sort(([a], [b]) => sign * (a - b));
  return sorted.map(([ticks, size]) => `${size}@${market.priceOf(ticks)}`).join(' ');
}
